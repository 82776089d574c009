"""Times of words, estimated from the voiced parts."""

from hypothesis import given
from hypothesis import strategies as st

from scribe_tui.local.recognition.word_times import estimated


def test_a_pause_belongs_to_no_word():
    one, two = estimated("Stop here", [(1.0, 1.5), (4.0, 4.5)])
    assert (one.text, one.start_seconds, one.end_seconds) == ("Stop", 1.0, 1.5)
    assert (two.text, two.start_seconds, two.end_seconds) == ("here", 4.0, 4.5)


def test_longer_words_take_longer():
    short, long = estimated("a considerable", [(0.0, 1.5)])
    assert short.end_seconds == long.start_seconds == 0.2


def test_no_voice_or_no_text_is_no_word():
    assert estimated("word", []) == ()
    assert estimated("  ", [(0.0, 1.0)]) == ()


@st.composite
def spans(draw):
    edges = sorted(draw(st.lists(st.floats(0, 100), min_size=2, max_size=10, unique=True)))
    return list(zip(edges[::2], edges[1::2], strict=False))


@given(st.lists(st.text("abcdef'.", min_size=1), max_size=20).map(" ".join), spans())
def test_times_are_in_order_and_inside(text, voiced):
    words = estimated(text, voiced)
    assert [word.text for word in words] == text.split()
    edges = [edge for word in words for edge in (word.start_seconds, word.end_seconds)]
    assert edges == sorted(edges)
    if edges:
        assert edges[0] >= voiced[0][0] - 0.001
        assert edges[-1] <= voiced[-1][1] + 0.001
