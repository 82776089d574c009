"""PaneGrid: all panes in one of the layouts; it scrolls when panes would get too small."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.containers import VerticalScroll
from textual.events import Resize
from textual.geometry import Offset, Region, Size, Spacing
from textual.layout import ArrangeResult, Layout, WidgetPlacement
from textual.message import Message
from textual.widget import Widget

from scribe_tui.tui.layouts.boxes import PaneShape, Plan
from scribe_tui.tui.layouts.grid import tile
from scribe_tui.tui.layouts.layout import PaneLayout, alone, plan
from scribe_tui.tui.widgets.more_line import MoreLine
from scribe_tui.tui.widgets.pane import Pane


class _Tiling(Layout):
    """Places panes as the grid's plan says; panes not in the plan are not shown."""

    name = "tiling"

    def arrange(
        self, parent: Widget, children: list[Widget], size: Size, greedy: bool = True
    ) -> ArrangeResult:
        """Return placements in whole cells."""
        if not isinstance(parent, PaneGrid):
            return []
        now = parent.plan_for(size)
        there = set(children)
        placed: list[tuple[Widget, tuple[int, int, int, int]]] = [
            (parent.shown[index], box) for index, box in now.places
        ]
        if now.more is not None:
            placed.append((parent.more, now.more))
        return [
            WidgetPlacement(Region(*box), Offset(), Spacing(), child, order)
            for order, (child, box) in enumerate(placed)
            if child in there
        ]


