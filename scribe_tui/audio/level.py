"""Level: the root mean square of PCM in dB relative to full scale (dBFS)."""

from __future__ import annotations

import math
import warnings

from scribe_tui.audio.format import SAMPLE_BYTES

with warnings.catch_warnings():
    # Python 3.11 and 3.12 carry audioop themselves and warn at its import; from 3.13 on the
    # audioop-lts package brings it.
    warnings.simplefilter("ignore", DeprecationWarning)
    import audioop

FULL_SCALE = 1 << (8 * SAMPLE_BYTES - 1)


def level_dbfs(pcm: bytes) -> float:
    """Level of mono 16-bit PCM in dBFS; -inf for silence and for no sound."""
    rms = audioop.rms(pcm, SAMPLE_BYTES)
    return 20 * math.log10(rms / FULL_SCALE) if rms else -math.inf
