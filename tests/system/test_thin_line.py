"""Twelve busy panes over a line of 2 kB a second: what a key does shows within a second."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support.background import InBackground
from tests.support.endpoint import StrictEndpoint
from tests.support.numbered import numbered_pcm
from tests.support.terminal import Terminal

pytestmark = pytest.mark.system

PANES = 12
LINE_BYTES = 2000
"""A second, as that of faults' list."""
SETTLING_BYTES = 8000
"""So many have gone by when the program has measured the line."""
KEY_SECONDS = 1.0
MOST_OVER = 1
"""So many keys of nine may take longer, on a machine that does other things too."""


@pytest.fixture
def wall(tmp_path: Path) -> Iterator[Terminal]:
    sound = tmp_path / "numbers.pcm"
    sound.write_bytes(b"".join(numbered_pcm(600)))
    with InBackground(StrictEndpoint(key=None)) as service:
        sources = [f"s{number}={sound}" for number in range(PANES)]
        where = ["--endpoint", service.url(scheme="http"), "--log-dir", str(tmp_path / "logs")]
        with Terminal([*sources, *where], columns=80, rows=24, answers=True) as terminal:
            terminal.until(lambda screen: screen.count("w1 ") >= PANES // 2)
            terminal.bytes_per_second = LINE_BYTES
            settle(terminal)
            yield terminal


def settle(terminal: Terminal, size: int = SETTLING_BYTES) -> None:
    """Let so much be written: the wall is always behind on such a line."""
    end = len(terminal.raw) + size
    terminal.until(lambda _: len(terminal.raw) >= end)


def seconds_until(terminal: Terminal, key: str, shown: Callable[[str], bool]) -> float:
    """From the key to its effect on the screen."""
    assert not shown(terminal.screen)
    started = time.monotonic()
    terminal.type(key)
    terminal.until(shown)
    return time.monotonic() - started


def test_what_a_key_does_shows_within_a_second(wall: Terminal) -> None:
    took: list[float] = []
    for _ in range(3):
        took += [
            seconds_until(wall, "p", lambda screen: "paused" in screen),
            seconds_until(wall, "?", lambda screen: "Turn the grey text" in screen),
        ]
        wall.until_text("esc closes")
        took += [
            seconds_until(wall, "\x1b", lambda screen: "c commit" in screen.splitlines()[-1]),
        ]
        settle(wall)
        wall.type("p")
        wall.until(lambda screen: "paused" not in screen)
        settle(wall)
    assert sum(seconds > KEY_SECONDS for seconds in took) <= MOST_OVER, took


def test_once_the_line_is_fast_all_is_as_it_should_be(wall: Terminal) -> None:
    wall.type("?")
    wall.until_text("esc closes")
    wall.type("\x1b")
    wall.bytes_per_second = 0
    wall.until(lambda screen: screen.count("●●") >= PANES)
    assert "Turn the grey text" not in wall.screen
    assert "c commit" in wall.screen.splitlines()[-1]
