"""Runs of cells become few bytes, and a terminal shows exactly them."""

from __future__ import annotations

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style

from scribe_tui.tui.rendering.encoder import Run, encode, erase

COLUMNS, ROWS = 90, 6
GREY, GREEN = Style(color="#7f7f7f"), Style(color="green")
CHOSEN = Style(reverse=True)

styles = st.sampled_from(
    [None, GREY, GREEN, CHOSEN, Style(bold=True), Style(bgcolor="blue"), Style(underline=True)]
)
texts = st.text(alphabet="ab  漢", max_size=9) | st.just(" " * 13 + "a" + " " * 14)


def told(*runs: Run) -> str:
    return encode(runs, ColorSystem.TRUECOLOR)


def width(text: str) -> int:
    return sum(2 if char == "漢" else 1 for char in text)


@st.composite
def pictures(draw: st.DrawFn) -> list[Run]:
    runs = []
    for y in range(draw(st.integers(1, ROWS))):
        x = draw(st.integers(0, 8))
        for _ in range(draw(st.integers(0, 3))):
            segments = [Segment(draw(texts), draw(styles)) for _ in range(draw(st.integers(1, 3)))]
            end = x + sum(width(segment.text) for segment in segments)
            if end > COLUMNS:
                break
            runs.append(Run(x, y, segments, end))
            x = end + draw(st.integers(0, 5))
    return runs


def cells(data: str) -> list[list[object]]:
    """What each cell shows: a blank without background is a blank in whatever colour."""
    screen = pyte.Screen(COLUMNS, ROWS)
    stream = pyte.Stream(screen)
    stream.feed("#" * COLUMNS * ROWS + "\x1b[H" + data)
    assert screen.cursor.attrs == pyte.Screen(1, 1).cursor.attrs, "plain at the end"
    shown: list[list[object]] = []
    for y in range(ROWS):
        row: list[object] = []
        for x in range(COLUMNS):
            cell = screen.buffer[y][x]
            seen = cell.reverse or cell.underscore or cell.bg != "default"
            row.append(cell if cell.data != " " or seen else " ")
        shown.append(row)
    return shown


def plainly(runs: list[Run]) -> str:
    """The same, without saving anything."""
    return "".join(
        f"\x1b[{run.y + 1};{run.x + 1}H"
        + "".join(style.render(text) if style else text for text, style, _ in run.segments)
        for run in runs
    )


@given(pictures())
def test_a_terminal_shows_the_same(runs: list[Run]) -> None:
    assert cells(encode(runs, ColorSystem.TRUECOLOR)) == cells(plainly(runs))


@given(pictures())
def test_never_more_bytes_than_plainly_said(runs: list[Run]) -> None:
    assert len(encode(runs, ColorSystem.TRUECOLOR)) <= len(plainly(runs)) + len("\x1b[m")


def test_a_style_is_told_once_and_a_row_is_gone_along_by_columns() -> None:
    runs = [Run(5, 2, [Segment("1", GREY)], 6), Run(25, 2, [Segment("2", GREY)], 26)]
    assert told(*runs) == "\x1b[3;6H\x1b[38;2;127;127;127m1\x1b[26G2\x1b[m"


def test_many_blanks_are_erased_unless_they_show_a_style() -> None:
    assert told(Run(0, 0, [Segment("a"), Segment(" " * 19)], 20)) == "\x1b[1;1Ha\x1b[19X"
    assert told(Run(0, 0, [Segment("a" + " " * 19 + "b")], 21)) == "\x1b[1;1Ha\x1b[19X\x1b[21Gb"
    assert "X" not in told(Run(0, 0, [Segment(" " * 19, CHOSEN)], 19))


@pytest.mark.parametrize("after", [Run(9, 0, [Segment("b")], 10), Run(0, 1, [Segment("b")], 1)])
def test_behind_a_text_of_doubtful_width_the_cursor_is_put_anew(after: Run) -> None:
    place = f"\x1b[{after.y + 1};{after.x + 1}H"
    assert place in told(Run(0, 0, [Segment("doubtful")], None), after)


@pytest.mark.parametrize("ground", [Style(), Style(bgcolor="blue")])
def test_a_rectangle_is_erased_in_few_bytes_a_row(ground: Style) -> None:
    rows = [(5, y, 80, 1) for y in range(1, 4)]
    data = erase(rows, ground, ColorSystem.TRUECOLOR)
    assert len(data) < 45
    blanks = [Run(x, y, [Segment(" " * width, ground)], x + width) for x, y, width, _ in rows]
    assert cells(data) == cells(plainly(blanks))
