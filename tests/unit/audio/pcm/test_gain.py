"""Quiet speech is raised slowly and never clips; loud sound and silence are left alone."""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scribe_tui.audio.format import AudioFormat
from scribe_tui.audio.pcm.gain import MOST_DB, TARGET_DBFS, AutoGain
from scribe_tui.audio.pcm.level import level_dbfs

FORMAT = AudioFormat.parse("pcm_16000")


def tone(dbfs: float, seconds: float = 0.1) -> bytes:
    """A sine of that root mean square."""
    peak = 32768 * math.sqrt(2) * 10 ** (dbfs / 20)
    return array(
        "h", (round(peak * math.sin(2 * math.pi * n / 32)) for n in range(FORMAT.samples(seconds)))
    ).tobytes()


def played(gain: AutoGain, dbfs: float, seconds: float) -> Iterator[bytes]:
    for _ in range(round(seconds * 10)):
        yield gain.apply(tone(dbfs))


def test_quiet_speech_reaches_the_target_within_a_quarter_of_a_minute() -> None:
    gain = AutoGain(FORMAT)
    *_, last = played(gain, -38.0, 15)
    assert level_dbfs(last) == pytest.approx(TARGET_DBFS, abs=1.0)
    assert gain.gain_db == pytest.approx(18.0, abs=1.0)


def test_it_rises_slowly() -> None:
    gain = AutoGain(FORMAT)
    list(played(gain, -40.0, 1))
    assert 1.5 < gain.gain_db <= 2.0


def test_it_never_raises_by_more_than_24_db() -> None:
    gain = AutoGain(FORMAT)
    list(played(gain, -52.0, 30))
    assert gain.gain_db == MOST_DB == 24.0


def test_loud_sound_comes_back_as_it_is() -> None:
    gain = AutoGain(FORMAT)
    assert all(chunk == tone(-12.0) for chunk in played(gain, -12.0, 3))
    assert gain.gain_db == 0.0


def test_a_pause_does_not_raise_the_noise() -> None:
    gain = AutoGain(FORMAT)
    list(played(gain, -30.0, 10))
    before = gain.gain_db
    list(played(gain, -70.0, 60))
    assert gain.gain_db == before


def test_a_shout_after_quiet_speech_does_not_clip() -> None:
    gain = AutoGain(FORMAT)
    list(played(gain, -44.0, 20))
    for chunk in played(gain, -6.0, 5):
        assert max(map(abs, array("h", chunk))) <= 32767 * 10 ** (-1 / 20) + 2
    assert gain.gain_db < 2.0


def test_a_change_of_gain_makes_no_jump() -> None:
    gain = AutoGain(FORMAT)
    sound = array("h", b"".join(played(gain, -35.0, 3)))
    steps = [abs(b - a) for a, b in pairwise(sound)]
    assert max(steps) < 0.25 * max(map(abs, sound))


@given(st.lists(st.binary(max_size=400).map(lambda b: b[: len(b) // 2 * 2]), max_size=20))
def test_any_sound_keeps_its_length_and_is_never_lowered(chunks: list[bytes]) -> None:
    gain = AutoGain(FORMAT)
    for pcm in chunks:
        raised = gain.apply(pcm)
        assert len(raised) == len(pcm)
        assert 0.0 <= gain.gain_db <= MOST_DB
        assert all(
            abs(new) >= abs(old)
            for old, new in zip(array("h", pcm), array("h", raised), strict=True)
        )
