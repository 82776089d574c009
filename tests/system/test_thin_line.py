"""Twelve busy panes over a line of 2 kB a second: what a key does shows within a second.

The terminal is far (SSH); some answer where their cursor is, others nothing at all.
"""

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
SETTLING_BYTES = 4000
"""So many have gone by when the program has measured the line."""
KEY_SECONDS = 1.0
MOST_OVER = 1
"""So many keys of nine may take longer, on a machine that does other things too."""
FAR = {"SSH_CONNECTION": "192.0.2.1 50000 192.0.2.2 22"}


LINES = {
    "80x24": (80, 24, True),
    "200x50": (200, 50, True),
    "80x24, mute": (80, 24, False),
    "200x50, mute": (200, 50, False),
}
"""Columns, rows, and whether it answers."""


@pytest.fixture
def wall(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Terminal]:
    columns, rows, answers = LINES[request.param]
    sound = tmp_path / "numbers.pcm"
    sound.write_bytes(b"".join(numbered_pcm(600)))
    with InBackground(StrictEndpoint(key=None)) as service:
        sources = [f"s{number}={sound}" for number in range(PANES)]
        where = ["--endpoint", service.url(scheme="http"), "--log-dir", str(tmp_path / "logs")]
        with Terminal(
            [*sources, *where], columns=columns, rows=rows, answers=answers, env=FAR
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


@pytest.mark.parametrize("wall", ["80x24"], indirect=True)
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


@pytest.mark.parametrize("wall", LINES, indirect=True)
def test_once_the_line_is_fast_all_is_as_it_should_be(wall: Terminal) -> None:
    wall.type("?")
    wall.until_text("esc closes")
    wall.type("\x1b")
    wall.bytes_per_second = 0
    wall.until(lambda screen: screen.count("●●") >= PANES)
    wall.until(lambda screen: "Turn the grey text" not in screen)
    wall.until(lambda screen: "c commit" in screen.splitlines()[-1])
