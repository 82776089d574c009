"""The program's own log: a rotating file without transcript text, keys or passwords."""

from __future__ import annotations

import copy
import faulthandler
import logging
import os
import sys
import tempfile
import threading
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler
from pathlib import Path
from types import TracebackType

from scribe_tui.cli.folders import diagnostics_folder
from scribe_tui.cli.output import complain
from scribe_tui.cli.traceback_text import traceback_text
from scribe_tui.errors import UsageError
from scribe_tui.sanitize import harmless_line, mask_url, without

MAX_BYTES = 1_000_000
BACKUPS = 3
"""Number of older files kept: with the current one, four files of a megabyte each."""

_LOOK_SECONDS = 30.0
_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


_ExceptionInfo = (
    tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
)

_secrets: set[str] = set()


def keep_out(secret: str | None) -> None:
    """Mask `secret` in everything that is logged from now on."""
    if secret:
        _secrets.add(secret)


def _masked(text: str) -> str:
    return mask_url(without(text, _secrets))


class _Formatter(logging.Formatter):
    """Masks the key and secrets in URLs, both in messages and in tracebacks.

    Of an exception it gives place and class, but not its text, which may quote what was spoken. A
    system error is given with its number.
    """

    def format(self, record: logging.LogRecord) -> str:
        record = copy.copy(record)
        record.exc_text = None  # text of the exception made by another handler's formatter
        return _masked(super().format(record))

    def formatException(self, ei: _ExceptionInfo) -> str:  # noqa: N802 - the name is logging's
        """Return a traceback without the exceptions' texts."""
        return "" if ei[1] is None else traceback_text(ei[1])


class Diagnostics(RotatingFileHandler):
    """The diagnostics file. While `capture` is active, output to some descriptors goes to it."""

    def __init__(self) -> None:
        """Open the file, mode 0600. Raises UsageError if it cannot be opened."""
        self._captured: tuple[int, ...] = ()
        folder = diagnostics_folder()
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            super().__init__(
                folder / "scribe-tui.log",
                maxBytes=MAX_BYTES,
                backupCount=BACKUPS,
                encoding="utf-8",
                errors="replace",
            )
        except OSError as error:
            raise _unwritable(folder, error) from None
        self.path = Path(self.baseFilename)
        self._shown = harmless_line(str(folder))
        self._is_failing = False
        self.setFormatter(_Formatter(_FORMAT))
        self._ended = threading.Event()

    def _open(self) -> TextIOWrapper:
        """Open the file, at the start and after each rotation; captured descriptors follow."""
        # With O_NONBLOCK a pipe of that name that nobody reads is an error, and no wait.
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NONBLOCK
        descriptor = os.open(self.baseFilename, flags, 0o600)
        stream = os.fdopen(descriptor, "a", encoding="utf-8", errors="replace")
        faulthandler.enable(stream)  # on a fault in machine code: function names only
        self._lead(stream)
        return stream

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's
        """Drop records that cannot be written (full disk, deleted folder); report that once.

        By default, logging writes an unmasked traceback to stderr for each such record.
        """
        error = sys.exc_info()[1]
        if not self._is_failing:
            self._is_failing = True
            reason = error.strerror if isinstance(error, OSError) else type(error).__name__
            complain(f"Diagnostics cannot be written to {self._shown}: {reason}.")

    def capture(self, *descriptors: int) -> None:
        """Redirect `descriptors` (1, 2) to the file; its size stays bounded."""
        self._captured = descriptors
        self._lead()
        threading.Thread(target=self._watch, name="diagnostics", daemon=True).start()

    def _lead(self, stream: TextIOWrapper | None = None) -> None:
        """Redirect the captured descriptors to `stream`, or to the file as it is open now."""
        stream = stream or self.stream
        if stream is not None:
            for descriptor in self._captured:
                os.dup2(stream.fileno(), descriptor)

    def let_go(self) -> None:
        """Stop following the descriptors; the caller restores them."""
        self._captured = ()

    def close(self) -> None:
        """Close the file for good."""
        self._ended.set()
        faulthandler.disable()
        super().close()

    def _watch(self) -> None:
        """Rotate also for output that bypasses `logging` (C libraries, child processes)."""
        while not self._ended.wait(_LOOK_SECONDS):
            self.acquire()
            try:
                if self._captured and self._size() > MAX_BYTES:
                    self.doRollover()
            except OSError:  # the folder is gone or read-only: the file stays as it is
                self.handleError(logging.makeLogRecord({}))
            finally:
                self.release()

    def _size(self) -> int:
        stream = self.stream
        return os.fstat(stream.fileno()).st_size if stream is not None else 0


def check_diagnostics_folder(room_bytes: int) -> Path:
    """Return the folder if `room_bytes` could be written to it; no file remains.

    Raises UsageError.
    """
    folder = diagnostics_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(bytes(room_bytes))
            file.flush()
            return folder
    except OSError as error:
        raise _unwritable(folder, error) from None


def _unwritable(folder: Path, error: OSError) -> UsageError:
    return UsageError(
        "diagnostics",
        f"The diagnostics folder {harmless_line(str(folder))} cannot be written: {error.strerror}.",
        "Set XDG_STATE_HOME to a folder of yours.",
    )


class _Plain(logging.Formatter):
    """One line per record for a person at a terminal, never a traceback."""

    def format(self, record: logging.LogRecord) -> str:
        return f"scribe-tui: {harmless_line(_masked(record.getMessage()))}"


def start_diagnostics(secret: str | None, *, on_stderr: bool) -> Diagnostics:
    """Send the program's log records to the file, and warnings also to stderr if asked.

    `secret` is masked wherever it would appear. Raises UsageError.
    """
    keep_out(secret)
    diagnostics = Diagnostics()
    root = logging.getLogger()
    root.addHandler(diagnostics)
    root.setLevel(logging.WARNING)
    logging.getLogger("scribe_tui").setLevel(logging.INFO)
    if on_stderr:
        terminal = logging.StreamHandler(sys.stderr)
        terminal.setLevel(logging.WARNING)
        terminal.setFormatter(_Plain())
        root.addHandler(terminal)
    return diagnostics


def stop_diagnostics(diagnostics: Diagnostics) -> None:
    """Stop writing to that file, and close it."""
    logging.getLogger().removeHandler(diagnostics)
    diagnostics.close()


def record_fault(error: Exception) -> Path:
    """Write a fault of this program, with its traceback, to the file; return the file's path."""
    diagnostics = next(
        (found for found in logging.getLogger().handlers if isinstance(found, Diagnostics)), None
    ) or start_diagnostics(None, on_stderr=False)
    fault = logging.LogRecord(
        __name__,
        logging.ERROR,
        __file__,
        0,
        "Fault",
        None,
        (type(error), error, error.__traceback__),
    )
    diagnostics.handle(fault)
    return diagnostics.path
