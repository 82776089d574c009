"""Whether a recording broke off or is damaged: what its head promises against what was played.

The decoder ends one that is cut short like a whole one, mostly without a word. Only promises
that are kept by whole files count: the lengths in the heads of MP3, FLAC, WavPack and TTA,
the size in the head of the file, and MP4's index for the sound track itself. An Ogg file
promises nothing, and a film's length is that of its picture.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from scribe_tui.audio.containers.beginnings import id3_bytes
from scribe_tui.audio.containers.declared_size import HEAD_BYTES, size_in
from scribe_tui.audio.decoder.log import DecoderFacts

_MISSING_SAMPLE = re.compile(r"stream (\d+), offset 0x[0-9a-f]+: partial file")
"""The decoder's word for a sample that the index of an MP4 file names and the file lacks."""
_PROMISING_CONTAINERS = frozenset({"mp3", "flac", "wv", "tta"})
_TOLERANCE_SECONDS = 0.5
_TOLERANCE_SHARE = 0.01
_TOLERANCE_BYTES = 1024
REST_BYTES = 64 * 1024
"""Most bytes of tags and container overhead behind the sound."""
_AT_THE_END_SECONDS = 4.0
"""Sound that may still be buffered when the decoder complains about the end of the file."""
_XING_AT = 2048
"""Bytes of the first frame in which the Xing header of an MP3 is searched for."""


class Fault(StrEnum):
    """What is wrong with a file that was played to its last byte."""

    CUT_SHORT = "cut short"
    DAMAGED = "damaged"


@dataclass(frozen=True, slots=True)
class Stored:
    """What is stored of a recording: its size in bytes, its first bytes, the length of its tag.

    `frame`: the first bytes of its sound, behind the tag; empty where they are not known.
    """

    size: int
    head: bytes
    tag_bytes: int = 0
    frame: bytes = b""


def stored_in(path: Path) -> Stored | None:
    """`Stored` for a file, None if it cannot be read."""
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
            tag = id3_bytes(head)
            file.seek(tag)
            return Stored(path.stat().st_size, head, tag, file.read(_XING_AT))
    except OSError:
        return None


def stored_as(head: bytes, size: int) -> Stored:
    """`Stored` for a recording that is `size` bytes long and begins with `head`."""
    tag = id3_bytes(head)
    return Stored(size, head, tag, head[tag : tag + _XING_AT])


@dataclass(frozen=True, slots=True)
class Played:
    """What was played: the stream's number, its length, and when the decoder first complained.

    Both in seconds of sound; `first_error_at` None: it never did.
    """

    stream: int
    seconds: float
    first_error_at: float | None


def fault_of(
    stored: Stored | None,
    facts: DecoderFacts,
    errors: Sequence[str],
    played: Played,
) -> Fault | None:
    """What is wrong with a recording whose sound has ended; None: nothing.

    With `stored` None only the checks are made that do not need it.
    """
    missing = {int(found[1]) for line in errors if (found := _MISSING_SAMPLE.search(line))}
    promised = facts.declared_duration
    is_cut = stored is not None and is_cut_by_size(stored)
    if is_cut and facts.container == "avi" and promised is not None:
        # What stands behind its sound is its index, which the decoder can do without.
        is_cut = promised - played.seconds > _TOLERANCE_SECONDS
    if played.stream in missing or is_cut:
        return Fault.CUT_SHORT
    if promised is None and facts.container == "mp3" and stored is not None:
        # In a pipe the decoder does not look at the header for it.
        return Fault.CUT_SHORT if _lacks_bytes(stored) else None
    if promised is None or facts.container not in _PROMISING_CONTAINERS:
        return None
    if promised - played.seconds <= max(_TOLERANCE_SECONDS, promised * _TOLERANCE_SHARE):
        return None
    if facts.container == "mp3":
        is_whole = stored is not None and _has_all_bytes(stored)
        if is_whole and played.first_error_at is None:  # its header counts frames that never were
            return None
    else:
        error_at = played.seconds if played.first_error_at is None else played.first_error_at
        is_whole = played.seconds - error_at > _AT_THE_END_SECONDS
    return Fault.DAMAGED if is_whole else Fault.CUT_SHORT


def is_cut_by_size(stored: Stored) -> bool:
    """Whether it is shorter than the size in its head."""
    declared = size_in(stored.head)
    return declared is not None and declared - stored.size > _TOLERANCE_BYTES


def _lacks_bytes(stored: Stored) -> bool:
    """Whether an MP3 has clearly fewer bytes than its header declares.

    Absurd sizes do not count.
    """
    promised = _mp3_bytes(stored)
    return promised is not None and _TOLERANCE_BYTES < promised - stored.size < 100 * stored.size


def _has_all_bytes(stored: Stored) -> bool:
    """Whether an MP3 has as many bytes as its Xing or Info header declares."""
    promised = _mp3_bytes(stored)
    return promised is not None and stored.size >= promised - 1


def _mp3_bytes(stored: Stored) -> int | None:
    """Bytes of an MP3, its tag included, by its Xing or Info header; None without one."""
    frame = stored.frame
    if frame[:1] != b"\xff":
        return None
    place = max(frame.find(b"Xing"), frame.find(b"Info"))
    flags = int.from_bytes(frame[place + 4 : place + 8], "big")
    if place < 0 or not flags & 2:
        return None
    at = place + 8 + (4 if flags & 1 else 0)
    return stored.tag_bytes + int.from_bytes(frame[at : at + 4], "big")
