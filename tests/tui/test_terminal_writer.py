"""Writing to real pseudo-terminals that do not read: nothing waits, nothing is torn."""

from __future__ import annotations

import asyncio
import fcntl
import os
import pty
import time
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from scribe_tui.tui.terminal import writer
from scribe_tui.tui.terminal.writer import ABANDON, TerminalWriter, open_anew
from tests.support.waiting import PATIENCE

FRAME = b"x" * 100_000
"""More than the kernel keeps for a terminal."""
LEAVE = b"leave" * 1_500
"""Less than any kernel keeps for a terminal, more than a full one usually makes room for."""
SLACK_SECONDS = 1.5
"""For a busy machine; waiting for the terminal would have no end."""


class Stalled:
    """A terminal of which nobody reads until `read` is called."""

    def __init__(self) -> None:
        self.master, self.slave = pty.openpty()
        os.set_blocking(self.master, False)
        descriptor = open_anew(self.slave)
        assert descriptor is not None
        self.caught_up: list[bool] = []
        self.outlet = TerminalWriter(descriptor, self.caught_up.append)

    def read(self) -> bytes:
        """All there is to read at this moment."""
        data = b""
        with suppress(OSError):
            while piece := os.read(self.master, 65_536):
                data += piece
        return data

    async def read_until(self, ending: bytes) -> bytes:
        """All there is to read up to `ending`; the kernel hands it on in its own time."""
        data = b""
        async with asyncio.timeout(PATIENCE):
            while not data.endswith(ending):
                data += self.read()
                await asyncio.sleep(0)
        return data

    async def read_until_caught_up(self) -> bytes:
        data = b""
        async with asyncio.timeout(PATIENCE):
            while not self.caught_up:
                data += self.read()
                await asyncio.sleep(0)
        return data

    def close(self) -> None:
        self.outlet.close()
        for descriptor in (self.master, self.slave):
            with suppress(OSError):
                os.close(descriptor)


@pytest.fixture
async def terminal() -> AsyncIterator[Stalled]:
    stalled = Stalled()
    yield stalled
    stalled.close()


async def test_nobody_waits_and_nothing_is_lost(terminal: Stalled) -> None:
    terminal.outlet.write(b"modes")
    assert not terminal.outlet.behind
    terminal.outlet.write(FRAME, frame=True)  # it would wait for ever: nobody reads
    terminal.outlet.write(b"more modes")
    assert terminal.outlet.behind
    expected = b"modes" + FRAME + b"more modes"
    assert await terminal.read_until(b"more modes") == expected
    assert terminal.caught_up == [False]


async def test_a_terminal_that_stopped_reading_is_told_from_a_slow_one(
    terminal: Stalled, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal.outlet.write(FRAME, frame=True)
    monkeypatch.setattr(writer, "STALLED_SECONDS", 0.0)
    await terminal.read_until_caught_up()
    assert terminal.caught_up == [True]


async def test_leaving_takes_bounded_time_and_the_modes_reach_the_terminal(
    terminal: Stalled, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "LEAVE_SECONDS", 0.1)
    terminal.outlet.write(FRAME, frame=True)
    terminal.outlet.write(LEAVE)
    started = time.monotonic()
    terminal.outlet.finish()
    assert time.monotonic() - started < 0.1 * 2 + SLACK_SECONDS
    await terminal.read_until(ABANDON + LEAVE)


async def test_a_frame_cut_short_is_ended_before_the_modes(terminal: Stalled) -> None:
    terminal.outlet.write(FRAME, frame=True)
    terminal.outlet.write(b"leave")
    first = terminal.read()
    terminal.outlet.finish()
    rest = await terminal.read_until(b"leave")
    assert (first + rest).lstrip(b"x") == ABANDON + b"leave"


async def test_a_terminal_that_hung_up_takes_everything_and_nothing(terminal: Stalled) -> None:
    os.close(terminal.master)
    terminal.outlet.write(FRAME, frame=True)
    terminal.outlet.write(b"leave")
    terminal.outlet.finish()
    assert not terminal.outlet.behind


async def test_others_who_write_to_the_terminal_still_block(terminal: Stalled) -> None:
    flags = fcntl.fcntl(terminal.slave, fcntl.F_GETFL)
    assert not flags & os.O_NONBLOCK
