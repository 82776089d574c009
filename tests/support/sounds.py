"""Sound without speech, made from numbers: 16-bit PCM at 16 kHz."""

from __future__ import annotations

import math
import random
from array import array
from collections.abc import Callable

RATE = 16000
_NOTES = (220.0, 261.6, 329.6, 392.0, 440.0, 523.3, 587.3, 659.3)


def silence(seconds: float) -> bytes:
    """Digital zeros."""
    return bytes(round(seconds * RATE) * 2)


def white_noise(seconds: float) -> bytes:
    """The hiss of a receiver off its station."""
    draw = random.Random(1)
    return _pcm(seconds, lambda _: draw.uniform(-0.2, 0.2))


def brown_noise(seconds: float) -> bytes:
    """Wind, an engine room, a motorway: most of it below speech."""
    draw, level = random.Random(2), 0.0

    def sample(_: float) -> float:
        nonlocal level
        level = 0.995 * level + draw.uniform(-0.02, 0.02)
        return level

    return _pcm(seconds, sample)


def tones(seconds: float) -> bytes:
    """A hum, and beeps that change their pitch."""

    def sample(at: float) -> float:
        beep = math.sin(2 * math.pi * (600 + 200 * (int(at) % 5)) * at) if at % 1 < 0.4 else 0.0
        return 0.1 * math.sin(2 * math.pi * 50 * at) + 0.3 * beep

    return _pcm(seconds, sample)


def music(seconds: float) -> bytes:
    """Plucked chords with overtones, a bass, and a drum on every beat."""
    draw = random.Random(3)
    beats = [draw.sample(_NOTES, 3) for _ in range(16)]

    def sample(at: float) -> float:
        since = at % 0.5
        chord = beats[int(at / 0.5) % len(beats)]
        pluck = sum(
            math.sin(2 * math.pi * note * part * at) / part for note in chord for part in (1, 2, 3)
        )
        bass = math.sin(2 * math.pi * chord[0] / 4 * at)
        drum = draw.uniform(-1, 1) * math.exp(-since * 40)
        return 0.1 * pluck * math.exp(-since * 4) + 0.15 * bass + 0.2 * drum

    return _pcm(seconds, sample)


NOT_SPEECH = {
    "silence": silence,
    "white noise": white_noise,
    "brown noise": brown_noise,
    "tones": tones,
    "music": music,
}


def _pcm(seconds: float, sample: Callable[[float], float]) -> bytes:
    return array(
        "h",
        (
            max(-32768, min(32767, round(32767 * sample(number / RATE))))
            for number in range(round(seconds * RATE))
        ),
    ).tobytes()
