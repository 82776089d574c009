"""Mend a journal whose last line was being written when the program or the disk went."""

from __future__ import annotations

import json
import os
from pathlib import Path

_BLOCK_BYTES = 65536


def cut_torn_line(path: Path) -> int:
    """Cut what stands behind the last line feed; return how many bytes. Raises OSError."""
    with path.open("r+b") as file:
        return _cut(file.fileno(), len(_tail(file.fileno())))


def mend_journal(path: Path) -> int:
    """Make every line of a `.jsonl` whole again; return how many bytes were cut.

    A last line that lacks only its line feed gets it; a torn one goes. Raises OSError.
    """
    with path.open("r+b") as file:
        tail = _tail(file.fileno())
        if not _is_record(tail):
            return _cut(file.fileno(), len(tail))
        file.seek(0, os.SEEK_END)
        file.write(b"\n")
        return 0


def mend_file(path: Path) -> int:
    """Mend a file of the journal by its kind: `.jsonl` or `.txt`. Raises OSError."""
    return mend_journal(path) if path.suffix == ".jsonl" else cut_torn_line(path)


def _tail(descriptor: int) -> bytes:
    """What stands behind the last line feed."""
    start = os.fstat(descriptor).st_size
    if start and os.pread(descriptor, 1, start - 1) == b"\n":
        return b""
    tail = b""
    while start > 0 and b"\n" not in tail:
        length = min(_BLOCK_BYTES, start)
        start -= length
        tail = os.pread(descriptor, length, start) + tail
    return tail[tail.rfind(b"\n") + 1 :]


def _cut(descriptor: int, count: int) -> int:
    if count:
        os.ftruncate(descriptor, os.fstat(descriptor).st_size - count)
        os.fsync(descriptor)
    return count


def _is_record(tail: bytes) -> bool:
    try:
        return isinstance(json.loads(tail), dict)
    except (ValueError, RecursionError):
        return False
