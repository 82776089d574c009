"""Without a source named, the program asks: demo, address, microphone, one of before; the key."""

from __future__ import annotations

import errno
import os
import signal
import stat
from collections.abc import Collection
from pathlib import Path

import psutil
import pytest
from textual import events
from textual.widgets import Input

from scribe_tui.cli.welcome import check_key, keep_key
from scribe_tui.config.new_source import new_source
from scribe_tui.config.recent import Recent
from scribe_tui.errors import UsageError
from scribe_tui.settings import SourceSettings
from scribe_tui.tui.welcome import Choice, Start, WelcomeApp
from tests.support.terminal import Terminal
from tests.support.waiting import wait_until
from tests.tui.stage import screen_text, settle

ROOT = Path(__file__).parents[2]


def make(name: str, address: str, taken: Collection[str]) -> SourceSettings:
    return new_source(SourceSettings(name="new", address="mic"), name, address, taken)


async def test_the_demo_is_one_key_away() -> None:
    app = WelcomeApp(Start(make))
    async with app.run_test() as pilot:
        await pilot.press("enter")
        await settle(pilot, lambda: app.return_value == Choice())


async def test_an_address_where_the_key_is_known() -> None:
    app = WelcomeApp(Start(make))
    async with app.run_test() as pilot:
        await pilot.press("a", *"nonsense", "enter")
        await settle(pilot, lambda: "There is no file nonsense" in screen_text(app))
        await pilot.press(*["backspace"] * 8, *"http://a.example/qq", "enter")
        await settle(pilot, lambda: app.return_value is not None)
    (source,) = app.return_value.sources
    assert source.address == "http://a.example/qq"
    assert app.return_value.key is None


@pytest.mark.some(1)
@pytest.mark.parametrize(
    ("typed", "key", "keep", "offline"),
    [
        ("sk_12345678", "sk_12345678", True, False),
        ("sk_12345678", "sk_12345678", False, False),
        ("", None, False, True),
    ],
)
async def test_the_key_is_asked_for_where_it_is_needed(
    typed: str, key: str | None, keep: bool, offline: bool
) -> None:
    recent = (Recent("news", "http://n.example/"),)
    kept: list[str] = []
    start = Start(make, recent, needs_key=True, check_key=check_key, keep_key=kept.append)
    app = WelcomeApp(start)
    async with app.run_test(size=(100, 24)) as pilot:
        await pilot.press("up", "enter", "enter")  # the last entry is the one of before
        await settle(pilot, lambda: "The key of the speech service" in screen_text(app))
        await pilot.press(*typed)
        await settle(pilot)
        assert not typed or typed not in screen_text(app)
        if keep:
            await pilot.press("tab", "backspace", "backspace", *"yes")
        await pilot.press("enter")
        await settle(pilot, lambda: app.return_value is not None)
    choice = app.return_value
    assert ([one.name for one in choice.sources], choice.key) == (["news"], key)
    assert kept == ([key] if keep else [])
    assert choice.offline is offline


async def test_a_key_that_cannot_be_kept_is_said_where_it_was_asked_for() -> None:
    def refuse(_key: str) -> None:
        raise UsageError("key not kept", "The key cannot be kept in .env: Read-only file system.")

    recent = (Recent("news", "http://n.example/"),)
    app = WelcomeApp(Start(make, recent, needs_key=True, keep_key=refuse))
    async with app.run_test(size=(100, 24)) as pilot:
        await pilot.press("up", "enter", "enter")
        await settle(pilot, lambda: "The key of the speech service" in screen_text(app))
        await pilot.press(*"sk_12345678", "tab", "backspace", "backspace", *"yes", "enter")
        await settle(pilot, lambda: "Read-only file system" in screen_text(app))
        await pilot.press(*["backspace"] * 3, "enter")
        await settle(pilot, lambda: app.return_value is not None)
    assert app.return_value.key == "sk_12345678"


