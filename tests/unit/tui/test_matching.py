"""Text within text, however it is written."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scribe_tui.tui.finding.decor import Decor, highlights_of
from scribe_tui.tui.finding.matching import folded, holds, spans
from scribe_tui.tui.rendering.marked import marked_rows
from scribe_tui.tui.rendering.wrap import wrap


@pytest.mark.parametrize(
    ("text", "wanted", "found"),
    [
        ("The Fire is out", "fire", ["Fire"]),
        ("Cafe\u0301 und Café", "cafe", ["Cafe\u0301", "Café"]),
        ("STRASSE, Straße", "strasse", ["STRASSE", "Straße"]),
        ("東京は晴れ", "東京", ["東京"]),
        ("aaa", "aa", ["aa"]),
        ("nothing here", "fire", []),
        ("anything", "\u0301", []),
    ],
)
def test_case_and_accents_do_not_count(text: str, wanted: str, found: list[str]) -> None:
    assert [text[a:b] for a, b in spans(text, folded(wanted))] == found


def test_whole_words_alone() -> None:
    assert spans("firewall, fire, misfire", "fire", whole_words=True) == [(10, 14)]


@pytest.mark.parametrize(
    ("text", "heard", "marked"),
    [
        ("Bridge is closed.", "Tower. Bridge", ["Bridge"]),
        ("minister Smith said", "prime minister Smith", ["minister Smith"]),
        ("the Bridge is closed", "Tower Bridge", []),
        ("Tower Bridge", "Tower Bridge", ["Tower Bridge"]),
    ],
)
def test_of_a_hit_over_two_lines_its_rest_is_marked(
    text: str, heard: str, marked: list[str]
) -> None:
    marks = highlights_of(text, Decor((heard,)), "hit", "found")
    assert [text[one.start : one.end] for one in marks] == marked


@given(st.text(max_size=60), st.text(max_size=4))
def test_spans_are_in_order_and_hold_what_is_looked_for(text: str, wanted: str) -> None:
    places = spans(text, folded(wanted))
    assert all(a < b <= len(text) for a, b in places)
    assert bool(places) == holds(text, folded(wanted))


@given(
    st.text("ab é東 ", max_size=80), st.lists(st.text("abé東", min_size=1, max_size=3), max_size=3)
)
def test_marked_rows_say_what_unmarked_ones_say(text: str, heard: list[str]) -> None:
    rows = list(wrap(text, 9))
    marks = highlights_of(text, Decor(tuple(heard), folded("a")), "hit", "found")
    assert all(one.end <= other.start for one, other in pairwise(marks))
    drawn = ["".join(p.text for p in row) for row in marked_rows(text, rows, "text", marks)]
    assert drawn == [text[a:b] for a, b in rows]
