"""Focus with a strip: the chosen pane large, below it a line for each of the others."""

from __future__ import annotations

from scribe_tui.tui.layouts.boxes import PanePlace, Plan, Rect, lines

MIN_TEXT_HEIGHT = 6
"""The large pane is never smaller, nor than half of the screen."""


def focus(count: int, width: int, height: int, chosen: int, first: int) -> Plan:
    """The strip takes what its lines need of the lower half, the large pane all the rest.

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
