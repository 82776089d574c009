"""The entries of a list to pick from; the list itself is imported when first opened."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from scribe_tui.tui.finding.decor import Highlight
from scribe_tui.tui.rendering.marked import marked_rows
from scribe_tui.tui.rendering.signs import ELLIPSIS
from scribe_tui.tui.rendering.styled_rows import Piece, Row
from scribe_tui.tui.rendering.wrap import cells_of
from scribe_tui.tui.text import clock

NAME_CELLS = 16
"""Most cells of the column of names."""
CURSOR_CELLS = 1
"""Cells before each row, for the sign of the chosen one."""
NARROW = 80
"""Lists narrower than this many cells show clock times without seconds."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a list; `key` identifies what it stands for while the list is open.

    `said` is the whole text, of which the row may show a part.
    """

    key: object
    row: Row
    said: str = ""

    @property
    def text(self) -> str:
        """The text that a filter searches."""
        return "".join([*(piece.text for piece in self.row), self.said])


@dataclass(frozen=True, slots=True)
class EntryAction:
    """What a key does with an entry; `act` returns a sentence to show, or nothing."""

    label: str
    act: Callable[[object], str | None]


def column_cells(texts: Iterable[str], most: int) -> int:
    """Return the width of a column of `texts` with two blanks, at most `most` cells."""
    return min(most, max(map(cells_of, texts), default=0) + 2)


def stamp(at: float, width: int) -> str:
    """Return the clock time that begins a row of a list of `width` cells."""
    return f"{clock(at)}  " if width >= NARROW else f"{clock(at)[:5]} "


def around(text: str, part: str, marks: Sequence[Highlight], room: int) -> Row:
    """Return `text` in `part`, cut so that its first mark shows within `room` cells.

    If needed the text is cut on the left, between two words if possible.
    """
    start = 0
    if marks and cells_of(text[: marks[0].end]) > room:
        first = marks[0].start
        start = first - min(first, max(0, room - (marks[0].end - first)) // 3)
        start = text.find(" ", start, first) + 1 or first
    cut = (Piece("dim", ELLIPSIS),) if start else ()
    return (*cut, *next(marked_rows(text, [(start, len(text))], part, marks)))
