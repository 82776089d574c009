"""Focus: the chosen pane large, and below it a line for each of the others."""

from __future__ import annotations

from scribe_tui.tui.layouts.boxes import PanePlace, Plan, Rect, lines

MIN_TEXT_HEIGHT = 6
"""Least rows of the large pane; it also has at least half of the screen."""


def focus(count: int, width: int, height: int, chosen: int, first: int) -> Plan:
    """Return the large pane, and below it as many lines as needed, in at most half the rows.

    The strip is scrolled so that the panes before and after the chosen one are in it.
    """
    others = [index for index in range(count) if index != chosen]
    room = height - max(MIN_TEXT_HEIGHT, -(-height // 2))
    rows = min(len(others), room)
    if rows <= 0:
        alone = (PanePlace(chosen, Rect(0, 0, width, height)),)
        return Plan(alone, first, None, tuple(range(chosen)), tuple(range(chosen + 1, count)))
    large = PanePlace(chosen, Rect(0, 0, width, height - rows))
    neighbours = (max(0, chosen - 1), min(chosen, len(others) - 1))
    strip = lines(others, Rect(0, height - rows, width, rows), first, neighbours)
    return strip._replace(places=(large, *strip.places))
