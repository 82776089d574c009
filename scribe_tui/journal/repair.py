"""Repair a journal whose last line was being written when the program or the disk failed."""

from __future__ import annotations

import json
import os
from pathlib import Path

from scribe_tui.journal.ownership import LINE_START, is_journal

_BLOCK_BYTES = 65536


def mend_journal(path: Path) -> int:
    """Repair the last line of a journal; return how many bytes were cut off.

    A last line that lacks only its line feed gets it; a torn one is cut off. A file that this
    program did not write is left alone, and so is a last line that does not begin like a record: a
    person's note is not a torn record. Raises OSError.
    """
    if not is_journal(path):
        return 0
    with path.open("r+b") as file:
        tail = _tail(file.fileno())
        if not tail or not _began_as_record(tail):
            return 0
        if _is_record(tail):
            file.seek(0, os.SEEK_END)
            file.write(b"\n")
            return 0
        os.ftruncate(file.fileno(), os.fstat(file.fileno()).st_size - len(tail))
        os.fsync(file.fileno())
        return len(tail)


def _tail(descriptor: int) -> bytes:
    """Return the bytes after the last line feed."""
    start = os.fstat(descriptor).st_size
    if start and os.pread(descriptor, 1, start - 1) == b"\n":
        return b""
    blocks: list[bytes] = []
    while start > 0 and not (blocks and b"\n" in blocks[-1]):
        length = min(_BLOCK_BYTES, start)
        start -= length
        blocks.append(os.pread(descriptor, length, start))
    tail = b"".join(reversed(blocks))
    return tail[tail.rfind(b"\n") + 1 :]


def _began_as_record(tail: bytes) -> bool:
    """Whether the line was begun by the journal, or is zero bytes left by a power failure."""
    return tail.startswith(LINE_START) or LINE_START.startswith(tail) or not tail.strip(b"\0")


def _is_record(tail: bytes) -> bool:
    try:
        return isinstance(json.loads(tail), dict)
    except (ValueError, RecursionError):
        return False
