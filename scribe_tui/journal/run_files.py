"""The list of files that this program wrote into a run's folder beside the journals.

Retention may delete an export or kept sound with its run only if it is unchanged. The list in the
run's folder shows that: one JSON object a line, `{"file": name, "mtime_ns": n}`; the newest line of
a name counts.
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
"""Flags with which opening never blocks, not even on a pipe of that name."""


SOUND = ".sound."
"""Part of a sound file's name, between the session's stem and the file's number."""
LIVE = 0
"""The `mtime_ns` of a file that is still being written."""
_GONE = -1
"""The `mtime_ns` of a file that was deleted."""
LIVE_SECONDS = 60.0
"""A file noted as `LIVE` is unchanged if it was last written at most this long after the
journal."""


def note(path: Path, *, live: bool = False, keep_seconds: float | None = None) -> None:
    """Note that `path`, as it is now, was written by this program. Raises OSError.

    A file that is still being written (`live`) is noted again when it is complete. `keep_seconds`:
    seconds for which kept sound is kept.
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
    """Hold the list alone while checking whether a file is as noted, and noting it.

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
    """A unique temporary path for a file that is then renamed to `path`."""
    return path.with_name(f"{_UNFINISHED}{os.getpid()}-{next(_NUMBERS)}")


def is_live(path: Path) -> bool:
    """Whether a file was noted as being written, and not as complete since."""
    return noted(path.parent).get(path.name) == LIVE


@dataclass(frozen=True, slots=True)
class DeletedPart:
    """A chained part that retention deleted: number and digest of its last line, and when."""

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
    """Return the noted files by name, with their modification times in ns as we left them."""
    return {str(entry["file"]): int(entry["mtime_ns"]) for entry in _entries(run)}


def kept_seconds(run: Path) -> dict[str, float]:
    """Return the files of kept sound by name, with the seconds for which each is kept."""
    return {
        str(entry["file"]): float(seconds)
        for entry in _entries(run)
        if isinstance(seconds := entry.get("keep_seconds"), int | float)
    }


def is_as_noted(path: Path, entries: dict[str, int]) -> bool:
    """Whether a file of the run was written by this program and not changed since."""
    if path.name == LIST or path.name.startswith(_UNFINISHED):  # left by a killed process
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
