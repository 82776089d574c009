"""Sound that was heard before is found again; sound that only looks alike is not."""

from __future__ import annotations

import math
import random
from array import array

import pytest

from scribe_tui.audio.format import AudioFormat
from scribe_tui.audio.overlap import find_overlap

FORMAT = AudioFormat.parse("pcm_16000")
RATE = FORMAT.rate


def babble(seconds: float, seed: int) -> array:
    """Syllable-like sound: noise through a slow resonance, rising and falling."""
    rand = random.Random(seed)
    samples, value, speed = array("h"), 0.0, 0.0
    for index in range(round(seconds * RATE)):
        loudness = 0.5 + 0.5 * math.sin(index / 1900) * math.sin(index / 700)
        speed = 0.97 * (speed - 0.01 * value) + rand.uniform(-300, 300) * loudness
        value += speed
        samples.append(max(-30000, min(30000, round(value))))
    return samples


OLD = babble(12, seed=1)


@pytest.mark.parametrize("seconds", [1.5, 4.0, 8.0])
def test_repeated_sound_is_measured_to_the_sample(seconds: float) -> None:
    repeated = OLD[-round(seconds * RATE) :] + babble(1, seed=2)
    assert find_overlap(OLD.tobytes(), repeated.tobytes(), FORMAT) == round(seconds * RATE)


def test_a_decoder_that_starts_anew_is_not_exact() -> None:
    rand = random.Random(3)
    repeated = array("h", (sample + rand.randint(-200, 200) for sample in OLD[-4 * RATE :]))
    repeated[:2000] = array("h", bytes(4000))
    overlap = find_overlap(OLD.tobytes(), repeated.tobytes(), FORMAT)
    assert overlap == pytest.approx(4 * RATE, abs=2)


def test_new_sound_is_new() -> None:
    assert find_overlap(OLD.tobytes(), babble(2, seed=9).tobytes(), FORMAT) is None


@pytest.mark.parametrize("amplitude", [0, 10, 9000], ids=["silence", "hiss", "tone"])
def test_sound_that_is_the_same_everywhere_tells_nothing(amplitude: int) -> None:
    tone = array("h", (round(amplitude * math.sin(i * 0.1727)) for i in range(12 * RATE)))
    assert find_overlap(tone.tobytes(), tone[: 2 * RATE].tobytes(), FORMAT) is None
