"""Whether a file holds a second recording behind its first, which the decoder never reaches.

So do files that were joined byte by byte (`cat a.wav b.wav`). Of MP3, Ogg, FLAC, Matroska and
transport streams the decoder hears all; of those with a size or an index in their head the first.
"""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from scribe_tui.audio.declared_size import HEAD_BYTES, size_in

_HEADS = (b"RIFF", b"RF64", b"FORM")
_FORMS = (b"WAVE", b"AIFF", b"AIFC")
"""Not AVI, which may have parts of its own."""
_MAX_BOXES = 10_000
_LONG = 1


def holds_another(path: Path) -> bool:
    """True only where it is sure; False also where the file cannot be read."""
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
            if head[:4] in _HEADS and head[8:12] in _FORMS:
                return _another_at(file, size_in(head))
            if head[4:8] == b"ftyp":
                return _has_two_indexes(file, path.stat().st_size)
    except OSError:
        return False
    return False


def _another_at(file: BinaryIO, end: int | None) -> bool:
    if end is None:
        return False
    for place in (end, end + end % 2):
        file.seek(place)
        if file.read(4) in _HEADS:
            return True
    return False


def _has_two_indexes(file: BinaryIO, size: int) -> bool:
    """Whether an MP4 has a second `moov`, and no fragments, which may repeat it."""
    at, indexes = 0, 0
    for _ in range(_MAX_BOXES):
        if at + 8 > size:
            break
        file.seek(at)
        box = file.read(16)
        length, name = int.from_bytes(box[:4], "big"), box[4:8]
        if length == _LONG:
            length = int.from_bytes(box[8:16], "big")
        if name == b"moof" or length < 8:
            return False
        indexes += name == b"moov"
        at += length
    return indexes > 1
