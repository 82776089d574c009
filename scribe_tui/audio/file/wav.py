"""Whether a WAV file's header tells how much sound is in it. Reads headers alone.

Recorders write the sizes when they are done; a file that is still written, that was cut off
by a power failure, or that went through a pipe, holds more sound than its header says.
"""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

_MAX_CHUNKS = 64
_UNKNOWN = frozenset({0, 0x7FFFFFFF, 0xFFFFFFFF})
_KINDS = frozenset({b"RIFF", b"RF64", b"BW64"})


def is_wav(head: bytes) -> bool:
    """Whether the file that begins with `head` is a WAV file."""
    return head[:4] in _KINDS and head[8:12] == b"WAVE"


def has_wrong_length(path: Path) -> bool:
    """Whether the sound goes on behind the end that the header tells, or it tells none."""
    try:
        with path.open("rb") as file:
            return _has_wrong_length(file, path.stat().st_size)
    except OSError:
        return False


def _has_wrong_length(file: BinaryIO, size: int) -> bool:
    head = file.read(12)
    if not is_wav(head):
        return False
    long_length: int | None = None
    for _ in range(_MAX_CHUNKS):
        chunk = file.read(8)
        if len(chunk) < 8:
            return False
        name, length = chunk[:4], int.from_bytes(chunk[4:], "little")
        if name == b"ds64":
            fields = file.read(min(length, 24))
            long_length = int.from_bytes(fields[8:16], "little")
            length -= len(fields)
        elif name == b"data":
            if head[:4] != b"RIFF" and length in _UNKNOWN:
                length = long_length or 0
            return _goes_on(file, length, size)
        file.seek(length + length % 2, 1)
    return False


def _goes_on(file: BinaryIO, length: int, size: int) -> bool:
    """Whether what stands behind `length` bytes from here is more sound."""
    start = file.tell()
    if length in _UNKNOWN:
        return True
    end = start + length
    if end >= size:
        return False
    for padding in (length % 2, 0):
        file.seek(end + padding)
        chunk = file.read(8)
        left = size - end - padding - 8
        if len(chunk) < 8:
            return False
        named = chunk[:4].isascii() and chunk[:4].decode("ascii").isprintable()
        if named and int.from_bytes(chunk[4:], "little") <= left + 1:
            return False
    return True
