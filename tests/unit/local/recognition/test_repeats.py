"""Text that repeats itself: what nobody can have said is cut, what somebody may have said stays."""

from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scribe_tui.local.recognition.moonshine import MODEL_RATE, Moonshine
from scribe_tui.local.recognition.passages import Passage
from scribe_tui.local.recognition.repeats import MOST_CHARACTERS_PER_SECOND, without_loop
from tests.proofs.recognition.recordings import reading
from tests.support.offline import need_recogniser


@pytest.mark.parametrize(
    ("text", "seconds", "stays"),
    [
        ("The fashion bob, the fashion bob, the fashion bob.", 1.2, "The fashion bob"),
        ("He said the fashion bob, the fashion bob, the fash", 1.2, "He said the fashion bob"),
        ("You know, " * 20 + "you", 3.0, "You know"),
        ("no " * 90, 2.0, "no"),
        ("It was a very long a very long a very long", 1.0, "It was a very long"),
    ],
)
def test_a_loop_is_said_once(text, seconds, stays):
    assert without_loop(text, seconds) == stays


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("", 0.0),
        ("Mayday, mayday, mayday.", 2.0),
        ("No, no, no, no, no!", 1.5),
        ("It was the best of times, it was the worst of times.", 3.5),
        ("Help, help!", 0.4),
        ("A text that is far too long for its time but says nothing twice.", 0.5),
    ],
)
def test_what_somebody_may_have_said_stays(text, seconds):
    assert without_loop(text, seconds) == text


def test_a_passage_takes_no_loop():
    passage = Passage(0.0, MODEL_RATE, voiced=[(0.2, 1.2)], ended=True)
    passage.recognised("The fashion bub, the fashion b", 1.2)
    assert passage.text == "The fashion bub"


LOOPING = ((36.0, 1.3), (36.0, 1.9), (38.0, 0.8), (8.0, 1.3), (8.0, 4.0), (10.0, 2.6), (6.0, 6.0))
"""Beginnings and lengths in seconds: parts of a reading, cut in mid-word, that set loops off."""


@pytest.mark.long
def test_the_sound_that_sets_loops_off_gets_none():
    """Which of it does so depends on the processor's arithmetic; some of it always did."""
    need_recogniser()
    pcm = array("f", (it / 32768 for it in array("h", reading().pcm)))
    recogniser = Moonshine().load_model()
    cut = 0
    for start, seconds in LOOPING:
        first, last = (round(it * MODEL_RATE) for it in (start, start + seconds))
        text = recogniser.text(pcm[first:last])
        kept = without_loop(text, seconds)
        cut += kept != text
        assert text.startswith(kept)
        assert without_loop(kept, seconds) == kept
    assert cut


@given(st.lists(st.sampled_from(["one", "two,", "three."]), max_size=40), st.floats(0, 20))
def test_what_stays_is_the_beginning_and_a_text_of_possible_length_is_never_touched(words, seconds):
    text = " ".join(words)
    kept = without_loop(text, seconds)
    assert text.startswith(kept)
    assert bool(kept) == bool(text)
    if len(text) <= MOST_CHARACTERS_PER_SECOND * seconds:
        assert kept == text
