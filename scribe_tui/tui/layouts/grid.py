"""Grid: as many columns as keep every pane readable; no cell is left empty."""

from __future__ import annotations

from functools import lru_cache
from itertools import accumulate, cycle

from scribe_tui.tui.layouts.boxes import PanePlace, Plan, Rect, shares

MIN_WIDTH = 26
MIN_HEIGHT = 5
"""The smallest readable pane: header, three rows of text, status."""
GOOD_WIDTH = 50
GOOD_HEIGHT = 9
"""From this size on more room adds little; below it every cell counts."""
SCROLL_WIDTH = 30
SCROLL_HEIGHT = 6
"""Pane size aimed at once the grid must scroll anyway."""
GOOD_SHAPE = 2.2
"""Width per height of a pane that is pleasant to read: side by side rather than stacked."""


@lru_cache(maxsize=16)
def tile(count: int, width: int, height: int) -> tuple[tuple[Rect, ...], ...]:
    """Return rows of boxes for `count` panes on a grid of `width` by `height` cells.

    They fill the grid exactly. Only if that would make panes smaller than the minimum do rows
    continue below `height`; their heights repeat, so that whole panes fill the grid when it is
    scrolled to the top of a row.
    """
    if count <= 0 or width <= 0 or height <= 0:
        return ()
    columns = _best_columns(count, width, height)
    if columns is None:
        columns = min(count, max(1, width // SCROLL_WIDTH))
        page = shares(max(MIN_HEIGHT, height), max(1, height // SCROLL_HEIGHT))
    else:
        page = shares(height, -(-count // columns))
    heights = [size for _, size in page]
    tops = accumulate(cycle(heights), initial=0)
    in_rows = [panes for _, panes in shares(count, -(-count // columns))]
    return tuple(
        tuple(Rect(x, y, w, h) for x, w in shares(width, in_row))
        for y, h, in_row in zip(tops, cycle(heights), in_rows, strict=False)
    )


def grid(count: int, width: int, height: int) -> Plan:
    """Return places for all panes; rows that do not fit continue below `height`."""
    boxes = (box for row in tile(count, width, height) for box in row)
    return Plan(tuple(PanePlace(index, box) for index, box in enumerate(boxes)))


def _best_columns(count: int, width: int, height: int) -> int | None:
    """Return the best number of columns, None if panes would be too small with any number."""
    fitting = [
        columns
        for columns in range(1, count + 1)
        if (width // columns >= MIN_WIDTH or columns == 1)
        and height // -(-count // columns) >= MIN_HEIGHT
    ]
    return max(fitting, key=lambda columns: _merit(count, columns, width, height), default=None)


def _merit(count: int, columns: int, width: int, height: int) -> tuple[float, float]:
    """Return how well panes can be read: first whether they are large enough, then their shape."""
    pane_width = width / columns
    pane_height = height / -(-count // columns)
    size = min(pane_width / GOOD_WIDTH, 1) * min(pane_height / GOOD_HEIGHT, 1)
    shape = pane_width / pane_height / GOOD_SHAPE
    return round(size, 2), -max(shape, 1 / shape)
