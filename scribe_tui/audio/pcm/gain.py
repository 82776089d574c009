"""AutoGain: raises quiet speech slowly before it is sent; boosts only, and never clips.

Pure and in order: each chunk is given once. The sound that is kept is not changed: what comes
back here is for the service alone.
"""

from __future__ import annotations

import math

from scribe_tui.audio.format import SAMPLE_BYTES, AudioFormat
from scribe_tui.audio.pcm.audioop_import import audioop
from scribe_tui.audio.pcm.level import FULL_SCALE

TARGET_DBFS = -20.0
"""The level that speech is raised to: the one that recognisers are mostly trained on."""
MOST_DB = 24.0
NOISE_DBFS = -55.0
"""Sound at or below this level is noise: it leaves the gain as it is."""
PEAK_DBFS = -1.0
"""No sample is raised above this level."""
RISE_DB_A_SECOND = 2.0
FALL_DB_A_SECOND = 12.0
MEMORY_SECONDS = 3.0
"""Time for which a level counts, so that the gain does not rise in a pause between words."""
STEPS = 10
"""Parts of a chunk whose gains differ a little: a gain that jumps is heard as a click."""


class AutoGain:
    """One source's gain, in dB from 0 to `MOST_DB`."""

    def __init__(self, audio_format: AudioFormat) -> None:
        self._format = audio_format
        self._speech_dbfs: float | None = None
        self.gain_db = 0.0

    def apply(self, pcm: bytes) -> bytes:
        """Mono PCM (whole 16-bit samples), raised; as long as it was."""
        if not pcm:
            return pcm
        seconds = self._format.seconds(len(pcm) // SAMPLE_BYTES)
        before, wanted = self.gain_db, self._wanted(pcm, seconds)
        step = wanted - before
        step = min(step, RISE_DB_A_SECOND * seconds) if step > 0 else step
        step = max(step, -FALL_DB_A_SECOND * seconds)
        self.gain_db = min(before + step, self._headroom(pcm))
        if before <= 0.0 and self.gain_db <= 0.0:
            return pcm
        return _raised(pcm, min(before, self._headroom(pcm)), self.gain_db)

    def _wanted(self, pcm: bytes, seconds: float) -> float:
        """The gain that brings recent speech to the target level."""
        level = _dbfs(audioop.rms(pcm, SAMPLE_BYTES))
        if level <= NOISE_DBFS:
            return self.gain_db
        if self._speech_dbfs is None or level > self._speech_dbfs:
            self._speech_dbfs = level
        else:
            share = 1.0 - math.exp(-seconds / MEMORY_SECONDS)
            self._speech_dbfs += share * (level - self._speech_dbfs)
        return min(MOST_DB, max(0.0, TARGET_DBFS - self._speech_dbfs))

    @staticmethod
    def _headroom(pcm: bytes) -> float:
        """The gain in dB that this chunk can take without clipping.

        0 if its peaks are high already.
        """
        return max(0.0, PEAK_DBFS - _dbfs(audioop.max(pcm, SAMPLE_BYTES)))


def _raised(pcm: bytes, first_db: float, last_db: float) -> bytes:
    """Raise from one gain to the other, in small steps."""
    samples = len(pcm) // SAMPLE_BYTES
    size = max(1, math.ceil(samples / STEPS)) * SAMPLE_BYTES
    parts = [pcm[start : start + size] for start in range(0, len(pcm), size)]
    slope = (last_db - first_db) / len(parts)
    multiply = audioop.mul
    return b"".join(
        multiply(part, SAMPLE_BYTES, 10 ** ((first_db + slope * number) / 20))
        for number, part in enumerate(parts, start=1)
    )


def _dbfs(amplitude: int) -> float:
    return 20 * math.log10(amplitude / FULL_SCALE) if amplitude else -math.inf
