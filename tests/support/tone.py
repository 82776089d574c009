"""A tone as PCM."""

from __future__ import annotations

import math
import struct


def tone(amplitude: float, samples: int = 1600) -> bytes:
    peak = amplitude * 32767
    values = (round(peak * math.sin(2 * math.pi * 440 * n / 16000)) for n in range(samples))
    return struct.pack(f"<{samples}h", *values)
