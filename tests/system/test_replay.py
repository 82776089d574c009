"""`scribe-tui replay` in a real terminal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from scribe_tui.event_records import to_record
from scribe_tui.events import ErrorRaised, Half, SessionRenamed, TitleChanged
from tests.support.journals import START, opened, said
from tests.support.night import Night
from tests.support.terminal import Terminal

pytestmark = pytest.mark.system

EVIL = "\x1b]0;owned\x07\x1b[2J\x1b[5n\x9b31m\u202eevil[/bold]"


@pytest.fixture
def night(tmp_path: Path) -> Path:
    for name in ("news", "harbor"):
        Night(name, 8.0).write(tmp_path / "night")
    return tmp_path / "night"


def test_a_night_in_a_terminal(night: Path) -> None:
    with Terminal(["replay", str(night), "--from", "+7200", "--speed", "60"]) as terminal:
        terminal.until(lambda screen: "REPLAY" in screen and "number" in screen)
        terminal.type(".")
        terminal.until(lambda screen: "hit in" in screen and "paused" in screen)
        terminal.type("T")
        terminal.until(lambda screen: "Go to which time?" in screen)
        terminal.type("-1m")
        terminal.until(lambda screen: " -1m " in screen)
        terminal.type("\r")
        terminal.until(lambda screen: "Go to which time?" not in screen and "7:5" in screen)
        terminal.type(" ")
        terminal.until(lambda screen: "■ end" in screen and "■ ended" in screen)
        terminal.type("q")
        assert terminal.leave() == 0


@pytest.mark.long
def test_a_hostile_journal_cannot_act_on_the_terminal(tmp_path: Path) -> None:
    events = [
        opened(),
        SessionRenamed(session="news", at=START + 1, name=EVIL),
        TitleChanged(session="news", at=START + 1, title=EVIL),
        said(1, EVIL),
        ErrorRaised(session="news", at=START + 12, half=Half.SOURCE, title=EVIL, message=EVIL),
    ]
    lines = [json.dumps(to_record(event)) + "\n" for event in events]
    (tmp_path / "news.jsonl").write_text("".join(lines), encoding="utf-8")
    with Terminal(["replay", str(tmp_path), "--speed", "240"]) as terminal:
        terminal.until(lambda screen: "■ end" in screen and screen.count("evil") >= 3)
        terminal.type("q")
        assert terminal.leave() == 0
        for act in (b"\x1b]0;owned", b"\x1b[5n", b"\x9b31m", "\u202e".encode()):
            assert act not in terminal.raw


@pytest.mark.long
@pytest.mark.some(1)
@pytest.mark.parametrize(
    "arguments",
    [["replay", "nosuch"], ["replay", "RUN", "--from", "noon"], ["replay", "RUN", "--speed", "0"]],
)
def test_what_cannot_be_played_is_said_before_the_screen(night: Path, arguments: list[str]) -> None:
    with Terminal([str(night) if word == "RUN" else word for word in arguments]) as terminal:
        assert terminal.leave() == 2
        assert b"\x1b[?1049h" not in terminal.raw


@pytest.mark.long
@pytest.mark.parametrize(
    ("options", "signs"),
    [
        (["--layout", "list", "--signs", "ascii"], False),
        (["--layout", "grid", "--signs", "unicode"], True),
    ],
)
def test_the_looks_of_a_replay_are_those_asked_for(
    night: Path, options: list[str], signs: bool
) -> None:
    with Terminal(["replay", str(night), "--from", "+7200", *options]) as terminal:
        terminal.until(lambda screen: "REPLAY" in screen and "number" in screen)
        assert any(char in terminal.screen for char in "─│┌╭") is signs
        terminal.type("q")
        assert terminal.leave() == 0


@pytest.mark.long
@pytest.mark.some(1)
@pytest.mark.parametrize(
    ("option", "value"), [("--layout", "wall"), ("--order", "name"), ("--theme", "nosuch")]
)
def test_looks_that_are_none_are_said_before_the_screen(
    night: Path, option: str, value: str
) -> None:
    with Terminal(["replay", str(night), option, value]) as terminal:
        terminal.until(lambda screen: value in screen)
        assert terminal.leave() == 2
        assert b"\x1b[?1049h" not in terminal.raw
