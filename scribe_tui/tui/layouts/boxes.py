"""Building blocks of all layouts: boxes of cells, shapes of panes, and the plan of a screen."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple


class Rect(NamedTuple):
    """The cells of one pane within the room for all of them."""

    x: int
    y: int
    width: int
    height: int


class PaneShape(StrEnum):
    """How much of a session a pane shows."""

    PANE = "pane"
    """Header, text, status."""
    LINE = "line"
    """One row: how it stands, its last hour, its latest words."""
    PAGE = "page"
    """A pane for reading: large margins, short rows."""


class PanePlace(NamedTuple):
    """Pane number `pane` (from 0, in the order in which they are shown) has `box`."""

    pane: int
    box: Rect


class Plan(NamedTuple):
    """The panes in view, and which are not: `before` and `after` those that are.

    `first` is how far the layout is scrolled; it is an input of the next plan, so that panes move
    no further than they must. `more`: the row that names the panes out of view.
    """

    places: tuple[PanePlace, ...] = ()
    first: int = 0
    more: Rect | None = None
    before: tuple[int, ...] = ()
    after: tuple[int, ...] = ()


def shares(total: int, parts: int) -> list[tuple[int, int]]:
    """Cut `total` into `parts` whole shares as equal as can be: (start, size) of each."""
    size, extra = divmod(total, parts)
    starts = [index * size + min(index, extra) for index in range(parts + 1)]
    return [(first, last - first) for first, last in pairwise(starts)]


def first_in_view(count: int, rows: int, first: int, keep: int) -> int:
    """The index of the first of `count` things in view, if `rows` of them are.

    Thing `keep` is in view, no row is empty, and the result is as near to `first` as possible.
    """
    first = max(keep - rows + 1, min(first, keep))
    return max(0, min(first, count - rows))


def lines(
    indexes: Sequence[int], area: Rect, first: int, keep: Sequence[int], columns: int = 1
) -> Plan:
    """A row of `area` for each of `indexes`, or for as many as fit, with one that says so.

    The places in `indexes` that `keep` names are in view, the last one before all others. With
    `columns` they stand in as many columns as it takes, but no more, all as high as each other.
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
    """One row each, column after column; all but the last column are as high as `area`."""
    spans = shares(area.width, columns)
    places = [(divmod(place, area.height), index) for place, index in enumerate(indexes)]
    return [
        PanePlace(index, Rect(area.x + spans[column][0], area.y + row, spans[column][1], 1))
        for (column, row), index in places
    ]
