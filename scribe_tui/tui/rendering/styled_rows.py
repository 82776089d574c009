"""A widget that is a few rows of styled text and repaints only the cells that changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby, zip_longest
from operator import itemgetter
from typing import ClassVar, NamedTuple

from rich.segment import Segment
from rich.style import Style
from textual.cache import LRUCache
from textual.geometry import Region
from textual.strip import Strip

from scribe_tui.tui.rendering.lines import Lines
from scribe_tui.tui.rendering.wrap import ONE_CELL, TWO_CELLS, cells_of, common_prefix, measure

BLANK = ""
"""The part of a piece that is nothing but blanks."""
MOVE_CELLS = 6
"""Painting so many unchanged cells costs no more than leaping over them."""


class Piece(NamedTuple):
    """A run of text in one style; `part` names the component class it is drawn with, or BLANK."""

    part: str
    text: str


Row = tuple[Piece, ...]
"""One row of the screen, left to right; what is missing at the right is blank."""


class Rows(Lines):
    """Draws the rows it was last shown; `Piece.part` is styled by the class `STYLE--part`.

    Text is drawn as it is: nothing in it is ever read as markup.
    """

    STYLE: ClassVar[str]
    PARTS: ClassVar[tuple[str, ...]]

    @classmethod
    def component_classes(cls) -> set[str]:
        """The component classes that the screen must declare for this widget."""
        return {f"{cls.STYLE}--{part}" for part in cls.PARTS}

    def __init__(self) -> None:
        """No rows yet."""
        super().__init__()
        self._rows: tuple[Row, ...] = ()
        self._strips: LRUCache[Row, Strip] = LRUCache(256)
        self._drawn_width = 0

    @property
    def rows(self) -> tuple[Row, ...]:
        """What is shown, top to bottom."""
        return self._rows

    def show(self, rows: Sequence[Row]) -> None:
        """Show `rows` from the top down; ask for a repaint of what differs, no more."""
        new, old = tuple(rows), self._rows
        if new == old:
            return
        self._rows = new
        changes = enumerate(zip_longest(old, new, fillvalue=()))
        self.repaint(
            [
                Region(first, y, last - first, 1)
                for y, (before, after) in changes
                for first, last in changed_spans(before, after)
            ]
        )

    def render_line(self, y: int) -> Strip:
        """One row as Textual wants it."""
        width = self.outer_size.width
        if width != self._drawn_width:
            self._strips.clear()
            self._drawn_width = width
        row = self._rows[y] if y < len(self._rows) else ()
        strip = self._strips.get(row)
        if strip is None:
            strip = self._strips[row] = self._draw(row, width)
        return strip

    def cells(self, y: int, first: int, last: int) -> Iterable[Segment]:
        """Cut from the row where each of its characters takes one cell, as most do."""
        row = self._rows[y] if y < len(self._rows) else ()
        if not all(piece.text.isascii() or _is_narrow(piece.text) for piece in row):
            return super().cells(y, first, last)
        segments: list[Segment] = []
        place = 0
        for part, text in row:
            if shown := text[max(0, first - place) : max(0, last - place)]:
                segments.append(Segment(shown, self._style_of_part(part)))
            place += len(text)
        if (missing := last - max(first, place)) > 0:
            segments.append(Segment(" " * missing, self.blank_style()))
        for line_filter in self.get_line_filters():
            segments = line_filter.apply(segments, self.background_colors[1])
        return segments

    def notify_style_update(self) -> None:
        """Forget everything drawn in the old colours."""
        self._strips.clear()
        super().notify_style_update()

    def _draw(self, row: Row, width: int) -> Strip:
        """Neighbours in one style become one run: that saves bytes to the terminal."""
        styled = [(self._style_of_part(part), text) for part, text in row if text]
        segments = [
            Segment("".join(text for _, text in run), style)
            for style, run in groupby(styled, key=itemgetter(0))
        ]
        missing = width - width_of(row)
        if missing < 0:
            return Strip(segments).adjust_cell_length(width, self.blank_style())
        # Padded by our own measure, so that it is as wide as it looks in tmux and its like.
        return Strip([*segments, Segment(" " * missing, self.blank_style())], width)

    def _style_of_part(self, part: str) -> Style:
        return self.style_of(f"{self.STYLE}--{part}") if part else self.blank_style()


def changed_spans(old: Row, new: Row) -> list[tuple[int, int]]:
    """The cells to paint to turn `old` into `new`: first and past-the-last of each span.

    Spans a few cells apart are one: moving the cursor costs bytes, too. A row with
    characters that take no cell of their own is painted whole, since the terminal must
    get them together with the one they belong to.
    """
    if old == new:
        return []
    head = _common_head(old, new)
    before, after = _cells(old, head), _cells(new, head)
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


def _is_narrow(text: str) -> bool:
    """Whether each character takes one cell."""
    return not measure(text).strip(ONE_CELL)


def width_of(row: Row) -> int:
    """The cells a row takes."""
    return sum(cells_of(piece.text) for piece in row)
