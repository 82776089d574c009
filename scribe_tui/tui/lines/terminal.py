"""The terminal of the plain lines: single keys in, lines out without blocking.

Lines are only added at the end. Lines that a terminal has not taken yet are bounded: the oldest are
dropped, and their number is said.
"""

from __future__ import annotations

import asyncio
import codecs
import os
import termios
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from scribe_tui.tui.rendering.signs import in_ascii
from scribe_tui.tui.terminal.writer import TerminalWriter, open_anew

MOST_WAITING = 500
"""Most lines that wait for the terminal."""
READ_BYTES = 1024


class LineTerminal:
    """The terminal on descriptor 0, while open. Used by one thread, the event loop's."""

    def __init__(
        self, take: Callable[[str], None], gone: Callable[[], None], ascii_only: bool
    ) -> None:
        """`take` gets typed text as it arrives; `gone` is called when no more input can come."""
        self._take = take
        self._gone = gone
        self._ascii_only = ascii_only
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._waiting: deque[str] = deque()
        self._left_out = 0
        self._writer: TerminalWriter | None = None
        self._modes: list[Any] | None = None

    def open(self) -> None:
        """Read keys one by one, without echo. Raises termios.error if there is no terminal."""
        descriptor = open_anew(0)
        self._writer = TerminalWriter(
            os.dup(0) if descriptor is None else descriptor, lambda _: self._flush()
        )
        modes = termios.tcgetattr(0)
        self._modes = list(modes)
        modes[3] &= ~(termios.ICANON | termios.ECHO | termios.ISIG | termios.IEXTEN)
        modes[0] &= ~termios.IXON
        termios.tcsetattr(0, termios.TCSADRAIN, modes)
        asyncio.get_running_loop().add_reader(0, self._read)

    def close(self) -> None:
        """Restore the terminal's modes and close it."""
        asyncio.get_running_loop().remove_reader(0)
        if self._modes is not None:
            with suppress(termios.error):
                termios.tcsetattr(0, termios.TCSANOW, self._modes)
        if self._writer is not None:
            self._flush()
            self._writer.finish()
            self._writer.close()
            self._writer = None

    def say(self, line: str) -> None:
        """Print a line."""
        self._waiting.append(f"{line}\n")
        if len(self._waiting) > MOST_WAITING:
            self._waiting.popleft()
            self._left_out += 1
        self._flush()

    def echo(self, text: str) -> None:
        """Append `text` to the line being typed."""
        with suppress(BlockingIOError):
            self.write(self._in_its_signs(text).encode("utf-8", "replace"))

    def write(self, data: bytes) -> None:
        """Write bytes such as a bell. Raises OSError if they cannot be taken now."""
        if self._writer is None or self._writer.behind:
            raise BlockingIOError
        self._writer.write(data)

    def _flush(self) -> None:
        while self._waiting and self._writer is not None and not self._writer.behind:
            line = self._waiting.popleft()
            if self._left_out:
                line = f"{self._left_out} lines left out; they are saved\n{line}"
                self._left_out = 0
            self._writer.write(self._in_its_signs(line).encode("utf-8", "replace"))

    def _in_its_signs(self, text: str) -> str:
        return in_ascii(text) if self._ascii_only else text

    def _read(self) -> None:
        try:
            data = os.read(0, READ_BYTES)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data:
            self._take(self._decoder.decode(data))
            return
        asyncio.get_running_loop().remove_reader(0)
        self._gone()
