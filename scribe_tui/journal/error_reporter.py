"""What the journal tells of its troubles: each once, and once that all is well again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Lock

from scribe_tui.errors import JournalError
from scribe_tui.sanitize import harmless_line

_WAITING = "Lines wait in memory and are written when it can be again."


class ErrorReporter:
    """Called from the journal's threads; calls `on_error` and `on_recovered` on them."""

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
        """Whether a trouble is told and not over."""
        return self._standing is not None

    def failed(self, failure: OSError) -> None:
        """The disk refused."""
        reason = failure.strerror or type(failure).__name__
        self._first(f"The session log in {self._run} cannot be written: {reason}.")

    def hanging(self) -> None:
        """The disk does not come back from a call."""
        self._first(f"The disk of the session log in {self._run} does not answer.")

    def losing(self) -> None:
        """Memory for what waits is used up. Told once more than the trouble itself."""
        with self._lock:
            before = self._standing
            if before is not None and before.title == "log lines lost":
                return
            told = before.message if before else f"The session log in {self._run} is behind."
            self._tell(
                JournalError(
                    "log lines lost",
                    f"{told} Memory for waiting lines is used up: new ones are lost.",
                    "Make room in the log folder now.",
                )
            )

    def broken(self, error: Exception) -> None:
        """The writer itself failed, for good."""
        with self._lock:
            self._tell(
                JournalError(
                    "log broken",
                    "The session log stopped for a fault of this program "
                    f"({type(error).__name__}).",
                    "Please report it with the diagnostics file.",
                )
            )

    def well(self) -> None:
        """Everything that waited is written."""
        with self._lock:
            if self._standing is not None:
                self._standing = None
                self._on_recovered()

    def _first(self, message: str) -> None:
        with self._lock:
            if self._standing is None:
                self._tell(JournalError("log not saved", message, _WAITING))

    def _tell(self, error: JournalError) -> None:
        self._standing = error
        self._on_error(error)
