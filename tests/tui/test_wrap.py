"""Wrapping loses nothing and never exceeds the width, whatever the text is made of."""

import time

import pytest
import regex
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len

from scribe_tui.sanitize import harmless
from scribe_tui.tui.rendering.wrap import GrowingRows, cells_of, head, is_doubtful, wrap

FAMILY = "👨\u200d👩\u200d👧\u200d👦"
TRICKY = st.text(
    st.sampled_from(
        [*"ab ,.شन日本。❤👨🏽", "\u0301", "\u200d", "\u200c", "\ufe0f", "\u094d", "\u093e"]
    ),
    max_size=60,
)  # fmt: skip
ANYTHING = st.one_of(TRICKY, st.text(max_size=80), st.text("ab ", max_size=80)).map(harmless)


def rows_of(text: str, width: int, indent: int = 0) -> list[str]:
    return [text[first:last] for first, last in wrap(text, width, indent)]


@given(ANYTHING, st.integers(2, 30), st.integers(0, 20))
@example("e\u0301" * 9, 3, 0)
@example("\u0301ab\ufe0f", 2, 1)
@example("❤\ufe0f❤\ufe0f", 3, 0)
def test_no_row_is_too_wide_and_only_spaces_between_rows_vanish(
    text: str, width: int, indent: int
) -> None:
    spans = list(wrap(text, width, indent))
    place = 0
    for index, (first, last) in enumerate(spans):
        assert text[place:first].strip(" ") == ""
        room = max(2, width - indent) if index == 0 else width
        assert cell_len(text[first:last]) <= room
        assert first < last
        place = last
    assert text[place:].strip(" ") == ""


@given(st.lists(ANYTHING, min_size=1, max_size=6), st.integers(2, 20))
def test_rows_that_grow_are_the_rows_of_the_whole_text(pieces: list[str], width: int) -> None:
    growing, text = GrowingRows(width), ""
    for piece in pieces:
        text += piece
        assert growing.update(text) == rows_of(text, width)
    for other in (text[: len(text) // 2], text[::-1], ""):
        assert growing.update(other) == rows_of(other, width)


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("", 0),
        ("ab", 2),
        ("日本", 4),
        ("e\u0301", 1),
        ("हिन्दी", 5),
        ("🇬🇧", 2),
        ("🇬🇧🇫", 3),
        ("क्ष", 2),
        ("a\u200db", 2),
        ("กำ", 2),
        ("👍🏽", 4),
        ("🏽", 2),
        (FAMILY, 2),
    ],
)
def test_text_takes_the_most_cells_that_terminals_give_it(text: str, cells: int) -> None:
    assert cells_of(text) == cells


def test_doubtful_is_what_terminals_do_not_agree_on() -> None:
    assert all(is_doubtful(text) for text in ("हिन्दी", "👍🏽", "❤\ufe0f", FAMILY))
    assert not any(is_doubtful(text) for text in ("", "ab", "●●○", "日本", "e\u0301", "ไทย", "شن"))


@given(ANYTHING, st.integers(0, 30))
def test_a_head_is_as_much_as_fits(text: str, cells: int) -> None:
    start = head(text, cells)
    assert text.startswith(start)
    assert cells_of(start) <= cells
    if cells_of(text) <= cells:
        assert start == text


UNITS = (
    "a", " ", "\t", "no", "日", "本。", "한", "\u1112\u1161\u11ab", FAMILY, "👍🏽", "❤\ufe0f",
    "1\ufe0f\u20e3", "🇬🇧", "🇫🇷", "🇩", "e\u0301", "a\u0301\u0323\u0308", "שלום", "مرحبا", "لا",
    " \u0301", "\u200c", "\u200d", "\u0301", "a\u200db", "कोई",
    "क्ष", "स्त्री", "राष्ट्रीय", "क्\u200dष",
    "ক্ষ", "ജ്ഞ", "கொ", "กำ", "น้ำ",
)  # fmt: skip


@given(st.lists(st.sampled_from(UNITS), max_size=40).map("".join).map(harmless), st.integers(9, 40))
@example("🇬🇧" * 9, 9)
@example("क्षत्रिय" * 9, 9)
@example("ab \u0301cd" * 9, 9)
def test_rows_end_between_graphemes(text: str, width: int) -> None:
    ends = {0} | {cluster.end() for cluster in regex.finditer(r"\X", text)}
    for first, last in wrap(text, width):
        assert {first, last} <= ends, (text[:first], text[first:last], text[last:])
        assert cells_of(text[first:last]) <= width
    assert len(head(text, width)) in ends


def test_a_character_without_end_is_cut_and_nothing_of_it_is_lost() -> None:
    for unit in ("क्", "a\u200d", "e\u093e"):
        rows = rows_of(unit * 500, 20)
        assert "".join(rows) == unit * 500
        assert max(map(cells_of, rows)) <= 21


def test_words_stay_whole_where_they_can() -> None:
    assert rows_of("the quick brown fox", 10) == ["the quick", "brown fox"]
    assert rows_of("incomprehensible word", 6) == ["incomp", "rehens", "ible", "word"]
    assert rows_of("ab cdef", 6, indent=2) == ["ab", "cdef"]


def test_wide_text_breaks_beside_any_character_but_not_before_a_full_stop() -> None:
    assert rows_of("日本語日本語", 5) == ["日本", "語日", "本語"]
    assert rows_of("日本語。日本", 6) == ["日本", "語。日", "本"]
    assert rows_of("see 日本語", 8) == ["see 日本", "語"]


@pytest.mark.parametrize("cluster", ["e\u0301", FAMILY, "न\u094d"])
def test_a_character_keeps_its_marks(cluster: str) -> None:
    rows = rows_of(cluster * 7, 4)
    assert "".join(rows) == cluster * 7
    assert all(row.count(cluster) * len(cluster) == len(row) for row in rows)


@pytest.mark.some(1)
@pytest.mark.parametrize("unit", ["x", "日", "e\u0301", FAMILY, "xé"])
def test_a_megabyte_without_a_space_does_not_stall(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    started = time.process_time()
    spans = list(wrap(text, 40))
    assert spans[-1][1] == len(text)
    assert time.process_time() - started < 30.0, "in step with its square it would take hours"
