"""The grid of panes: fills the screen evenly, scrolls when panes would get too small."""

from __future__ import annotations

from collections.abc import Sequence

from textual.containers import VerticalScroll
from textual.geometry import Offset, Region, Size, Spacing
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.message import Message
from textual.widget import Widget

from scribe_tui.tui.arrangements import tile
from scribe_tui.tui.widgets.pane import Pane


class _Tiling(Layout):
    """Places displayed children where `tile` says."""

    name = "tiling"

    def arrange(
        self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True
    ) -> ArrangeResult:
        """Placements in whole cells."""
        boxes = [box for row in tile(len(children), size.width, size.height) for box in row]
        return [
            WidgetPlacement(Region(*box), Offset(), Spacing(), child, order)
            for order, (box, child) in enumerate(zip(boxes, children, strict=bool(boxes)))
        ]


class PaneGrid(VerticalScroll, can_focus=False, inherit_bindings=False):
    """All panes in the order of their numbers; one of them alone while zoomed."""

    class Scrolled(Message):
        """Other panes are in view now."""

    def __init__(self, panes: Sequence[Pane]) -> None:
        """Panes in the order of their numbers."""
        super().__init__(*panes)
        self.panes = tuple(panes)
        self.zoomed: Pane | None = None
        self._tiling = _Tiling()

    @property
    def layout(self) -> Layout:
        """Our own layout instead of one of the style sheet's."""
        return self._tiling

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Tell the screen that other panes need their facts."""
        super().watch_scroll_y(old_value, new_value)
        self.post_message(self.Scrolled())

    def set_panes(self, panes: Sequence[Pane]) -> None:
        """Show these, in this order: new ones are mounted, those that are gone removed."""
        gone = [pane for pane in self.panes if pane not in panes]
        new = [pane for pane in panes if pane not in self.panes]
        self.panes = tuple(panes)
        if self.zoomed in gone:
            self.zoom(None)
        for pane in gone:
            pane.remove()
        if new:
            for pane in new:
                pane.display = self.zoomed is None
            self.mount(*new)
        order = {pane: place for place, pane in enumerate(panes)}
        self.sort_children(key=lambda child: order.get(child, -1))  # type: ignore[call-overload]

    def zoom(self, pane: Pane | None) -> None:
        """Show `pane` alone, or all of them."""
        self.zoomed = pane
        for other in self.panes:
            other.display = pane is None or other is pane

    def choose(self, pane: Pane) -> None:
        """Focus `pane` and bring it into view; a zoom moves along."""
        if self.zoomed is not None and pane is not self.zoomed:
            self.zoom(pane)
        self.screen.set_focus(pane, scroll_visible=False)
        self.call_after_refresh(self.scroll_to_widget, pane, animate=False)

    def neighbour(self, pane: Pane, direction: str) -> Pane:
        """The pane beside `pane` in that direction, going round at the edges."""
        rows = self._rows()
        y, x = next(
            (y, x) for y, row in enumerate(rows) for x, one in enumerate(row) if one is pane
        )
        if direction in ("left", "right"):
            step = 1 if direction == "right" else -1
            return self.panes[(self.panes.index(pane) + step) % len(self.panes)]
        step = 1 if direction == "down" else -1
        row = rows[(y + step) % len(rows)]
        return row[min(len(row) - 1, (2 * x + 1) * len(row) // (2 * len(rows[y])))]

    def slices_in_view(self) -> dict[Pane, range]:
        """The rows of each pane that are on the screen, counted from its top; may be none."""
        shown = [pane for pane in self.panes if pane.display]
        size = self.scrollable_content_region.size
        top = self.scroll_offset.y
        slices = dict.fromkeys(self.panes, range(0))
        boxes = (box for row in tile(len(shown), *size) for box in row)
        for pane, box in zip(shown, boxes, strict=False):
            first, last = top - box.y, top + size.height - box.y
            slices[pane] = range(max(0, first), max(0, min(box.height, last)))
        return slices

    def _rows(self) -> list[list[Pane]]:
        size = self.scrollable_content_region.size
        panes = iter(self.panes)
        return [[next(panes) for _ in row] for row in tile(len(self.panes), *size)]
