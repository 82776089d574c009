"""Columns: each pane as high as the screen, as many as fit readably side by side."""

from __future__ import annotations

from scribe_tui.tui.layouts.boxes import PanePlace, Plan, Rect, first_in_view, shares

READABLE_WIDTH = 36
"""From this width in cells on, a row holds a whole clause."""
NARROW_WIDTH = 28
"""Least width in cells of two columns: two are preferred to one even with rows this short."""


def columns(count: int, width: int, height: int, chosen: int, first: int) -> Plan:
    """Return as many panes as fit, the chosen one among them; a row names the others."""
    fit = max(1, width // READABLE_WIDTH, min(2, width // NARROW_WIDTH))
    if count <= fit:
        return Plan(_side_by_side(range(count), width, height))
    first = first_in_view(count, fit, first, chosen)
    rows = max(1, height - 1)
    return Plan(
        _side_by_side(range(first, first + fit), width, rows),
        first,
        Rect(0, rows, width, 1) if rows < height else None,
        tuple(range(first)),
        tuple(range(first + fit, count)),
    )


def _side_by_side(indexes: range, width: int, height: int) -> tuple[PanePlace, ...]:
    spans = shares(width, len(indexes))
    return tuple(
        PanePlace(index, Rect(x, 0, w, height))
        for index, (x, w) in zip(indexes, spans, strict=True)
    )
