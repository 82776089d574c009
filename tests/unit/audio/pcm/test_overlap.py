"""Sound that was heard before is found again; sound that only looks alike is not."""

from __future__ import annotations

import math
import random
from array import array

import pytest

from scribe_tui.audio.format import AudioFormat
from scribe_tui.audio.pcm.overlap import find_overlap
from tests.support.babble import babble

FORMAT = AudioFormat.parse("pcm_16000")
RATE = FORMAT.rate


@pytest.fixture
def old() -> array[int]:
    """Twelve seconds that were heard."""
    return babble(12, seed=1)


@pytest.mark.some(1)
@pytest.mark.parametrize("seconds", [1.5, 4.0, 8.0])
def test_repeated_sound_is_measured_to_the_sample(seconds: float, old: array[int]) -> None:
    repeated = old[-round(seconds * RATE) :] + babble(1, seed=2)
    assert find_overlap(old.tobytes(), repeated.tobytes(), FORMAT) == round(seconds * RATE)


def test_a_decoder_that_starts_anew_is_not_exact(old: array[int]) -> None:
    rand = random.Random(3)
    repeated = array("h", (sample + rand.randint(-200, 200) for sample in old[-4 * RATE :]))
    repeated[:2000] = array("h", bytes(4000))
    overlap = find_overlap(old.tobytes(), repeated.tobytes(), FORMAT)
    assert overlap == pytest.approx(4 * RATE, abs=2)


def test_new_sound_is_new(old: array[int]) -> None:
    assert find_overlap(old.tobytes(), babble(2, seed=9).tobytes(), FORMAT) is None


@pytest.mark.parametrize("amplitude", [0, 10, 9000], ids=["silence", "hiss", "tone"])
def test_sound_that_is_the_same_everywhere_tells_nothing(amplitude: int) -> None:
    tone = array("h", (round(amplitude * math.sin(i * 0.1727)) for i in range(12 * RATE)))
    assert find_overlap(tone.tobytes(), tone[: 2 * RATE].tobytes(), FORMAT) is None
