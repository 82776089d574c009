"""ErrorReporter: reports each error of the journal once, and its recovery once."""

from __future__ import annotations

import errno
from collections.abc import Callable
from pathlib import Path
from threading import Lock

from scribe_tui.errors import JournalError
from scribe_tui.sanitize import harmless_line

_WAITING = "Lines wait in memory and are written when it can be again."
_REMEDIES = {
    errno.ENOSPC: "Make room on that disk.",
    errno.EDQUOT: "Make room within your quota.",
    errno.EMFILE: "This program has too many files open: raise its limit (ulimit -n).",
    errno.ENFILE: "The whole machine has too many files open.",
    errno.EROFS: "That disk has become read-only.",
}


class ErrorReporter:
    """Reports an error when it begins and when it is over, but not in between.

    The journal's threads call it; `on_error` and `on_recovered` are called on them.
    """

    def __init__(
        self,
        run: Path,
        on_error: Callable[[JournalError], None],
        on_recovered: Callable[[], None],
    ) -> None:
        self._run = harmless_line(str(run))
        self._on_error = on_error
        self._on_recovered = on_recovered
        self._standing: JournalError | None = None
        self._lock = Lock()

    @property
    def stands(self) -> bool:
        """Whether an error was reported and has not recovered."""
        return self._standing is not None

    def failed(self, failure: OSError) -> None:
        """Report that the disk refused a call."""
        reason = failure.strerror or type(failure).__name__
        remedy = _REMEDIES.get(failure.errno or 0, "")
        self._first(f"The session log in {self._run} cannot be written: {reason}.", remedy)

    def hanging(self) -> None:
        """Report that a call to the disk does not return."""
        self._first(f"The disk of the session log in {self._run} does not answer.")

    def behind(self, seconds: float) -> None:
        """Report that a line has been waiting to be written for `seconds`, without an error."""
        self._first(
            f"The session log in {self._run} is behind: its oldest line that is not on disk "
            f"is {seconds:.1f} s old."
        )

    def losing(self) -> None:
        """Report that memory for waiting lines is used up, even if an error was reported before."""
        with self._lock:
            before = self._standing
            if before is not None and before.title == "log lines lost":
                return
            known = before.message if before else f"The session log in {self._run} is behind."
            self._report(
                JournalError(
                    "log lines lost",
                    f"{known} Memory for waiting lines is used up: new ones are lost.",
                    "Make room in the log folder now.",
                )
            )

    def broken(self, error: Exception) -> None:
        """Report that the writer itself failed for good."""
        with self._lock:
            self._report(
                JournalError(
                    "log broken",
                    "The session log stopped for a fault of this program "
                    f"({type(error).__name__}).",
                    "Please report it with the diagnostics file.",
                )
            )

    def recovered(self) -> None:
        """Report that everything that waited is written."""
        with self._lock:
            if self._standing is not None:
                self._standing = None
                self._on_recovered()

    def _first(self, message: str, remedy: str = "") -> None:
        with self._lock:
            if self._standing is None:
                self._report(JournalError("log not saved", message, f"{remedy} {_WAITING}".strip()))

    def _report(self, error: JournalError) -> None:
        self._standing = error
        self._on_error(error)
