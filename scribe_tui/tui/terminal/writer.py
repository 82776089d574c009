"""TerminalWriter: output for a terminal that may stop reading; writing never blocks.

Written without blocking through a descriptor of its own: whether a terminal blocks is a
property of the open file, so that of the shell's must not be touched.
"""

from __future__ import annotations

import asyncio
import errno
import os
import termios
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress

STALLED_SECONDS = 2.0
"""A terminal that takes no byte for this long has stopped reading and is not merely slow."""
LEAVE_SECONDS = 1.0
"""Longest wait for the terminal to take what puts it back in order."""
POLL_SECONDS = 0.01

_AGAIN = (errno.EAGAIN, errno.EWOULDBLOCK)
ABANDON = b"\x18\x1b[?2026l"
"""To be sent after half a frame: CAN ends a sequence cut short, then synchronized output ends."""


def open_anew(descriptor: int) -> int | None:
    """Open the terminal behind `descriptor` once more, not blocking; None where none may.

    A terminal's own name may belong to another user (after `su`), or lie outside the
    container; the process's controlling terminal can then be had as `/dev/tty`.
    """
    names = []
    with suppress(OSError):
        names.append(os.ttyname(descriptor))
    with suppress(OSError):
        os.tcgetpgrp(descriptor)  # fails for any but the controlling terminal
        names.append("/dev/tty")
    for name in names:
        with suppress(OSError):
            return os.open(name, os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC)
    return None


def write_at_last(descriptor: int, data: bytes) -> None:
    """Write `data` to a terminal that is being left, through a descriptor that does not block.

    Takes at most twice LEAVE_SECONDS. A terminal that does not read loses what waits in the
    kernel: that is the room `data` needs to be there when it reads again. All of `data` is
    written then, for what the kernel took of it before is lost with the rest.
    """
    if not _written_within(descriptor, data, LEAVE_SECONDS):
        with suppress(termios.error):
            termios.tcflush(descriptor, termios.TCOFLUSH)
            termios.tcflow(descriptor, termios.TCOON)
        _written_within(descriptor, ABANDON + data, LEAVE_SECONDS)


def _written_within(descriptor: int, data: bytes, seconds: float) -> bool:
    """Whether the terminal took `data` within `seconds`, or hung up."""
    deadline = time.monotonic() + seconds
    while data:
        try:
            data = data[os.write(descriptor, data) :]
        except OSError as error:
            if error.errno not in _AGAIN:
                return True
            if time.monotonic() > deadline:
                return False
            time.sleep(POLL_SECONDS)
    return True


class TerminalWriter:
    """Bytes on their way to the terminal, in order. For one thread, the loop's.

    Mode sequences are never dropped. Frames are for the caller to hold back while
    `behind`; if it does, no more than one frame ever waits here.
    """

    def __init__(self, descriptor: int, caught_up: Callable[[bool], None]) -> None:
        """Own `descriptor`, which must not block. Needs a running loop.

        `caught_up(stalled)` is called when all that waited is written; `stalled` says that
        the terminal had stopped reading in between.
        """
        self._descriptor = descriptor
        self._caught_up = caught_up
        self._loop = asyncio.get_running_loop()
        self._waiting: deque[tuple[bytes, bool]] = deque()
        self._cut = False
        self._stalled = False
        self._moved_at = 0.0
        self._gone = False

    @property
    def behind(self) -> bool:
        """Whether the terminal has not taken all that was written."""
        return bool(self._waiting)

    def write(self, data: bytes, *, frame: bool = False) -> None:
        """Write now what the terminal takes, the rest when it takes more."""
        if self._gone or not data:
            return
        was_behind = self.behind
        self._waiting.append((data, frame))
        if was_behind:
            return
        self._moved_at = time.monotonic()
        self._push()
        if self.behind:
            self._loop.add_writer(self._descriptor, self._resume)

    def finish(self) -> None:
        """Write what is left of the mode sequences, frames no more, in bounded time."""
        if not self.behind:
            return
        self._loop.remove_writer(self._descriptor)
        cut = self._cut and self._waiting[0][1]
        rest = b"".join(data for data, frame in self._waiting if not frame)
        self._waiting.clear()
        write_at_last(self._descriptor, (ABANDON if cut else b"") + rest)

    def close(self) -> None:
        """Give the descriptor back."""
        if not self._gone:
            self._give_up()
        os.close(self._descriptor)

    def _resume(self) -> None:
        self._push()
        if not self.behind:
            self._loop.remove_writer(self._descriptor)
            stalled, self._stalled = self._stalled, False
            self._caught_up(stalled)

    def _push(self) -> None:
        try:
            while self._waiting:
                data, frame = self._waiting[0]
                written = os.write(self._descriptor, data)
                now = time.monotonic()
                self._stalled |= now - self._moved_at > STALLED_SECONDS
                self._moved_at = now
                self._cut = written < len(data)
                if self._cut:
                    self._waiting[0] = data[written:], frame
                else:
                    self._waiting.popleft()
        except OSError as error:
            if error.errno not in _AGAIN:
                self._give_up()

    def _give_up(self) -> None:
        """A terminal that hung up takes nothing any more."""
        self._loop.remove_writer(self._descriptor)
        self._waiting.clear()
        self._gone = True
