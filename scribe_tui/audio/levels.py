"""How loud: dBFS of PCM, dead air, and clips cut from saved PCM. pydub's only room.

pydub measures and exports here; it decodes and resamples nothing on the way in.
"""

from __future__ import annotations

import warnings
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from scribe_tui.audio.decoder_binary import find_decoder
from scribe_tui.audio.format import SAMPLE_BYTES, AudioFormat
from scribe_tui.errors import UsageError

FULL_SCALE = 1 << (8 * SAMPLE_BYTES - 1)
CLIP_FORMATS = ("wav", "mp3")


@cache
def _pydub() -> Any:
    """The library, imported late and without what it has to say (no ffmpeg, old escapes)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pydub.utils
    return pydub


def level_dbfs(pcm: bytes) -> float:
    """Root mean square of mono PCM in dB relative to full scale; -inf for silence.

    As `AudioSegment.dBFS`, without an object for each chunk.
    """
    utils = _pydub().utils
    rms = utils.audioop.rms(pcm, SAMPLE_BYTES)
    return float(utils.ratio_to_db(rms / FULL_SCALE)) if rms else float("-inf")


def _segment(pcm: bytes, rate: int) -> Any:
    return _pydub().AudioSegment(data=pcm, sample_width=SAMPLE_BYTES, frame_rate=rate, channels=1)


class Air(StrEnum):
    """What a dead-air detector has to tell."""

    DEAD = "dead"
    ALIVE = "alive"


class DeadAirDetector:
    """Raises when sound stays below a level for some time. Counts sound, needs no clock.

    Below or at `threshold_dbfs` for `seconds` without a break is dead air; the first
    chunk above it clears.
    """

    def __init__(self, threshold_dbfs: float = -50.0, seconds: float = 20.0) -> None:
        self._threshold_dbfs = threshold_dbfs
        self._seconds = seconds
        self.quiet_seconds = 0.0

    @property
    def is_dead(self) -> bool:
        """Whether the air is dead now."""
        return self.quiet_seconds >= self._seconds

    def hear(self, seconds: float, level: float) -> Air | None:
        """Count a chunk of `seconds` at `level` dBFS; tell a change, None if there is none."""
        was_dead = self.is_dead
        self.quiet_seconds = self.quiet_seconds + seconds if level <= self._threshold_dbfs else 0.0
        if self.is_dead == was_dead:
            return None
        return Air.DEAD if self.is_dead else Air.ALIVE


def export_clip(pcm: bytes, audio_format: AudioFormat, path: Path) -> None:
    """Write mono PCM as a sound file whose suffix says which kind: .wav, or .mp3.

    Blocks while it works. WAV needs no decoder. Raises UsageError for another suffix,
    SourceError without ffmpeg, OSError when the file cannot be written.
    """
    kind = path.suffix.lower().lstrip(".")
    if kind not in CLIP_FORMATS:
        raise UsageError(
            "unknown clip format",
            f"A clip cannot be written as {path.name}.",
            f"End its name in .{' or .'.join(CLIP_FORMATS)}.",
        )
    segment = _segment(pcm, audio_format.rate)
    if kind == "mp3":
        segment.converter = find_decoder()
    segment.export(path, format=kind).close()
