"""Without a source named, the program asks: demo, address, microphone, one of before; the key."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection
from pathlib import Path

import pytest

from scribe_tui.cli.welcome import check_key, keep_key
from scribe_tui.config.new_source import new_source
from scribe_tui.config.recent import Recent
from scribe_tui.errors import UsageError
from scribe_tui.settings import SourceSettings
from scribe_tui.tui.welcome import Choice, Start, WelcomeApp
from tests.support.terminal import Terminal
from tests.tui.stage import settle


def make(name: str, address: str, taken: Collection[str]) -> SourceSettings:
    return new_source(SourceSettings(name="new", address="mic"), name, address, taken)


def text_of(app: WelcomeApp) -> str:
    return "\n".join(strip.text.rstrip() for strip in app.screen._compositor.render_strips())


async def test_the_demo_is_one_key_away() -> None:
    app = WelcomeApp(Start(make))
    async with app.run_test() as pilot:
        await pilot.press("enter")
        await settle(pilot, lambda: app.return_value == Choice())


async def test_an_address_where_the_key_is_known() -> None:
    app = WelcomeApp(Start(make))
    async with app.run_test() as pilot:
        await pilot.press("a", *"nonsense", "enter")
        await settle(pilot, lambda: "There is no file nonsense" in text_of(app))
        await pilot.press(*["backspace"] * 8, *"http://a.example/qq", "enter")
        await settle(pilot, lambda: app.return_value is not None)
    assert app.return_value.source.address == "http://a.example/qq"
    assert app.return_value.key is None


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
    app = WelcomeApp(Start(make, recent, needs_key=True, check_key=check_key))
    async with app.run_test(size=(100, 24)) as pilot:
        await pilot.press("up", "enter", "enter")  # the last entry is the one of before
        await settle(pilot, lambda: "The key of the speech service" in text_of(app))
        await pilot.press(*typed)
        await settle(pilot)
        assert not typed or typed not in text_of(app)
        if keep:
            await pilot.press("tab", "backspace", "backspace", *"yes")
        await pilot.press("enter")
        await settle(pilot, lambda: app.return_value is not None)
    choice = app.return_value
    assert (choice.source.name, choice.key, choice.keep_key) == ("news", key, keep)
    assert choice.offline is offline


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


def test_a_newcomer_in_a_terminal(tmp_path: Path) -> None:
    env = {**os.environ, "XDG_STATE_HOME": str(tmp_path / "state"), "ELEVENLABS_API_KEY": ""}
    with Terminal([], env=env, cwd=tmp_path) as terminal:
        terminal.until_text("What do you want to listen to?")
        terminal.type("q")
        assert terminal.leave() == 0
    assert not (tmp_path / ".env").exists()
