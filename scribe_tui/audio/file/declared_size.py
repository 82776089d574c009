"""How large a file of uncoded sound is by its own head: WAV, RF64, W64, AIFF, AU, CAF."""

from __future__ import annotations

from pathlib import Path

_ENDLESS = 0x7FFF0000
"""What was written to a pipe has no idea of its size and says something about this or more."""
_HEAD_BYTES = 4096
_W64_SIGN = b"riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\x00\x00"


def declared_size(path: Path) -> int | None:
    """Bytes of the whole file, None where its head tells none. Raises OSError."""
    with path.open("rb") as file:
        return size_in(file.read(_HEAD_BYTES))


def size_in(head: bytes) -> int | None:
    """As `declared_size`, by the first bytes of the file."""
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return _whole(int.from_bytes(head[4:8], "little"), 8)
    if head[:4] in (b"RF64", b"BW64") and head[12:16] == b"ds64":
        return _long(int.from_bytes(head[20:28], "little"), 8)
    if head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC"):
        return _whole(int.from_bytes(head[4:8], "big"), 8)
    if head[:16] == _W64_SIGN:
        return _long(int.from_bytes(head[16:24], "little"), 0)
    if head[:4] == b".snd":
        return _whole(int.from_bytes(head[8:12], "big"), int.from_bytes(head[4:8], "big"))
    if head[:4] == b"caff":
        return _caf(head)
    return None


def _whole(size: int, before: int) -> int | None:
    return size + before if 0 < size < _ENDLESS else None


def _long(size: int, before: int) -> int | None:
    """A size in 64 bits: it may be larger than 2 GB and still be true."""
    return size + before if 0 < size < 1 << 50 else None


def _caf(head: bytes) -> int | None:
    """The end of its `data` chunk, which may be the last one."""
    at = 8
    while at + 12 <= len(head):
        name, size = head[at : at + 4], int.from_bytes(head[at + 4 : at + 12], "big", signed=True)
        if size < 0:
            return None
        if name == b"data":
            return _long(size, at + 12)
        at += 12 + size
    return None
