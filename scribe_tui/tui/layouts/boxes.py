"""Building blocks of all layouts: rectangles of cells, shapes of panes, the plan of a screen."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple


class Rect(NamedTuple):
    """The cells of one pane, relative to the area of all panes."""

    x: int
    y: int
    width: int
    height: int


class PaneShape(StrEnum):
    """How much of a session a pane shows."""

    PANE = "pane"
    """Header, text, status."""
    LINE = "line"
    """One row: state, last hour, latest words."""
    PAGE = "page"
    """A pane for reading: large margins, short rows."""


class PanePlace(NamedTuple):
    """The pane with index `pane` (from 0, in the order shown) has the cells `box`."""

    pane: int
    box: Rect


class Plan(NamedTuple):
    """The places of the panes in view; `before` and `after` are the indexes of the others.

    `first` is how far the layout is scrolled; it is an input of the next plan, so that panes move
    no further than necessary. `more`: the row that names the panes out of view.
    """

    places: tuple[PanePlace, ...] = ()
    first: int = 0
    more: Rect | None = None
    before: tuple[int, ...] = ()
    after: tuple[int, ...] = ()


def shares(total: int, parts: int) -> list[tuple[int, int]]:
    """Divide `total` into `parts` integer shares as equal as possible: (start, size) of each."""
    size, extra = divmod(total, parts)
    starts = [index * size + min(index, extra) for index in range(parts + 1)]
    return [(first, last - first) for first, last in pairwise(starts)]


def first_in_view(count: int, rows: int, first: int, keep: int) -> int:
    """Return the index of the first of `count` things in view, if `rows` of them fit.

    The thing `keep` is in view, no row is empty, and the result is as near to `first` as possible.
    """
    first = max(keep - rows + 1, min(first, keep))
    return max(0, min(first, count - rows))


def lines(
    indexes: Sequence[int], area: Rect, first: int, keep: Sequence[int], columns: int = 1
) -> Plan:
    """Give each of `indexes` a row of `area`; if not all fit, the last row is for `more`.

    The positions in `indexes` given by `keep` are in view; if that is impossible, the last one is.
    `columns` is the most columns used; no more are used than needed, and they have equal heights.
    """
    columns = max(1, min(columns, -(-len(indexes) // max(1, area.height))))
    if len(indexes) <= area.height * columns:
        even = -(-len(indexes) // columns)
        return Plan(tuple(_rows(indexes, area._replace(height=even), columns)))
    rows = max(1, area.height - 1)
    for place in keep:
        first = first_in_view(len(indexes), rows * columns, first, place)
    last = first + rows * columns
    more = Rect(area.x, area.y + rows, area.width, 1) if rows < area.height else None
    return Plan(
        tuple(_rows(indexes[first:last], area._replace(height=rows), columns)),
        first,
        more,
        tuple(indexes[:first]),
        tuple(indexes[last:]),
    )


def _rows(indexes: Sequence[int], area: Rect, columns: int) -> list[PanePlace]:
    """Return places of one row each, column after column, each column as high as `area`."""
    spans = shares(area.width, columns)
    places = [(divmod(place, area.height), index) for place, index in enumerate(indexes)]
    return [
        PanePlace(index, Rect(area.x + spans[column][0], area.y + row, spans[column][1], 1))
        for (column, row), index in places
    ]
