"""The five layouts by their names, and the plan of each for a number of panes and a size."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache

from scribe_tui.tui.layouts.boxes import PanePlace, PaneShape, Plan, Rect, lines
from scribe_tui.tui.layouts.columns import columns
from scribe_tui.tui.layouts.focus import focus
from scribe_tui.tui.layouts.grid import grid

LIST_WIDTH = 90
"""From this width in cells on, the line of a source has room for everything and some words."""


class PaneLayout(StrEnum):
    """How the panes share the screen; the values are the names users see."""

    GRID = "grid"
    COLUMNS = "columns"
    FOCUS = "focus"
    LIST = "list"
    READING = "reading"

    @property
    def sentence(self) -> str:
        """What the layout does, for palette and key bar."""
        return _SENTENCES[self]

    @property
    def follows_choice(self) -> bool:
        """Whether panes move when another one is chosen."""
        return self is not PaneLayout.GRID

    def shape(self, is_chosen: bool) -> PaneShape:
        """Return the shape of the chosen pane, or of any other."""
        if self is PaneLayout.LIST or (self is PaneLayout.FOCUS and not is_chosen):
            return PaneShape.LINE
        return PaneShape.PAGE if self is PaneLayout.READING else PaneShape.PANE

    def step(self, steps: int) -> PaneLayout:
        """Return the layout `steps` further in the list, wrapping around."""
        order = list(PaneLayout)
        return order[(order.index(self) + steps) % len(order)]


_SENTENCES = {
    PaneLayout.GRID: "All panes, in rows and columns.",
    PaneLayout.COLUMNS: "Each pane a column as high as the screen.",
    PaneLayout.FOCUS: "One pane large, a line for each other one.",
    PaneLayout.LIST: "A line for each source, with its last hour.",
    PaneLayout.READING: "The chosen pane alone, for reading.",
}


@lru_cache(maxsize=32)
def plan(layout: PaneLayout, count: int, size: tuple[int, int], chosen: int, first: int) -> Plan:
    """Return where `count` panes go on `size` (columns, rows) cells; pane `chosen` is in view.

    `first` is that of the previous plan, so that nothing moves further than necessary. Only the
    grid's boxes may continue below the height: it is scrolled as a whole.
    """
    width, height = size
    if count <= 0 or width <= 0 or height <= 0:
        return Plan(first=first)
    chosen = max(0, min(chosen, count - 1))
    match layout:
        case PaneLayout.GRID:
            return grid(count, width, height)
        case PaneLayout.COLUMNS:
            return columns(count, width, height, chosen, first)
        case PaneLayout.FOCUS:
            return focus(count, width, height, chosen, first)
        case PaneLayout.LIST:
            beside = max(1, width // LIST_WIDTH)
            return lines(range(count), Rect(0, 0, width, height), first, (chosen,), beside)
        case PaneLayout.READING:
            return alone(count, width, height, chosen)


def alone(count: int, width: int, height: int, chosen: int) -> Plan:
    """Return a plan with one pane over all cells."""
    place = PanePlace(chosen, Rect(0, 0, width, height))
    return Plan((place,), 0, None, tuple(range(chosen)), tuple(range(chosen + 1, count)))
