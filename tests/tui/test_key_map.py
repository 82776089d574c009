"""Every key can be another one, and footer, help and palette say which."""

from __future__ import annotations

import pytest

from scribe_tui.cli.monitor import frames_of
from scribe_tui.config import load
from scribe_tui.errors import UsageError
from scribe_tui.settings import Settings
from scribe_tui.tui.app import MonitorApp
from scribe_tui.tui.key_map import remapped
from scribe_tui.tui.keys import ALL_KEYS, unrepeated
from tests.tui.stage import NOW, Stage, settle


def key_of(name: str, *pairs: tuple[str, str]) -> tuple[str, str]:
    key = next(key for key in remapped(pairs) if key.id == name)
    return key.keys, key.shown


@pytest.mark.parametrize(
    ("text", "keys", "shown"),
    [
        ("%", "percent_sign", "%"),
        ("Ä", "Ä", "Ä"),
        ("&", "ampersand", "&"),
        ("_", "underscore", "_"),
        (";", "semicolon", ";"),
        ("ctrl+g", "ctrl+g", "^g"),
        ("shift+b", "B", "shift+b"),
        ("F5", "f5", "f5"),
        ("insert, %", "insert,percent_sign", "Ins"),
        ("shift+f2", "shift+f2", "shift+f2"),
        ("é", "é", "é"),
    ],
)
def test_a_key_by_its_character_or_name(text: str, keys: str, shown: str) -> None:
    assert key_of("commit", ("commit", text)) == (keys, shown)


@pytest.mark.parametrize(
    ("pairs", "says"),
    [
        ([("comit", "x")], "Did you mean commit?"),
        ([("interrupt", "x")], "no key is called"),
        ([("commit", "")], "is no key"),
        ([("commit", "\x1b[31m")], "is no key"),
        ([("commit", "hyper+x")], "is no key"),
        ([("commit", "ctrl+i")], "the same for it as for tab"),
        ([("commit", "ctrl+1")], "most terminals do not send"),
        ([("commit", "shift+s,x")], "gives S to both commit and settings"),
        ([("commit", "s")], "gives s to both commit and stop"),
        ([("commit", "%"), ("stop", "%")], "gives % to both commit and stop"),
    ],
)
def test_what_cannot_be_is_refused(pairs: list[tuple[str, str]], says: str) -> None:
    with pytest.raises(UsageError, match=r"\[keys\]") as refused:
        remapped(pairs)
    assert says in refused.value.sentence


def test_two_keys_may_change_places() -> None:
    keys = {key.id: key.keys for key in remapped([("commit", "s"), ("stop", "c")])}
    assert (keys["commit"], keys["stop"]) == ("s", "c")
    assert remapped([]) == ALL_KEYS
    assert "percent_sign" in unrepeated(remapped([("stop", "%")]))


async def test_the_new_key_works_and_is_shown_and_the_old_one_does_nothing() -> None:
    stage = Stage("one")
    keys = remapped([("commit", "%"), ("help", "f6")])
    stage.app = MonitorApp(stage.controls, keys=keys, clock=lambda: NOW)
    async with stage.app.run_test(size=(100, 30)) as pilot:
        await pilot.press("c", "question_mark")
        await settle(pilot)
        assert stage.controls.calls == []
        await pilot.press("percent_sign")
        await settle(pilot, lambda: stage.controls.calls == [("commit", "one")])
        assert " % commit " in stage.text()
        assert any(c.title == "commit (%)" for c in stage.app.get_system_commands(stage.app.screen))
        await pilot.press("f6")
        await settle(pilot, lambda: "%              Turn the grey text" in stage.text())


def test_keys_come_from_the_file(tmp_path) -> None:
    file = tmp_path / "a.toml"
    file.write_text('[keys]\ncommit = "x"\nstop = "f5"\n')
    assert load({}, [], {}, file).keys == (("commit", "x"), ("stop", "f5"))


def test_fewer_frames_over_ssh() -> None:
    assert frames_of(Settings(), remote=False) == 30
    assert frames_of(Settings(), remote=True) == 10
    assert frames_of(Settings(fps=25), remote=True) == 25
