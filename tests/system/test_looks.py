"""What the real program writes to a terminal that takes nothing but ASCII, and in which colours."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.support.background import InBackground
from tests.support.endpoint import StrictEndpoint
from tests.support.numbered import numbered_pcm
from tests.support.script import Script
from tests.support.terminal import Terminal

pytestmark = pytest.mark.system

SAID = "今日は 👩\u200d🚀 “Señor” Дон"
NO_LOCALE = {"LC_ALL": "", "LANG": "", "LC_CTYPE": ""}


@pytest.fixture
def service() -> Iterator[StrictEndpoint]:
    """Says a text of many alphabets before it listens."""
    frame = json.dumps({"message_type": "committed_transcript", "text": SAID})
    with InBackground(StrictEndpoint(Script(frames=(frame,)), key=None)) as endpoint:
        yield endpoint


@pytest.fixture
def arguments(service: StrictEndpoint, tmp_path: Path) -> list[str]:
    sound = tmp_path / "numbers.pcm"
    sound.write_bytes(b"".join(numbered_pcm(60)))
    return [
        *("--endpoint", service.url(scheme="http"), "--log-dir", str(tmp_path / "logs")),
        *("--speed", "1", f"Ελλάδα é={sound}", f"two={sound}"),
    ]


def looked_at(terminal: Terminal) -> bytes:
    """All that was written while every kind of screen was open."""
    terminal.until_text("w1 w2 w3 w4")
    for keys, text in (
        ("?", "esc closes"), ("h", "Hits"), ("a", "Add a source"), ("S", "Settings of"),
        ("w", "Watch words"), ("D", "remove its pane?"),
    ):  # fmt: skip
        terminal.type(keys)
        terminal.until_text(text)
        terminal.type("\x1b")
        terminal.until(lambda screen, text=text: text not in screen)
    terminal.type("z")
    terminal.until(lambda screen: " two " not in screen)
    assert terminal.quit() == 0
    return terminal.raw


@pytest.mark.long
@pytest.mark.some(1)
@pytest.mark.parametrize(
    ("env", "flags"),
    [({"LC_ALL": "C"}, ()), (NO_LOCALE, ()), ({}, ("--signs", "ascii"))],
    ids=["LC_ALL=C", "no locale", "--signs ascii"],
)
def test_nothing_but_ascii_is_written_where_the_locale_is_not_utf_8(
    arguments: list[str], env: dict[str, str], flags: Sequence[str]
) -> None:
    with Terminal([*arguments, *flags], env=env, columns=100, rows=30) as terminal:
        terminal.until_text('?????? ?? "Senor" ???')
        raw = looked_at(terminal)
    assert {byte for byte in raw if byte > 0x7F} == set()


@pytest.mark.long
@pytest.mark.some(1)
@pytest.mark.parametrize(
    "env", [{"LC_ALL": "C"}, {"LC_ALL": "", "LANG": "de_DE.UTF-8"}], ids=["said", "known"]
)
def test_signs_are_drawn_where_they_can_be_or_are_asked_for(
    arguments: list[str], env: dict[str, str]
) -> None:
    flags = ["--signs", "unicode"] if env.get("LC_ALL") else []
    with Terminal([*arguments, *flags], env=env) as terminal:
        terminal.until_text("┏")
        assert terminal.quit() == 0


@pytest.mark.long
def test_a_theme_paints_its_own_background(arguments: list[str], tmp_path: Path) -> None:
    config = tmp_path / "mine.toml"
    config.write_text('theme = "mine"\n[themes.mine]\nlike = "light"\nbackground = "#102030"\n')
    env = {"COLORTERM": "truecolor"}
    with Terminal(["--config", str(config), *arguments], env=env) as terminal:
        terminal.until_text("w1 w2 w3 w4")
        assert terminal.quit() == 0
    assert b"48;2;16;32;48" in terminal.raw


@pytest.mark.long
def test_no_text_has_the_background_of_some_themes_where_there_are_sixteen_colours(
    arguments: list[str],
) -> None:
    with Terminal(arguments, env={"TERM": "xterm"}, columns=100, rows=50) as terminal:
        raw = looked_at(terminal)
    bright_black = re.findall(rb"\x1b\[(?:[0-9;]*;)?90(?:;[0-9;]*)?m[^\x1b]*", raw)
    assert not [found for found in bright_black if re.search(rb"m.*\w", found)]
