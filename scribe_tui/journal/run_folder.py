"""The folder of one run: each start creates a new one."""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path

from scribe_tui.errors import UsageError
from scribe_tui.sanitize import harmless_line

MAX_RUNS_A_SECOND = 1000


def create_run(log_dir: Path, started_at: float) -> Path:
    """Create `log_dir/2026-11-23T16-35-00`, accessible only to the user, and return it.

    A second run of the same second is called `...-2`. `started_at` is wall-clock time. Raises
    UsageError if the folder cannot be created.
    """
    run = f"{datetime.fromtimestamp(started_at):%Y-%m-%dT%H-%M-%S}"
    try:
        log_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        for number in range(1, MAX_RUNS_A_SECOND + 1):
            folder = log_dir / (run if number == 1 else f"{run}-{number}")
            if _make(folder):
                return folder
    except OSError as error:
        raise _refused(log_dir, _reason(error)) from None
    raise _refused(log_dir, f"it has {MAX_RUNS_A_SECOND} runs of this second")


def _make(folder: Path) -> bool:
    """Create the folder; return False if it exists."""
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        return False
    return True


def _refused(log_dir: Path, reason: str) -> UsageError:
    return UsageError(
        "log folder",
        f"The log folder {harmless_line(str(log_dir))} cannot be written: {reason}.",
        "Name another one with --log-dir.",
    )


def check_log_folder(log_dir: Path, room_bytes: int = 0) -> None:
    """Raise UsageError unless `room_bytes` could be written to `log_dir`; leaves no file.

    A start passes 0: on a full disk lines wait in memory.
    """
    try:
        log_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryFile(dir=log_dir) as file:
            file.write(bytes(room_bytes))
            file.flush()
    except OSError as error:
        raise _refused(log_dir, _reason(error)) from None


def _reason(error: OSError) -> str:
    """Return why a folder cannot be created; FileExistsError means that a file is in its place."""
    if isinstance(error, FileExistsError):
        return "it is no folder"
    return error.strerror or "the system refused"
