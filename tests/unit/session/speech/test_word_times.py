"""Word times are held against what was sent: shifted when ahead, replaced when impossible."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scribe_tui.events import Word
from scribe_tui.session.speech.word_times import Fit, WordTimes


def words(*spans: tuple[float, float]) -> tuple[Word, ...]:
    return tuple(Word(f"w{n}", start, end) for n, (start, end) in enumerate(spans, 1))


def test_times_that_run_ahead_are_moved_back_with_their_lengths() -> None:
    times, notes, latest = WordTimes(), [], 0.0
    for segment in range(1, 61):
        begins, ends = 4.0 * (segment - 1), 4.0 * segment - 1.5
        drift = 0.1 * segment
        told = words((begins + drift, begins + 1 + drift), (ends - 1 + drift, ends + drift))
        fitted, fit = times.fit(told, begins=latest, ends=ends + 0.2)
        notes.append(fit)
        latest = fitted[-1].end_seconds
        assert latest == pytest.approx(ends, abs=0.35)
        assert all(word.end_seconds - word.start_seconds == pytest.approx(1) for word in fitted[1:])
    assert Fit.REPLACED not in notes
    assert Fit.SHIFTED in notes


def test_times_within_what_was_sent_stay() -> None:
    told = words((0.1, 0.6), (0.7, 1.2))
    assert WordTimes().fit(told, begins=0.0, ends=3.0) == (told, Fit.AS_GIVEN)


@pytest.mark.parametrize(
    "told",
    [
        words((1e9, 1e9 + 1)),
        words((1.797e308, 1.797e308)),
        words((math.inf, math.inf)),
        words((math.nan, 1.0)),
        words((5.0, 4.0)),
        words((-50.0, 4.0)),
        words((4.0, 4.5), (1.0, 1.5)),
        words((0.2, 0.7), (0.8, 1.5)),
    ],
)
def test_impossible_times_are_those_of_arrival(told: tuple[Word, ...]) -> None:
    fitted, fit = WordTimes().fit(told, begins=10.0, ends=12.0)
    assert fit is Fit.REPLACED
    assert fitted[-1].end_seconds == pytest.approx(12.0)
    for word in fitted:
        assert 9.0 <= word.start_seconds <= word.end_seconds <= 12.0
    assert [word.text for word in fitted] == [word.text for word in told]


def test_one_impossible_segment_does_not_move_those_after_it() -> None:
    times = WordTimes()
    times.fit(words((1e6, 1e6 + 1)), begins=0.0, ends=2.0)
    told = words((3.0, 4.0))
    assert times.fit(told, begins=2.0, ends=5.0) == (told, Fit.AS_GIVEN)


LENGTHS = st.lists(st.floats(0.1, 2.0), min_size=1, max_size=20)


@given(st.floats(0.0, 50.0), LENGTHS, st.floats(2.0, 50.0), st.floats(0.0, 20.0))
def test_no_word_loses_its_length_or_its_place_in_the_order(
    first: float, lengths: list[float], begins: float, sent: float
) -> None:
    told, at = [], first
    for length in lengths:
        told.append((at, at + length))
        at += length
    times = WordTimes()
    for _ in range(2):
        fitted, _ = times.fit(words(*told), begins=begins, ends=begins + sent)
        assert all(word.end_seconds - word.start_seconds > 0.001 for word in fitted)
        starts = [word.start_seconds for word in fitted]
        assert starts == sorted(starts)
        assert fitted[-1].end_seconds <= begins + sent + 1e-6
