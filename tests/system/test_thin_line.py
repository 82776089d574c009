"""Twelve busy panes over a line of 2 kB a second: what a key does shows within a second.

The terminal is far (SSH); some answer where their cursor is, others nothing at all.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support.background import InBackground
from tests.support.endpoint import StrictEndpoint
from tests.support.numbered import numbered_pcm
from tests.support.terminal import Terminal

pytestmark = pytest.mark.system

PANES = 12
LINE_BYTES = 2000
"""A second, as that of faults' list."""
SETTLING_BYTES = 4000
"""So many have gone by when the program has measured the line."""
KEY_SECONDS = 1.0
MOST_OVER = 1
"""So many keys of a test may take longer, on a machine that does other things too."""
MOST_OVER_BUILT = 1
"""So many where most keys open a dialog, which has to be built first."""
ERASED_BELOW = b"\x1b[B\x1b[80X"
"""A whole row that is made blank for what is painted there later, below another one."""
FAR = {"SSH_CONNECTION": "192.0.2.1 50000 192.0.2.2 22"}


class Line(NamedTuple):
    """A terminal's size, whether it answers, and whether its line was fast at first."""

    columns: int
    rows: int
    answers: bool = True
    was_fast: bool = False


LINES = {
    "80x24": Line(80, 24),
    "80x24, fast at first": Line(80, 24, was_fast=True),
    "200x50": Line(200, 50),
    "80x24, mute": Line(80, 24, answers=False),
    "200x50, mute": Line(200, 50, answers=False),
}
SMALL = [name for name, line in LINES.items() if line.columns == 80 and line.answers]
OTHERS = [name for name in LINES if name not in SMALL]
KEYS = (
    ("\t", "┏ 2 s1", True),
    ("z", "z unzoom", True),
    ("z", "z unzoom", False),
    ("q", "quit?", True),
    ("\x1b", "quit?", False),
    ("/", "find in s1", True),
    ("\x1b", "find in s1", False),
    ("?", "Turn the grey text", True),
    ("\x1b", "Turn the grey text", False),
)
"""What is pressed one after the other, and the text that then is on the screen, or is not."""


@pytest.fixture
def wall(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Terminal]:
    line = LINES[request.param]
    sound = tmp_path / "numbers.pcm"
    sound.write_bytes(b"".join(numbered_pcm(600)))
    with InBackground(StrictEndpoint(key=None)) as service:
        sources = [f"s{number}={sound}" for number in range(PANES)]
        where = ["--endpoint", service.url(scheme="http"), "--log-dir", str(tmp_path / "logs")]
        with Terminal(
            [*sources, *where],
            columns=line.columns,
            rows=line.rows,
            answers=line.answers,
            env=FAR,
            bytes_per_second=0 if line.was_fast else LINE_BYTES,
        ) as terminal:
            terminal.until(lambda screen: screen.count("w1 ") >= PANES // 2)
            terminal.bytes_per_second = LINE_BYTES
            settle(terminal)
            yield terminal


def settle(terminal: Terminal, size: int = SETTLING_BYTES) -> None:
    """Let so much be written."""
    end = len(terminal.raw) + size
    terminal.until(lambda _: len(terminal.raw) >= end)


def is_whole(screen: str) -> bool:
    """Whether the help is there from its first row to its last."""
    return "─ Keys ─" in screen and "esc closes" in screen


def is_closed(screen: str) -> bool:
    """Whether nothing of the help is there any more, and the keys of the wall are."""
    return (
        "─ Keys ─" not in screen
        and "esc closes" not in screen
        and "Turn the grey text" not in screen
        and "c commit" in screen.splitlines()[-1]
    )


def seconds_until(terminal: Terminal, key: str, shown: Callable[[str], bool]) -> float:
    """From the key to its effect on the screen."""
    assert not shown(terminal.screen)
    started = time.monotonic()
    terminal.type(key)
    terminal.until(shown)
    return time.monotonic() - started


@pytest.mark.long
@pytest.mark.some(1)
@pytest.mark.parametrize("wall", SMALL, indirect=True)
def test_what_a_key_does_shows_within_a_second(wall: Terminal) -> None:
    took: list[float] = []
    for _ in range(3):
        took += [
            seconds_until(wall, "p", lambda screen: "║ paused" in screen),
            seconds_until(wall, "?", lambda screen: "Turn the grey text" in screen),
        ]
        wall.until(is_whole)
        took += [seconds_until(wall, "\x1b", is_closed)]
        settle(wall, SETTLING_BYTES // 4)
        wall.type("p")
        wall.until(lambda screen: "║ paused" not in screen)
        settle(wall, SETTLING_BYTES // 4)
    assert sum(seconds > KEY_SECONDS for seconds in took) <= MOST_OVER, took


@pytest.mark.long
@pytest.mark.parametrize("wall", ["200x50", "80x24, mute"], indirect=True)
def test_so_do_all_keys_in_a_large_terminal_and_in_one_that_does_not_answer(wall: Terminal) -> None:
    took = {}
    for key, text, there in KEYS:
        took[key, text] = seconds_until(
            wall, key, lambda screen, text=text, there=there: (text in screen) is there
        )
        settle(wall, SETTLING_BYTES // 4)
    over = {key: seconds for key, seconds in took.items() if seconds > KEY_SECONDS}
    assert len(over) <= MOST_OVER_BUILT, over


@pytest.mark.long
def test_over_a_fast_line_nothing_is_blank_in_between(tmp_path: Path) -> None:
    with InBackground(StrictEndpoint(key=None)) as service:
        sound = tmp_path / "numbers.pcm"
        sound.write_bytes(b"".join(numbered_pcm(60)))
        where = ["--endpoint", service.url(scheme="http"), "--log-dir", str(tmp_path / "logs")]
        with Terminal([f"s0={sound}", *where], columns=80, rows=24, answers=True) as terminal:
            terminal.until_text("w1 ")
            terminal.type("?")
            terminal.until(is_whole)
            terminal.type("\x1b")
            terminal.until(is_closed)
            assert ERASED_BELOW not in terminal.raw


@pytest.mark.some(1)
@pytest.mark.parametrize("wall", ["80x24", *OTHERS], indirect=True)
def test_once_the_line_is_fast_all_is_as_it_should_be(wall: Terminal) -> None:
    wall.type("?")
    wall.until_text("esc closes")
    wall.type("\x1b")
    wall.bytes_per_second = 0
    wall.until(lambda screen: screen.count("●●") >= PANES)
    wall.until(lambda screen: "Turn the grey text" not in screen)
    wall.until(lambda screen: "c commit" in screen.splitlines()[-1])
