"""Rows of styled text as plain data, and the cells in which two rows differ."""

from __future__ import annotations

from collections.abc import Sequence
from operator import eq, ne, or_
from typing import NamedTuple

from scribe_tui.tui.rendering.wrap import TWO_CELLS, cells_of, is_agreed, is_narrow, measure

BLANK = ""
"""The part of a piece that consists of blanks."""
UNCHANGED = b"\0" * 7
"""This many unchanged cells take more bytes to paint than to skip with the cursor."""
SECOND_HALF = "\0"
"""Marks the second cell of a wide character."""
ALIKE_SHARE = 5
"""If fewer than one character in this number is unchanged, comparing cells gains nothing."""


class Piece(NamedTuple):
    """A run of text in one style; `part` names the component class it is drawn with, or BLANK."""

    part: str
    text: str


Row = tuple[Piece, ...]
"""One row of the screen, left to right; the cells to the right of it are blank."""


def changed_spans(old: Row, new: Row) -> list[tuple[int, int]]:
    """Return the cells to paint to turn `old` into `new`: first and past-the-last of each span.

    Spans a few cells apart are joined, because moving the cursor costs bytes, too. A row with
    characters that take no cell of their own is painted whole, because the terminal must get them
    together with the character they belong to.
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
    """The cells of a row, as two strings of the same length."""

    text: str
    """The character of each cell, SECOND_HALF for the second one of a wide character."""
    parts: str
    """One letter per cell that stands for its part."""


def _without_common_pieces(old: Row, new: Row) -> tuple[int, Row, Row]:
    """Return the number of cells of the equal pieces at the start, and both rows without them.

    Equal pieces at the end are removed, too. Pieces whose width is uncertain stay.
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
    """Return whether both rows are ASCII text in one style with hardly a character in place.

    That is what happens to the rows of a view that scrolls up. Such a row is painted whole, as it
    would be after a comparison of its cells.
    """
    if len(old) != 1 or len(new) != 1 or old[0].part != new[0].part:
        return False
    was, is_now = old[0].text, new[0].text
    if not (was.isascii() and is_now.isascii()):
        return False
    alike: int = sum(map(eq, was, is_now))
    return ALIKE_SHARE * alike < min(len(was), len(is_now))


def _cells(row: Row, letters: dict[str, str]) -> _Cells | None:
    """Return the cells of `row`; None if a character takes none of its own.

    `letters` maps each part met so far to its letter; new parts are added.
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
    """Return the number of cells that `row` takes."""
    return sum([cells_of(text) for _, text in row])
