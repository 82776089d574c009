"""Rows of styled text as plain data, and which cells differ between two of them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest
from operator import eq
from typing import NamedTuple

from scribe_tui.common_prefix import common_prefix
from scribe_tui.tui.rendering.wrap import (
    ONE_CELL,
    TWO_CELLS,
    cells_of,
    is_agreed,
    measure,
)

BLANK = ""
"""The part of a piece that is nothing but blanks."""
MOVE_CELLS = 6
"""Unchanged cells whose painting costs no more bytes than moving the cursor over them."""
ALIKE_SHARE = 5
"""Where fewer than one character in this number is unchanged, they hardly form runs."""


class Piece(NamedTuple):
    """A run of text in one style; `part` names the component class it is drawn with, or BLANK."""

    part: str
    text: str


Row = tuple[Piece, ...]
"""One row of the screen, left to right; what is missing at the right is blank."""


def changed_spans(old: Row, new: Row) -> list[tuple[int, int]]:
    """The cells to paint to turn `old` into `new`: first and past-the-last of each span.

    Spans a few cells apart are one: moving the cursor costs bytes, too. A row with
    characters that take no cell of their own is painted whole, since the terminal must
    get them together with the one they belong to.
    """
    if old == new:
        return []
    first, was_there, is_there = _without_common_pieces(old, new)
    if _is_another_text(was_there, is_there):
        return [(first, first + max(width_of(was_there), width_of(is_there)))]
    skip = _common_head(was_there, is_there)
    head = first + skip
    before, after = _cells(was_there, skip), _cells(is_there, skip)
    if before is None or after is None:
        return [(0, max(width_of(old), width_of(new)))]
    spans: list[tuple[int, int]] = []
    for place, (was, is_now) in enumerate(zip_longest(before, after, fillvalue=_BLANK_CELL), head):
        if was == is_now:
            continue
        end = place + 1
        while end - head < len(after) and not after[end - head][1]:
            end += 1
        if spans and place - spans[-1][1] <= MOVE_CELLS:
            spans[-1] = spans[-1][0], max(end, spans[-1][1])
        else:
            spans.append((place, end))
    return spans


_BLANK_CELL = (BLANK, " ")


def _without_common_pieces(old: Row, new: Row) -> tuple[int, Row, Row]:
    """Both rows without the pieces that they begin and end with alike; the cells left out first.

    Pieces of which terminals do not agree on the width stay.
    """
    head = count = 0
    for was, is_now in zip(old, new, strict=False):
        if was != is_now or not is_agreed(was.text):
            break
        count += 1
        head += cells_of(was.text)
    old, new = old[count:], new[count:]
    if width_of(old) == width_of(new):
        while old and new and old[-1] == new[-1] and is_agreed(old[-1].text):
            old, new = old[:-1], new[:-1]
    return head, old, new


def _is_another_text(old: Row, new: Row) -> bool:
    """Whether both are a text in one style, and hardly a character is where it was.

    That is what a view that moves up makes of its rows; it is painted whole, as it would be if
    its cells were compared one by one.
    """
    if len(old) != 1 or len(new) != 1 or old[0].part != new[0].part:
        return False
    was, is_now = old[0].text, new[0].text
    if not (was.isascii() and is_now.isascii()):
        return False
    alike: int = sum(map(eq, was, is_now))
    return ALIKE_SHARE * alike < min(len(was), len(is_now))


def _common_head(old: Row, new: Row) -> int:
    """How many cells both rows begin with alike, looking no further than ASCII goes."""
    head = 0
    for was, is_now in zip(old, new, strict=False):
        if was.part != is_now.part or not (was.text.isascii() and is_now.text.isascii()):
            break
        same = common_prefix(was.text, is_now.text)
        head += same
        if not len(was.text) == len(is_now.text) == same:
            break
    return head


def _cells(row: Row, skip: int) -> list[tuple[str, str]] | None:
    """Part and character of each cell but the first `skip`, which are ASCII.

    "" as the second half of a wide one; None if a character takes no cell.
    """
    cells: list[tuple[str, str]] = []
    for part, whole in row:
        text = whole[skip:]
        skip -= len(whole) - len(text)
        for char, width in zip(text, measure(text) if text else "", strict=True):
            if width == ONE_CELL:
                cells.append((part, char))
            elif width == TWO_CELLS:
                cells += ((part, char), (part, ""))
            else:
                return None
    return cells


def width_of(row: Sequence[Piece]) -> int:
    """The cells a row takes."""
    return sum([cells_of(text) for _, text in row])
