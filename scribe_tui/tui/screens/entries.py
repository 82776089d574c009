"""What a list to pick from is made of; the list itself loads when it is first opened."""

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
"""Before each row, for the sign of the one that is chosen."""
NARROW = 80
"""Below this width in cells lists show clock times without seconds."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a list; `key` names what it stands for as long as the list is shown.

    `said` is the whole text of what the row may show a part of.
    """

    key: object
    row: Row
    said: str = ""

    @property
    def text(self) -> str:
        """What a filter looks into."""
        return "".join([*(piece.text for piece in self.row), self.said])


@dataclass(frozen=True, slots=True)
class EntryAction:
    """What a key does with an entry; `act` returns a sentence for the last row, or nothing."""

    label: str
    act: Callable[[object], str | None]


def column_cells(texts: Iterable[str], most: int) -> int:
    """How wide a column of `texts` is, blanks behind the longest included."""
    return min(most, max(map(cells_of, texts), default=0) + 2)


def stamp(at: float, width: int) -> str:
    """The clock time that begins a row of a list of `width` cells."""
    return f"{clock(at)}  " if width >= NARROW else f"{clock(at)[:5]} "


def around(text: str, part: str, marks: Sequence[Highlight], room: int) -> Row:
    """`text` in `part` from where the first of its marks shows within `room` cells.

    Where it does not, the text is cut on the left, between two words if that can be.
    """
    start = 0
    if marks and cells_of(text[: marks[0].end]) > room:
        first = marks[0].start
        start = first - min(first, max(0, room - (marks[0].end - first)) // 3)
        start = text.find(" ", start, first) + 1 or first
    cut = (Piece("dim", ELLIPSIS),) if start else ()
    return (*cut, *next(marked_rows(text, [(start, len(text))], part, marks)))
