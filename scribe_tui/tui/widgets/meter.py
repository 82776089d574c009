"""A level as a bar of cells."""

from __future__ import annotations

import math
from functools import cache

from scribe_tui.tui.rendering.signs import FILLED, TRACK
from scribe_tui.tui.rendering.styled_rows import Piece

FLOOR_DBFS = -60.0
LOUD_DBFS = -18.0
HOT_DBFS = -6.0


def meter(level_dbfs: float | None, cells: int, step: int = 1) -> tuple[Piece, ...]:
    """Return `level_dbfs` as a bar of `cells` cells, in the parts level, loud, hot and track.

    The bar grows in steps of `step` cells. Before the first sound (None) the bar is blank; digital
    silence is an empty track, so that the two can be told apart.
    """
    if level_dbfs is None:
        return (Piece("track", " " * cells),)
    return _bar(math.ceil(_share(level_dbfs) * cells / step) * step, cells)


@cache
def _bar(filled: int, cells: int) -> tuple[Piece, ...]:
    loud, hot = (round(_share(limit) * cells) for limit in (LOUD_DBFS, HOT_DBFS))
    pieces = (
        Piece("level", FILLED * min(filled, loud)),
        Piece("loud", FILLED * (min(filled, hot) - loud)),
        Piece("hot", FILLED * (filled - hot)),
        Piece("track", TRACK * (cells - filled)),
    )
    return tuple(piece for piece in pieces if piece.text)


def _share(level_dbfs: float) -> float:
    """Return the share of the bar that is filled: 0 at the floor, 1 at full scale."""
    return 1 - min(0.0, max(level_dbfs, FLOOR_DBFS)) / FLOOR_DBFS
