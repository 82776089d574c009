"""Rows of styled text as plain data, and which cells differ between two of them."""

from __future__ import annotations

from collections.abc import Sequence
from operator import eq, ne, or_
from typing import NamedTuple

from scribe_tui.tui.rendering.wrap import TWO_CELLS, cells_of, is_agreed, is_narrow, measure

BLANK = ""
"""The part of a piece that is nothing but blanks."""
UNCHANGED = b"\0" * 7
"""So many unchanged cells in a row take more bytes to paint than the cursor takes to skip them."""
SECOND_HALF = "\0"
"""Stands in the second cell of a wide character."""
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
    letters = {BLANK: " "}
    before, after = _cells(was_there, letters), _cells(is_there, letters)
    if before is None or after is None:
        return [(0, max(width_of(old), width_of(new)))]
    width = max(len(before.text), len(after.text))
    differs = bytes(map(ne, before.text.ljust(width), after.text.ljust(width)))
    if before.parts != after.parts:
        restyled = map(ne, before.parts.ljust(width), after.parts.ljust(width))
        differs = bytes(map(or_, differs, restyled))
    spans: list[tuple[int, int]] = []
    place = 0
    for near in differs.split(UNCHANGED):
        if changed := near.strip(b"\0"):
            start = place + near.index(changed)
            end = start + len(changed)
            end += after.text[end : end + 1] == SECOND_HALF
            spans.append((first + start, first + end))
        place += len(near) + len(UNCHANGED)
    return spans


class _Cells(NamedTuple):
    """A row cell by cell, in two strings of the same length."""

    text: str
    """The character of each cell, SECOND_HALF for the second one of a wide character."""
    parts: str
    """A letter for the part of each cell."""


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


def _cells(row: Row, letters: dict[str, str]) -> _Cells | None:
    """The cells of `row`; None if a character takes none of its own.

    `letters` has the letter of each part met so far, and gets those of further ones.
    """
    texts: list[str] = []
    parts: list[str] = []
    for part, text in row:
        if not is_agreed(text):
            return None
        cells = text if is_narrow(text) else _with_halves(text)
        texts.append(cells)
        parts.append(letters.setdefault(part, chr(ord(" ") + len(letters))) * len(cells))
    return _Cells("".join(texts), "".join(parts))


def _with_halves(text: str) -> str:
    widths = zip(text, measure(text), strict=True)
    return "".join([c + SECOND_HALF if width == TWO_CELLS else c for c, width in widths])


def width_of(row: Sequence[Piece]) -> int:
    """The cells a row takes."""
    return sum([cells_of(text) for _, text in row])
