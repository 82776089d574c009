"""The program forked into a pseudo-terminal, with the interface of `pexpect.spawn`."""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import struct
import termios
import time
from collections.abc import Mapping, Sequence

import pexpect

from tests.support.program import Forked
from tests.support.waiting import PATIENCE

TYPED_SECONDS = 0.05
"""Seconds to wait before each key, as pexpect does: faster input would be a paste."""


class ForkedTerminal:
    """A terminal of `dimensions` (rows, columns) with the program on its other side."""

    def __init__(
        self,
        words: Sequence[str],
        dimensions: tuple[int, int],
        env: Mapping[str, str],
        cwd: str | None,
    ) -> None:
        self.child_fd, side = os.openpty()
        fcntl.ioctl(side, termios.TIOCSWINSZ, struct.pack("HHHH", *dimensions, 0, 0))
        files = {"stdin": side, "stdout": side, "stderr": side}
        self._process = Forked(words, terminal=True, env=env, cwd=cwd, **files)
        os.close(side)
        self.pid = self._process.pid

    @property
    def signalstatus(self) -> int | None:
        """The signal that ended the program, None if none did."""
        code = self._process.poll()
        return -code if code is not None and code < 0 else None

    @property
    def exitstatus(self) -> int | None:
        """The program's exit code, None if it runs or a signal ended it."""
        code = self._process.poll()
        return code if code is not None and code >= 0 else None

    def isalive(self) -> bool:
        """Return whether the program runs."""
        return self._process.poll() is None

    def send(self, text: str) -> None:
        """Type `text`."""
        time.sleep(TYPED_SECONDS)
        os.write(self.child_fd, text.encode())

    def read_nonblocking(self, most: int, timeout: float) -> bytes:
        """Return what was written; raises pexpect's TIMEOUT, or EOF if nothing more can come."""
        is_alive = self.isalive()
        if not select.select([self.child_fd], [], [], timeout if is_alive else 0)[0]:
            raise pexpect.TIMEOUT("nothing yet") if is_alive else pexpect.EOF("it has ended")
        data = b""
        with contextlib.suppress(OSError):  # no process has the other side open
            data = os.read(self.child_fd, most)
        if not data:
            raise pexpect.EOF("the other side is closed")
        return data

    def hang_up(self) -> None:
        """Close this side."""
        os.close(self.child_fd)

    def close(self, *, force: bool) -> None:
        """End the program, by force if requested, and close this side."""
        if force:
            self._process.kill()
        self.hang_up()
        self._process.wait(PATIENCE)
