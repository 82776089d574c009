"""How large the terminal is, by its own word: the environment may be old (COLUMNS, LINES)."""

from __future__ import annotations

import os
from collections.abc import Iterable

ASK_SIZE = "\x1b7\x1b[999;999H\x1b[6n\x1b8"
"""Go as far down and right as it goes, ask where that is, come back."""
USUAL = (80, 24)
"""Taken where neither the system nor the terminal says anything."""
MOST = (1000, 500)
"""Larger than any screen: a size beyond is nonsense, and would cost accordingly."""

ColumnsRows = tuple[int, int]


def size_of(descriptors: Iterable[int]) -> ColumnsRows | None:
    """Columns and rows as the system knows them; None if it does not (a serial line)."""
    for descriptor in descriptors:
        try:
            columns, rows = os.get_terminal_size(descriptor)
        except (OSError, ValueError):
            continue
        if columns > 0 and rows > 0:
            return bounded(columns, rows)
    return None


def bounded(columns: int, rows: int) -> ColumnsRows:
    """That size, or as much of it as may be."""
    return min(columns, MOST[0]), min(rows, MOST[1])
