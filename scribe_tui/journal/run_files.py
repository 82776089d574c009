"""What this program wrote into a run's folder beside the journals: exports and the like.

Retention may delete such a file with its run only if it is as the program left it. A list
in the run says so: one JSON object a line, `{"file": name, "mtime_ns": n}`; the newest line
of a name counts.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

LIST = ".scribe-tui-files"
_UNFINISHED = ".scribe-tui-unfinished-"
_NUMBERS = count(1)
WAIT_SECONDS = 10.0
MAX_LIST_BYTES = 4_000_000

_FLAGS = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
_READ = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK
"""Opening never waits, not even where somebody has put a pipe of that name."""


SOUND = ".sound."
"""Between the stem of a session and the number of a file with its sound."""
LIVE = 0
"""Noted as the time of a file that goes on being written."""
_GONE = -1
"""Noted as the time of a file that is no more."""
LIVE_SECONDS = 60.0
"""Time after the journal's last write within which such a file may have been written last, if
no end was noted."""


def note(path: Path, *, live: bool = False, keep_seconds: float | None = None) -> None:
    """Note that `path`, as it is now, was written by this program. Raises OSError.

    A file that goes on being written (`live`) is noted again when it is whole. `keep_seconds`
    is how long kept sound is to stay.
    """
    entry: dict[str, str | int | float] = {"file": path.name}
    entry["mtime_ns"] = LIVE if live else path.stat().st_mtime_ns
    if keep_seconds is not None:
        entry["keep_seconds"] = keep_seconds
    _append(path.parent, entry)


def _append(folder: Path, entry: dict[str, str | int | float]) -> None:
    descriptor = os.open(folder / LIST, _FLAGS, 0o600)
    try:
        os.write(descriptor, json.dumps(entry).encode() + b"\n")
    finally:
        os.close(descriptor)


@contextmanager
def list_alone(folder: Path) -> Iterator[None]:
    """While no other program, or thread, looks whether a file is as it was noted, and notes it.

    Raises OSError.
    """
    from scribe_tui.journal.retention.locks import lock_alone  # its package reads this list

    descriptor = os.open(folder / LIST, _FLAGS, 0o600)
    give_up_at = time.monotonic() + WAIT_SECONDS
    try:
        while time.monotonic() < give_up_at:
            try:
                lock_alone(descriptor)
            except BlockingIOError:
                time.sleep(0.005)
            except OSError:  # nothing can be locked there
                break
            else:
                break
        yield
    finally:
        os.close(descriptor)


def unfinished(path: Path) -> Path:
    """Where a file is written before it is moved to `path`: no other writer has that name."""
    return path.with_name(f"{_UNFINISHED}{os.getpid()}-{next(_NUMBERS)}")


def is_live(path: Path) -> bool:
    """Whether a file was noted as one that goes on being written, and not as whole since."""
    return noted(path.parent).get(path.name) == LIVE


@dataclass(frozen=True, slots=True)
class DeletedPart:
    """A part that retention deleted: its last line's number and digest, and when that was."""

    file: str
    lines: int
    last: str
    at: str


def note_deleted(part: DeletedPart, folder: Path) -> None:
    """Note that retention deletes a numbered part. Raises OSError."""
    _append(folder, {"file": part.file, "deleted_at": part.at, "lines": part.lines,
                     "last": part.last, "mtime_ns": _GONE})  # fmt: skip


def deleted_parts(run: Path) -> list[DeletedPart]:
    """The numbered parts that were deleted by retention, as the run's list says."""
    found = []
    for entry in _entries(run):
        at, lines, last = (entry.get(name) for name in ("deleted_at", "lines", "last"))
        if isinstance(at, str) and type(lines) is int and isinstance(last, str):
            found.append(DeletedPart(entry["file"], lines, last, at))
    return found


def noted(run: Path) -> dict[str, int]:
    """Names of the files that were noted, and when each was last changed by us (ns)."""
    return {str(entry["file"]): int(entry["mtime_ns"]) for entry in _entries(run)}


def kept_seconds(run: Path) -> dict[str, float]:
    """Names of the files with kept sound, and for how long each is to stay."""
    return {
        str(entry["file"]): float(seconds)
        for entry in _entries(run)
        if isinstance(seconds := entry.get("keep_seconds"), int | float)
    }


def is_as_noted(path: Path, entries: dict[str, int]) -> bool:
    """Whether a file of the run was written by this program and not changed since."""
    if path.name == LIST or path.name.startswith(_UNFINISHED):  # a kill may have left it
        return True
    if path.name not in entries:
        return False
    changed = path.lstat().st_mtime_ns
    if entries[path.name] != LIVE:
        return changed == entries[path.name]
    journal = path.parent / f"{path.name.partition(SOUND)[0]}.jsonl"
    if SOUND not in path.name:
        journal = path.with_suffix(".jsonl")
    return journal.exists() and changed / 1e9 <= journal.stat().st_mtime + LIVE_SECONDS


def _entries(run: Path) -> list[dict[str, Any]]:
    try:
        with os.fdopen(os.open(run / LIST, _READ), "rb") as file:
            content = file.read(MAX_LIST_BYTES)
    except OSError:
        return []
    return [entry for line in content.splitlines() if (entry := _entry(line)) is not None]


def _entry(line: bytes) -> dict[str, Any] | None:
    try:
        entry = json.loads(line)
        int(entry["mtime_ns"])
        return entry if isinstance(entry["file"], str) else None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
