"""TerminalWriter: output for a terminal that may stop reading; writing never blocks.

It uses its own descriptor, opened anew: whether writes block is a property of the open file, which
is shared with the shell and must not be changed.
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
"""Longest wait in seconds for the terminal to take the sequences that restore it."""
POLL_SECONDS = 0.01

_AGAIN = (errno.EAGAIN, errno.EWOULDBLOCK)
ABANDON = b"\x18\x1b[?2026l"
"""Sent after half a frame: CAN ends a cut sequence, then synchronized output ends."""


def open_anew(descriptor: int) -> int | None:
    """Open the terminal behind `descriptor` again, not blocking; None if that is not permitted.

    The terminal's own name may belong to another user (after `su`) or not exist inside the
    container; the process's controlling terminal can then be opened as `/dev/tty`.
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

    Takes at most twice LEAVE_SECONDS. If the terminal does not read, the bytes waiting in the
    kernel are discarded to make room for `data`, and all of `data` is written again, because the
    part already taken was discarded with them.
    """
    if not _written_within(descriptor, data, LEAVE_SECONDS):
        with suppress(termios.error):
            termios.tcflush(descriptor, termios.TCOFLUSH)
            termios.tcflow(descriptor, termios.TCOON)
        _written_within(descriptor, ABANDON + data, LEAVE_SECONDS)


def _written_within(descriptor: int, data: bytes, seconds: float) -> bool:
    """Return whether the terminal took `data` within `seconds`; True also if it hung up."""
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
    """Bytes on their way to the terminal, in order. Used by one thread, the event loop's.

    Mode sequences are never dropped. The caller must not write frames while `behind`; then at most
    one frame waits here.
    """

    def __init__(self, descriptor: int, caught_up: Callable[[bool], None]) -> None:
        """Own `descriptor`, which must not block. Needs a running event loop.

        `caught_up(stalled)` is called when everything waiting is written; `stalled` says that the
        terminal had stopped reading meanwhile.
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
        """Whether something written still waits for the terminal."""
        return bool(self._waiting)

    def write(self, data: bytes, *, frame: bool = False) -> None:
        """Write what the terminal takes now, and the rest when it takes more."""
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
        """Write the mode sequences that still wait, but no frames, in bounded time."""
        if not self.behind:
            return
        self._loop.remove_writer(self._descriptor)
        cut = self._cut and self._waiting[0][1]
        rest = b"".join(data for data, frame in self._waiting if not frame)
        self._waiting.clear()
        write_at_last(self._descriptor, (ABANDON if cut else b"") + rest)

    def close(self) -> None:
        """Close the descriptor."""
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
        """Discard what waits: a terminal that hung up takes nothing more."""
        self._loop.remove_writer(self._descriptor)
        self._waiting.clear()
        self._gone = True
