"""The real program in a terminal that stops reading: the streams go on, leaving is possible."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from operator import sub
from pathlib import Path

import psutil
import pytest

from tests.support.background import InBackground
from tests.support.endpoint import StrictEndpoint
from tests.support.numbered import numbered_pcm
from tests.support.script import NEVER_COMMITS
from tests.support.terminal import Terminal
from tests.support.waiting import wait_until

pytestmark = pytest.mark.system

NAMES = ("one", "two", "three", "four")
KERNEL_BYTES = 70_000
"""More than the kernel keeps for a terminal: what comes behind that waited in the program."""
STALL_CHUNKS = 30
"""Sound that must arrive while nobody reads, a chunk each 0.1 s."""
PACE_SLACK_SECONDS = 15.0
"""For a busy machine; sound that waits for the terminal never comes."""

Open = Callable[[StrictEndpoint], Terminal]


@pytest.fixture
def stalled(tmp_path: Path) -> Iterator[Open]:
    """Opens the monitor in a terminal that is full when this returns, and reads no more."""
    sound = tmp_path / "numbers.pcm"
    sound.write_bytes(b"".join(numbered_pcm(600)))
    opened: list[Terminal] = []

    def open_stalled(service: StrictEndpoint) -> Terminal:
        terminal = Terminal(
            [*(f"{name}={sound}" for name in NAMES), "--endpoint", service.url(scheme="http"),
             "--log-dir", str(tmp_path / "logs")],
            columns=200,
            rows=50,
        )  # fmt: skip
        opened.append(terminal)
        terminal.until(lambda screen: screen.count("●●") >= len(NAMES))
        fill(service, terminal)
        return terminal

    yield open_stalled
    for terminal in opened:
        terminal.__exit__()


@pytest.fixture
def service() -> Iterator[StrictEndpoint]:
    with InBackground(StrictEndpoint(key=None)) as endpoint:
        yield endpoint


def fill(service: StrictEndpoint, terminal: Terminal) -> None:
    """Have the program paint everything again and again until no byte more fits.

    Full once is not enough: the kernel hands on what it has in its own time, and then takes more.
    """
    full = 0
    while full < 2:
        paint_again(service, terminal)
        full = full + 1 if terminal.is_full else 0


def paint_again(service: StrictEndpoint, terminal: Terminal) -> None:
    """Ask for the whole picture, and see that the program's loop has gone on since."""
    before = sum(chunks(service))
    os.kill(terminal.pid, signal.SIGWINCH)
    wait_until(lambda: sum(chunks(service)) > before + 2)


def chunks(service: StrictEndpoint) -> list[int]:
    return [len(connection.chunks) for connection in service.connections]


def stream_on(service: StrictEndpoint) -> float:
    """Wait until every stream has sent `STALL_CHUNKS` more; returns the seconds it took."""
    before, started = chunks(service), time.monotonic()
    wait_until(lambda: min(map(sub, chunks(service), before)) >= STALL_CHUNKS)
    return time.monotonic() - started


def until_gone(terminal: Terminal) -> None:
    program = psutil.Process(terminal.pid)
    wait_until(lambda: program.status() == psutil.STATUS_ZOMBIE)
    terminal.leave()


def test_the_streams_go_on_and_the_screen_is_right_afterwards(
    service: StrictEndpoint, stalled: Open
) -> None:
    terminal = stalled(service)
    took = stream_on(service)
    assert took < STALL_CHUNKS / 10 + PACE_SLACK_SECONDS
    assert len(service.connections) == 4
    assert terminal.is_full, "it was read meanwhile: nothing was proved"
    terminal.until(lambda screen: all(f" {name} " in screen for name in NAMES))
    terminal.until(lambda screen: screen.count(" w14 ") >= 4)
    assert service.violations == []


@pytest.mark.long
def test_what_a_stalled_terminal_is_told_meanwhile_does_not_pile_up(
    service: StrictEndpoint, stalled: Open
) -> None:
    terminal = stalled(service)
    begun = len(terminal.raw)
    for _ in range(20):
        paint_again(service, terminal)
    assert terminal.is_full
    terminal.until(lambda screen: screen.count(" w14 ") >= 4)
    assert terminal.raw[begun + KERNEL_BYTES :].count(b"\x1b[?2004h") <= 2


@pytest.mark.long
def test_stopped_while_nobody_reads_it_is_all_there_when_continued(
    service: StrictEndpoint, stalled: Open
) -> None:
    terminal = stalled(service)
    program = psutil.Process(terminal.pid)
    os.kill(terminal.pid, signal.SIGTSTP)
    wait_until(lambda: program.status() == psutil.STATUS_STOPPED)
    os.kill(terminal.pid, signal.SIGCONT)
    terminal.until(lambda screen: screen.count(" w14 ") >= 4)
    assert "q quit" in terminal.screen


@pytest.mark.long
@pytest.mark.some(1)
@pytest.mark.parametrize("how", ["SIGTERM", "ctrl+c"])
def test_leaving_while_nobody_reads(service: StrictEndpoint, stalled: Open, how: str) -> None:
    terminal = stalled(service)
    if how == "ctrl+c":
        terminal.type("\x03")
    else:
        os.kill(terminal.pid, signal.SIGTERM)
    until_gone(terminal)
    assert_restored(terminal)


@pytest.mark.long
def test_leaving_at_once_while_nobody_reads(stalled: Open) -> None:
    with InBackground(StrictEndpoint(NEVER_COMMITS, key=None)) as service:
        terminal = stalled(service)
        os.kill(terminal.pid, signal.SIGTERM)
        wait_until(lambda: is_draining(service))
        assert terminal.is_full
        os.kill(terminal.pid, signal.SIGINT)
        until_gone(terminal)
    assert_restored(terminal)


def is_draining(service: StrictEndpoint) -> bool:
    """Whether every session has asked for its last words, which never come."""
    there = [heard for heard in service.connections if not heard.over]
    return bool(there) and all(
        any(message.get("commit") for message in heard.messages) for heard in there
    )


def assert_restored(terminal: Terminal) -> None:
    assert "\x1b[?1049l" in terminal.text
    assert terminal.text.rindex("\x1b[?1049l") > terminal.text.rindex("\x1b[?1049h")
