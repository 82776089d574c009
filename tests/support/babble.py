"""Generated sound like speech, the same for the same seed."""

from __future__ import annotations

import math
import random
from array import array
from functools import cache

from scribe_tui.audio.format import AudioFormat

RATE = AudioFormat.parse("pcm_16000").rate


@cache
def babble(seconds: float, seed: int) -> array[int]:
    """Return samples like syllables: resonant noise of varying level. Do not change the values."""
    rand = random.Random(seed)
    samples, value, speed = array("h"), 0.0, 0.0
    for index in range(round(seconds * RATE)):
        loudness = 0.5 + 0.5 * math.sin(index / 1900) * math.sin(index / 700)
        speed = 0.97 * (speed - 0.01 * value) + rand.uniform(-300, 300) * loudness
        value += speed
        samples.append(max(-30000, min(30000, round(value))))
    return samples
