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
from tests.support.terminal import Terminal
from tests.support.waiting import PATIENCE

pytestmark = pytest.mark.system

STALL_CHUNKS = 30
"""Sound that must arrive while nobody reads, a chunk each 0.1 s."""
PACE_SLACK_SECONDS = 15.0
"""For a busy machine; sound that waits for the terminal never comes."""


@pytest.fixture
def service() -> Iterator[StrictEndpoint]:
    with InBackground(StrictEndpoint(key=None)) as endpoint:
        yield endpoint


@pytest.fixture
def monitor(service: StrictEndpoint, tmp_path: Path) -> Iterator[Terminal]:
    sound = tmp_path / "numbers.pcm"
    sound.write_bytes(b"".join(numbered_pcm(600)))
    sources = [f"{name}={sound}" for name in ("one", "two", "three", "four")]
    where = ["--endpoint", service.url(scheme="http"), "--log-dir", str(tmp_path / "logs")]
    with Terminal([*sources, *where], columns=200, rows=50) as terminal:
        terminal.until(lambda screen: screen.count("●●") >= 4)
        # The terminal is not read from here on; zooms fill what the kernel keeps for it.
        for key in "z1" * 12:  # one key again and again would be one that is held down
            terminal.type(key)
            time.sleep(0.05)  # typed, not pasted: each key gets a frame
        yield terminal


def wait_until(condition: Callable[[], object], seconds: float = PATIENCE) -> float:
    started = time.monotonic()
    while not condition():
        assert time.monotonic() - started < seconds, "never came true"
        time.sleep(0.02)
    return time.monotonic() - started


def chunks(service: StrictEndpoint) -> list[int]:
    return [len(connection.chunks) for connection in service.connections]


def test_the_streams_go_on_and_the_screen_is_right_afterwards(
    service: StrictEndpoint, monitor: Terminal
) -> None:
    before = chunks(service)
    took = wait_until(lambda: min(map(sub, chunks(service), before)) >= STALL_CHUNKS)
    assert took < STALL_CHUNKS / 10 + PACE_SLACK_SECONDS
    assert len(service.connections) == 4
    monitor.until(lambda screen: all(f" {n} " in screen for n in ("one", "two", "three", "four")))
    monitor.until(lambda screen: screen.count(" w14 ") >= 4)
    assert service.violations == []


@pytest.mark.parametrize("how", [[signal.SIGTERM], [signal.SIGTERM, signal.SIGTERM], "\x03"])
def test_leaving_while_nobody_reads(monitor: Terminal, how: list[int] | str) -> None:
    if isinstance(how, str):
        monitor.type(how)
    else:
        for number in how:
            os.kill(monitor.pid, number)
            time.sleep(0.3)
    program = psutil.Process(monitor.pid)
    wait_until(lambda: program.status() == psutil.STATUS_ZOMBIE)
    monitor.leave()
    assert "\x1b[?1049l" in monitor.text
    assert monitor.text.rindex("\x1b[?1049l") > monitor.text.rindex("\x1b[?1049h")
