"""The keys that arrange the panes: their layout and their order."""

from __future__ import annotations

import math
from collections.abc import Mapping

from scribe_tui.session.status.snapshot import SessionSnapshot
from scribe_tui.tui.figures.display_status import TROUBLED
from scribe_tui.tui.layouts.layout import PaneLayout
from scribe_tui.tui.layouts.order import CalmOrder, Order, OrderFacts
from scribe_tui.tui.screens.choose_keys import ChooseActions
from scribe_tui.tui.widgets.ticker import name_cells


class ArrangeActions(ChooseActions, inherit_bindings=False):
    """Changes layout and order, and limits how often panes move."""

    def __init__(self) -> None:
        """Start with a grid in the order of numbers."""
        super().__init__()
        self._order = CalmOrder()
        self._key_at = -math.inf

    def begin_with(self, layout: PaneLayout, order: Order) -> None:
        """Set the first layout and order, before the screen is mounted."""
        self.grid.set_layout(layout)
        self._order.choose(order)

    def action_layout(self, steps: int) -> None:
        """Choose the next layout, or the one before."""
        self.use_layout(self.grid.kind.step(steps))

    def action_order(self) -> None:
        """Choose the next order."""
        self.use_order(self._order.order.step(1))

    def use_layout(self, layout: PaneLayout) -> None:
        """Use `layout` from now on."""
        self.grid.set_layout(layout)
        self.say(f"{layout}: {layout.sentence}")

    def use_order(self, order: Order) -> None:
        """Use `order` from now on."""
        self._order.choose(order)
        self.say(f"by {order}: {order.sentence}")

    def shown_as(self) -> dict[str, str | None]:
        """Return layout, order and theme in use, by the names of their settings."""
        theme = None if self.app.no_color else self.app.theme
        return {"layout": self.grid.kind, "order": self._order.order, "theme": theme}

    def keep_order(self, now: float) -> None:
        """Sort the panes if it is time; not while the current pane is scrolled back."""
        reads_back = self._current is not None and self._current.transcript.new_lines is not None
        numbers = self._order.look(now, self._key_at, reads_back, self._order_facts)
        if numbers is not None:
            self.grid.set_order(numbers)

    def show_lines(self, snapshots: Mapping[str, SessionSnapshot]) -> None:
        """Set name widths and new hits of panes shown as lines, and the row of hidden panes."""
        if self.grid.zoomed is not None or self.grid.kind in (PaneLayout.GRID, PaneLayout.READING):
            return
        names = [snapshot.name for snapshot in snapshots.values()]
        cells = name_cells(self.grid.line_width, names)
        for pane in self.grid.panes:
            pane.name_cells = cells
            pane.new_hits = self._bridge.hits.count_of(pane.session).new
        self.grid.show_more(
            pane
            for pane in self.grid.panes
            if self.totals.of(pane.session).status_of(snapshots[pane.session]) in TROUBLED
        )

    def _order_facts(self) -> list[OrderFacts]:
        now = self._clock()
        return [
            OrderFacts(
                pane.number,
                self.status_of(pane),
                self._bridge.hits.count_of(pane.session).new,
                pane.hour.speech(now),
            )
            for pane in self.grid.panes
        ]