@pytest.mark.parametrize("pasted", ["http://a.example/1\r", "http://a.example/1\rqqy\r"])
async def test_an_address_pasted_at_the_menu_stands_in_the_form(pasted: str) -> None:
    app = WelcomeApp(Start(make))
    async with app.run_test(size=(100, 24)) as pilot:
        app.post_message(events.Paste("q\r"))
        await settle(pilot)
        app.post_message(events.Paste(pasted))
        await settle(pilot, lambda: "What to listen to" in screen_text(app))
        assert "http://a.example/1 " in screen_text(app)
        await pilot.press("enter")
        await settle(pilot, lambda: app.return_value is not None)
    assert [one.address for one in app.return_value.sources] == ["http://a.example/1"]


async def test_a_list_pasted_at_the_menu_is_chosen_from() -> None:
    app = WelcomeApp(Start(make))
    async with app.run_test(size=(100, 24)) as pilot:
        app.post_message(events.Paste("http://a.example/1\rhttp://b.example/2\r"))
        await settle(pilot, lambda: "2 stations in this list" in screen_text(app))
        await pilot.press("down", "space", "enter")
        await settle(pilot, lambda: app.return_value is not None)
    assert [one.address for one in app.return_value.sources] == ["http://a.example/1"]


async def test_several_addresses_are_several_sources(tmp_path: Path) -> None:
    app = WelcomeApp(Start(make))
    async with app.run_test(size=(100, 24)) as pilot:
        await pilot.press("a")
        await settle(pilot, lambda: "What to listen to" in screen_text(app))
        address = app.screen.query_one("#field-address", Input)
        address.value = "http://a.example/1, city=http://a.example/2  mic"
        await pilot.press("tab", *"x", "enter")
        await settle(pilot, lambda: "A name is for one source" in screen_text(app))
        await pilot.press("backspace", "enter")
        await settle(pilot, lambda: app.return_value is not None)
    assert [(one.name, one.address) for one in app.return_value.sources] == [
        ("a.example", "http://a.example/1"), ("city", "http://a.example/2"), ("mic", "mic"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (
            "my stations.m3u",
            "#EXTM3U\n#EXTINF:-1,Harbor Radio\nhttp://a.example/1\nhttp://b.example/2\n",
        ),
        (
            "stations.pls",
            "[playlist]\nFile1=http://a.example/1\nTitle1=Harbor Radio\n"
            "File2=http://b.example/2\nNumberOfEntries=2\n",
        ),
    ],
)
async def test_a_list_of_stations_is_chosen_from(name: str, content: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(content)
    app = WelcomeApp(Start(make, needs_key=True))
    async with app.run_test(size=(100, 24)) as pilot:
        await pilot.press("a")
        await settle(pilot, lambda: "What to listen to" in screen_text(app))
        app.screen.query_one("#field-address", Input).value = str(tmp_path / name)
        await pilot.press("enter")
        await settle(pilot, lambda: "2 stations in this list" in screen_text(app))
        await pilot.press("a", "enter")
        await settle(pilot, lambda: "Choose a station" in screen_text(app))
        await pilot.press("a", "enter")
        await settle(pilot, lambda: "The key of the speech service" in screen_text(app))
        await pilot.press("enter")
        await settle(pilot, lambda: app.return_value is not None)
    choice = app.return_value
    assert [one.name for one in choice.sources] == ["Harbor Radio", "b.example"]
    assert choice.offline


def test_the_key_is_kept_for_its_owner_and_nothing_else_is_touched(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("SCRIBE_LANGUAGE=en\nELEVENLABS_API_KEY=old\n# note\n")
    keep_key(file, "sk_new")
    assert file.read_text() == "SCRIBE_LANGUAGE=en\n# note\nELEVENLABS_API_KEY=sk_new\n"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    file.unlink()
    file.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError, match="not a plain file"):
        keep_key(file, "sk_new")
    with pytest.raises(UsageError):
        check_key("schlüssel")


def test_of_a_key_that_a_full_disk_did_not_take_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(UsageError, match="No space left"):
        keep_key(tmp_path / ".env", "sk_new")
    assert list(tmp_path.iterdir()) == []


def newcomer(tmp_path: Path, **more: str) -> Terminal:
    """The program without a source, in a folder and with a state of its own."""
    home = {"HOME": str(tmp_path), "XDG_STATE_HOME": str(tmp_path / "state")}
    return Terminal(
        [], env={**os.environ, **home, "ELEVENLABS_API_KEY": "", **more}, cwd=tmp_path, rows=24
    )


def test_a_newcomer_in_a_terminal(tmp_path: Path) -> None:
    with newcomer(tmp_path) as terminal:
        terminal.until_text("What do you want to listen to?")
        terminal.type("q")
        assert terminal.leave() == 0
        assert terminal.is_in_order
    assert not (tmp_path / ".env").exists()


@pytest.mark.some(1)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_at_the_welcome_leaves_the_terminal_in_order(
    number: signal.Signals, tmp_path: Path
) -> None:
    with newcomer(tmp_path) as terminal:
        terminal.until_text("What do you want to listen to?")
        os.kill(terminal.pid, number)
        assert terminal.leave() == 128 + number
        assert terminal.is_in_order


@pytest.mark.long
def test_ctrl_c_at_the_welcome_is_an_interrupt(tmp_path: Path) -> None:
    with newcomer(tmp_path) as terminal:
        terminal.until_text("What do you want to listen to?")
        terminal.type("a")
        terminal.until_text("What to listen to")
        terminal.type("\x03")
        assert terminal.leave() == 130
        assert terminal.is_in_order


def test_a_terminal_that_hangs_up_at_the_welcome_ends_it(tmp_path: Path) -> None:
    with newcomer(tmp_path) as terminal:
        terminal.until_text("What do you want to listen to?")
        pid = terminal.pid
        terminal.hang_up()
        wait_until(lambda: not psutil.pid_exists(pid) or is_zombie(pid))


def is_zombie(pid: int) -> bool:
    return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


BUG = """
from scribe_tui.tui import welcome
def broken(self):
    raise KeyError("sk_do_not_show")
welcome.MenuScreen.action_address = broken
"""


@pytest.mark.long
def test_a_bug_at_the_welcome_is_said_in_a_sentence_on_a_terminal_in_order(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(BUG)
    with newcomer(tmp_path, PYTHONPATH=f"{tmp_path}:{ROOT}") as terminal:
        terminal.until_text("What do you want to listen to?")
        terminal.type("a")
        assert terminal.leave() == 1
        assert terminal.is_in_order
        assert "A fault in this program ended it. Diagnostics: " in terminal.text
        assert "Traceback" not in terminal.text
        assert "sk_do_not_show" not in terminal.text
    (log,) = (tmp_path / "state").rglob("scribe-tui.log")
    assert "KeyError" in log.read_text()
    assert "sk_do_not_show" not in log.read_text()


@pytest.mark.long
def test_a_key_typed_at_the_welcome_is_kept_and_shown_nowhere(tmp_path: Path) -> None:
    key = "sk_0123456789abcdef"
    with newcomer(tmp_path, https_proxy="http://127.0.0.1:9") as terminal:
        terminal.until_text("What do you want to listen to?")
        terminal.type("a")
        terminal.until_text("What to listen to")
        terminal.type("http://127.0.0.1:9/live.mp3")
        terminal.until_text("live.mp3")
        terminal.type("\r")
        terminal.until_text("The key of the speech service")
        terminal.type(key)
        terminal.until_text("•" * len(key))
        terminal.type("\t")
        for key_press, shown in (
            ("\x7f", ".env  n "),
            ("\x7f", ".env  yes or no"),
            ("y", ".env  y "),
        ):
            terminal.type(key_press)
            terminal.until_text(shown)
        terminal.type("\r")
        terminal.until_text("? help")
        assert stat.S_IMODE((tmp_path / ".env").stat().st_mode) == 0o600
        assert (tmp_path / ".env").read_text() == f"ELEVENLABS_API_KEY={key}\n"
        terminal.quit()
    assert key not in terminal.text
    for file in (tmp_path / "state").rglob("*"):
        assert not file.is_file() or key.encode() not in file.read_bytes(), file