class PaneGrid(VerticalScroll, can_focus=False, inherit_bindings=False):
    """Panes in the places that a layout gives them; a zoomed pane is shown alone.

    `panes` are in the order of their numbers, `shown` in the order on the screen; `chosen` is the
    pane that keys act on.
    """

    class Scrolled(Message):
        """Posted when other panes have come into view."""

    def __init__(self, panes: Sequence[Pane]) -> None:
        """Show `panes`, in the order of their numbers, as a grid."""
        self.more = MoreLine()
        super().__init__(*panes, self.more)
        self.panes = tuple(panes)
        self.shown = self.panes
        self.chosen: Pane | None = panes[0] if panes else None
        self.zoomed: Pane | None = None
        self.kind = PaneLayout.GRID
        self._first = 0
        self._tiling = _Tiling()

    @property
    def layout(self) -> Layout:
        """The grid's own layout instead of one from the style sheet."""
        return self._tiling

    def on_resize(self, _event: Resize) -> None:
        """Hide the scroll bar in a single column: Textual would show and hide it for ever."""
        self.styles.overflow_y = "auto" if self.outer_size.width > 1 else "hidden"

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Tell the screen that other panes are in view and need their facts."""
        super().watch_scroll_y(old_value, new_value)
        self.post_message(self.Scrolled())

    def set_panes(self, panes: Sequence[Pane]) -> None:
        """Show `panes`, in the order of their numbers; mount new ones and remove the others."""
        gone = [pane for pane in self.panes if pane not in panes]
        new = [pane for pane in panes if pane not in self.panes]
        stay = [pane for pane in self.shown if pane in panes]
        self.panes = tuple(panes)
        self.shown = (
            self.panes if stay == [pane for pane in panes if pane in stay] else (*stay, *new)
        )
        if self.zoomed in gone:
            self.zoomed = None
        if self.chosen not in panes:
            self.chosen = panes[0] if panes else None
        if self.is_mounted and self.screen.focused in gone:
            self.screen.set_focus(None)  # Textual does this only for the screen in front
        for pane in gone:
            pane.remove()
        if new:
            self.mount(*new)
        self._place_anew()

    def set_layout(self, kind: PaneLayout) -> None:
        """Arrange the panes in another layout; a zoom ends."""
        self.kind, self.zoomed, self._first = kind, None, 0
        if self.is_mounted:
            self.scroll_to(0, 0, animate=False)
        self._place_anew()
        self._bring_into_view()

    def set_order(self, numbers: Sequence[int]) -> bool:
        """Show the panes in the order of `numbers`; return False if nothing changes."""
        by_number = {pane.number: pane for pane in self.panes}
        wanted = tuple(by_number[number] for number in numbers if number in by_number)
        if wanted == self.shown or len(wanted) != len(self.panes):
            return False
        self.shown = wanted
        self._place_anew()
        self._bring_into_view()
        return True

    def zoom(self, pane: Pane | None) -> None:
        """Show `pane` alone; None: show all."""
        self.zoomed = pane
        self._place_anew()

    def attend(self, pane: Pane) -> None:
        """Make `pane` the one that keys act on; a zoom and layouts follow it."""
        if pane is self.chosen:
            return
        self.chosen = pane
        if self.zoomed is not None:
            self.zoomed = pane
        if self.zoomed is not None or self.kind.follows_choice:
            self._place_anew()

    def choose(self, pane: Pane) -> None:
        """Focus `pane` and bring it into view."""
        self.attend(pane)
        self.screen.set_focus(pane, scroll_visible=False)
        self._bring_into_view()

    def neighbour(self, pane: Pane, direction: str) -> Pane:
        """Return the pane next to `pane` in `direction`, wrapping around at the edges."""
        step = 1 if direction in ("right", "down") else -1
        if self.kind is not PaneLayout.GRID:
            if direction in ("left", "right"):
                step *= self._lines_high()
            return self.shown[(self.shown.index(pane) + step) % len(self.shown)]
        if direction in ("left", "right"):
            return self.shown[(self.shown.index(pane) + step) % len(self.shown)]
        rows = self._rows()
        y, x = next(
            (y, x) for y, row in enumerate(rows) for x, one in enumerate(row) if one is pane
        )
        row = rows[(y + step) % len(rows)]
        return row[min(len(row) - 1, (2 * x + 1) * len(row) // (2 * len(rows[y])))]

    def plan_for(self, size: Size) -> Plan:
        """Return where panes go on an area of `size`; indices are those of `shown`."""
        chosen = self.shown.index(self.chosen) if self.chosen in self.shown else 0
        if self.zoomed is not None and self.zoomed in self.shown:
            return alone(len(self.shown), *size, self.shown.index(self.zoomed))
        now = plan(self.kind, len(self.shown), (size.width, size.height), chosen, self._first)
        self._first = now.first
        return now

    @property
    def line_width(self) -> int:
        """The width in cells of a pane that is one line."""
        places = self.plan_for(self.scrollable_content_region.size).places
        return min((box.width for _, box in places if box.height == 1), default=self.size.width)

    def slices_in_view(self) -> dict[Pane, range]:
        """Return the rows of each pane that are on the screen, counted from its top."""
        size = self.scrollable_content_region.size
        top = self.scroll_offset.y
        slices = dict.fromkeys(self.panes, range(0))
        for index, box in self.plan_for(size).places:
            first, last = top - box.y, top + size.height - box.y
            slices[self.shown[index]] = range(max(0, first), max(0, min(box.height, last)))
        return slices

    def show_more(self, troubled: Iterable[Pane]) -> None:
        """Show how many panes are out of view, and how many of `troubled` are among them."""
        now = self.plan_for(self.scrollable_content_region.size)
        if now.more is None:
            return
        ill = set(troubled)
        counts = [
            (len(hidden), sum(self.shown[index] in ill for index in hidden))
            for hidden in (now.before, now.after)
        ]
        self.more.show_counts(counts[0], counts[1], beside=self.kind is PaneLayout.COLUMNS)

    def _lines_high(self) -> int:
        """Return how many lines are above each other if lines are in several columns; else 1."""
        places = self.plan_for(self.scrollable_content_region.size).places
        if self.kind is not PaneLayout.LIST or len({box.x for _, box in places}) < 2:
            return 1
        return sum(box.x == places[0].box.x for _, box in places)

    def _rows(self) -> list[list[Pane]]:
        size = self.scrollable_content_region.size
        panes = iter(self.shown)
        return [[next(panes) for _ in row] for row in tile(len(self.shown), *size)]

    def _place_anew(self) -> None:
        """Give all panes their shapes and request a new layout."""
        for pane in self.panes:
            alone_now = pane is self.zoomed
            pane.set_shape(PaneShape.PANE if alone_now else self.kind.shape(pane is self.chosen))
        self.more.refresh(layout=True)
        if self.is_mounted:
            self.call_after_refresh(self.post_message, self.Scrolled())

    def _bring_into_view(self) -> None:
        if self.chosen is not None and self.is_mounted:
            self.call_after_refresh(self.scroll_to_widget, self.chosen, animate=False)
