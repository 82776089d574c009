"""Level: the root mean square of PCM in dB relative to full scale (dBFS)."""

from __future__ import annotations

import math

from scribe_tui.audio.format import SAMPLE_BYTES
from scribe_tui.audio.pcm.audioop_import import audioop

FULL_SCALE = 1 << (8 * SAMPLE_BYTES - 1)


def level_dbfs(pcm: bytes) -> float:
    """Level of mono 16-bit PCM in dBFS; -inf for silence and for no sound."""
    rms = audioop.rms(pcm, SAMPLE_BYTES)
    return 20 * math.log10(rms / FULL_SCALE) if rms else -math.inf
