"""The size of the terminal, as it reports it: COLUMNS and LINES may be outdated."""

from __future__ import annotations

import os
from collections.abc import Iterable

ASK_SIZE = "\x1b7\x1b[999;999H\x1b[6n\x1b8"
"""Save the cursor, move it as far down and right as possible, ask its position, restore it."""
USUAL = (80, 24)
"""Columns and rows used if neither the system nor the terminal gives a size."""
MOST = (1000, 500)
"""Most columns and rows accepted: larger than any real screen, and costly to paint."""

ColumnsRows = tuple[int, int]


def size_of(descriptors: Iterable[int]) -> ColumnsRows | None:
    """Return columns and rows as the system knows them; None if it does not (a serial line)."""
    for descriptor in descriptors:
        try:
            columns, rows = os.get_terminal_size(descriptor)
        except (OSError, ValueError):
            continue
        if columns > 0 and rows > 0:
            return bounded(columns, rows)
    return None


def bounded(columns: int, rows: int) -> ColumnsRows:
    """Return that size, limited to MOST."""
    return min(columns, MOST[0]), min(rows, MOST[1])
