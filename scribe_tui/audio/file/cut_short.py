"""Whether a file broke off: what its header promises against what there is of it.

The decoder ends a file cut short like a whole one, mostly without a word. Only promises
that are kept by whole files count: those of MP3 and FLAC headers, WAV's size, and MP4's
index. An Ogg file promises nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from scribe_tui.audio.decoder.log import DecoderFacts

_MISSING_SIGN = "partial file"
"""The decoder's word for a sample that the index of an MP4 file names and the file lacks."""
_PROMISING_CODECS = frozenset({"mp3", "flac"})
_TOLERANCE_SECONDS = 0.5
_TOLERANCE_SHARE = 0.01
_TOLERANCE_BYTES = 8192
_ENDLESS_BYTES = 0x7FFF0000
"""A WAV written to a pipe has no idea of its size and says something about this or more."""


def is_cut_short(
    path: Path, facts: DecoderFacts, errors: Sequence[str], played_seconds: float
) -> bool:
    """Whether more was promised than could be played. To be asked at the end of the sound."""
    if any(_MISSING_SIGN in line for line in errors) or _is_wav_cut(path):
        return True
    promised = facts.duration_seconds
    if promised is None or facts.duration_is_guess or facts.codec not in _PROMISING_CODECS:
        return False
    return promised - played_seconds > max(_TOLERANCE_SECONDS, promised * _TOLERANCE_SHARE)


def _is_wav_cut(path: Path) -> bool:
    """By RIFF's own size, which counts from its ninth byte."""
    try:
        with path.open("rb") as file:
            head = file.read(12)
        present = path.stat().st_size
    except OSError:
        return False
    if head[:4] != b"RIFF" or head[8:12] != b"WAVE":
        return False
    promised = int.from_bytes(head[4:8], "little") + 8
    return promised - present > _TOLERANCE_BYTES and promised < _ENDLESS_BYTES
