"""Whether a file broke off or is damaged: what its header promises against what was played.

The decoder ends a file cut short like a whole one, mostly without a word. Only promises
that are kept by whole files count: those of MP3 and FLAC headers, the size in the head of
uncoded sound, and MP4's index for the sound track itself. An Ogg file promises nothing, and
a film's length is that of its picture.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from scribe_tui.audio.decoder.log import DecoderFacts
from scribe_tui.audio.file.declared_size import declared_size

_MISSING_SAMPLE = re.compile(r"stream (\d+), offset 0x[0-9a-f]+: partial file")
"""The decoder's word for a sample that the index of an MP4 file names and the file lacks."""
_PROMISING_CONTAINERS = frozenset({"mp3", "flac"})
_TOLERANCE_SECONDS = 0.5
_TOLERANCE_SHARE = 0.01
_TOLERANCE_BYTES = 8192
_AT_THE_END_SECONDS = 4.0
"""A complaint about the end comes when so much sound may still be on its way."""
_XING_AT = 2048
"""The header with a variable MP3's size stands in the first frame."""


class Fault(StrEnum):
    """What is wrong with a file that was played to the end of what there is."""

    CUT_SHORT = "cut short"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class Played:
    """What was played: the stream's number, its length, and when the decoder first complained.

    Both in seconds of sound; `first_error_at` None: it never did.
    """

    stream: int
    seconds: float
    first_error_at: float | None


def fault_of(
    path: Path,
    facts: DecoderFacts,
    errors: Sequence[str],
    played: Played,
) -> Fault | None:
    """What is missing, to be asked at the end of the sound; None: nothing."""
    missing = {int(found[1]) for line in errors if (found := _MISSING_SAMPLE.search(line))}
    if played.stream in missing or _is_cut_by_size(path):
        return Fault.CUT_SHORT
    promised = facts.declared_duration
    if promised is None or facts.container not in _PROMISING_CONTAINERS:
        return None
    if promised - played.seconds <= max(_TOLERANCE_SECONDS, promised * _TOLERANCE_SHARE):
        return None
    if facts.container == "mp3":
        is_whole = _has_all_bytes(path)
    else:
        error_at = played.seconds if played.first_error_at is None else played.first_error_at
        is_whole = played.seconds - error_at > _AT_THE_END_SECONDS
    return Fault.DAMAGED if is_whole else Fault.CUT_SHORT


def _is_cut_by_size(path: Path) -> bool:
    """Whether it is shorter than the size in the header of an uncoded file."""
    try:
        declared = declared_size(path)
        return declared is not None and declared - path.stat().st_size > _TOLERANCE_BYTES
    except OSError:
        return False


def _has_all_bytes(path: Path) -> bool:
    """Whether an MP3 has as many bytes as its Xing or Info header counts."""
    try:
        with path.open("rb") as file:
            start = file.read(10)
            tag = _id3_bytes(start)
            file.seek(tag)
            frame = file.read(_XING_AT)
        present = path.stat().st_size - tag
    except OSError:
        return False
    place = max(frame.find(b"Xing"), frame.find(b"Info"))
    flags = int.from_bytes(frame[place + 4 : place + 8], "big")
    if place < 0 or not flags & 2:
        return False
    at = place + 8 + (4 if flags & 1 else 0)
    promised = int.from_bytes(frame[at : at + 4], "big")
    return present >= promised - 1


def _id3_bytes(start: bytes) -> int:
    """Length of an ID3v2 tag, its header included; 0 without one."""
    if start[:3] != b"ID3" or len(start) < 10:
        return 0
    size = 0
    for byte in start[6:10]:
        size = size << 7 | byte & 0x7F
    return 10 + size
