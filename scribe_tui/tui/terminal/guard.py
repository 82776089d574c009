"""Keep the screen for the app: nothing else in the process can write to the terminal.

The SDK, PortAudio and decoders write to descriptor 2, some even to 1. While the guard holds, both
lead to the diagnostics file. Textual draws on `sys.__stderr__` and asks `sys.__stdout__` for the
size (textual/drivers/linux_driver.py), so both become a separate descriptor of the terminal that
only Textual uses.
"""

from __future__ import annotations

import os
import sys
import termios
from io import TextIOWrapper
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, Self

from scribe_tui.tui.terminal.writer import ABANDON, open_anew, write_at_last

if TYPE_CHECKING:
    from scribe_tui.tui.terminal.stand_by import StandBy

KILLED = "scribe-tui was killed, or crashed."
_LEAVE_SCREEN = (
    b"\x1b[<u"  # keyboard protocol: each screen has its own stack, so before leaving this one
    b"\x1b[?1049l"  # back from the alternate screen
    b"\x1b[?25h\x1b[?7h"  # cursor, line wrap
    b"\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l"  # mouse
    b"\x1b[?1004l\x1b[?2004l\x1b[?2048l"  # focus reports, bracketed paste, size reports
    b"\x1b[0m"  # colours
)


class OutputCapture(Protocol):
    """Takes what is written to the standard descriptors while the screen is open."""

    def capture(self, *descriptors: int) -> None:
        """Redirect `descriptors` to the diagnostics."""

    def let_go(self) -> None:
        """Close the diagnostics' own handles on them."""


class ScreenGuard:
    """Context manager around the app's life. Needs a terminal on descriptors 0 and 1."""

    def __init__(self, diagnostics: OutputCapture, last_words: str = KILLED) -> None:
        """`last_words` is printed if this program is killed while the screen is open."""
        self._diagnostics = diagnostics
        self._last_words = last_words
        self._stand_by: StandBy | None = None
        self._holds = False

    def __enter__(self) -> Self:
        sys.stdout.flush()
        sys.stderr.flush()
        self._kept = {descriptor: os.dup(descriptor) for descriptor in (1, 2)}
        self._streams = (sys.__stdout__, sys.__stderr__)
        self._modes = termios.tcgetattr(0)
        self._terminal = os.dup(1)
        self._stream = open(  # noqa: PTH123 - a descriptor; closed in __exit__
            self._terminal, "w", encoding="utf-8", errors="replace"
        )
        sys.__stdout__ = sys.__stderr__ = self._stream  # type: ignore[misc]
        self._stand_by = _stand_by(self._terminal, self._modes, self._last_words)
        self._diagnostics.capture(1, 2)
        self._holds = True
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._holds = False
        sys.stdout.flush()
        sys.stderr.flush()
        self._diagnostics.let_go()
        for descriptor, kept in self._kept.items():
            os.dup2(kept, descriptor)
            os.close(kept)
        sys.__stdout__, sys.__stderr__ = self._streams  # type: ignore[misc]
        _close(self._stream)
        if self._stand_by is not None:
            self._stand_by.end()

    def restore_terminal(self) -> None:
        """Make the terminal usable at once, for a program that cannot wait for the app.

        Does nothing while the guard does not hold. What is drawn afterwards is discarded. The wait
        for a terminal that does not read is bounded; one that is gone (SIGHUP) has nothing to
        restore.
        """
        if not self._holds:
            return
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self._terminal)
        descriptor = open_anew(self._kept[1])
        try:
            if descriptor is None:
                os.write(self._kept[1], _LEAVE_SCREEN)
            else:
                write_at_last(descriptor, ABANDON + _LEAVE_SCREEN)
            termios.tcsetattr(0, termios.TCSANOW, self._modes)
        except (OSError, termios.error):
            return
        finally:
            if self._stand_by is not None:
                self._stand_by.end()


def _stand_by(terminal: int, modes: list[Any], last_words: str) -> StandBy:
    from scribe_tui.tui.terminal.stand_by import StandBy  # imported late, to keep the start fast

    return StandBy(terminal, modes, _LEAVE_SCREEN, last_words)


def _close(stream: TextIOWrapper) -> None:
    """Close `stream`; what a terminal that hung up did not take is lost."""
    try:
        stream.close()
    except OSError:
        return
