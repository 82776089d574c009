"""Order: the order in which panes are shown, and when they may change places. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import NamedTuple

from scribe_tui.tui.figures.display_status import TROUBLED, DisplayStatus

REORDER_SECONDS = 6.0
"""Least time between two changes of the order."""
KEYS_SECONDS = 5.0
"""Seconds after a key in which no pane moves: another key may follow."""
TALKATIVE = (0.02, 0.25, 0.6)
"""Shares of speech that separate four classes: silent, some speech, and two degrees of more.

There are few classes, so that no pane changes places because of a single sentence.
"""


class Order(StrEnum):
    """What panes are sorted by; the values are the names users see."""

    NUMBER = "number"
    TROUBLE = "trouble"
    ACTIVITY = "activity"

    @property
    def sentence(self) -> str:
        """What comes first, for palette and key bar."""
        return _SENTENCES[self]

    def step(self, steps: int) -> Order:
        """Return the order `steps` further in the list, wrapping around."""
        all_orders = list(Order)
        return all_orders[(all_orders.index(self) + steps) % len(all_orders)]


_SENTENCES = {
    Order.NUMBER: "Panes in the order of their numbers.",
    Order.TROUBLE: "Panes in trouble first.",
    Order.ACTIVITY: "Panes with new hits first, then those that speak most.",
}


class OrderFacts(NamedTuple):
    """What decides the place of a pane. `speech`: share of speech in the last minutes, 0 to 1."""

    number: int
    status: DisplayStatus
    new_hits: int
    speech: float


_BY_TROUBLE = {how: rank for rank, how in enumerate(DisplayStatus)}


def rank(order: Order, facts: OrderFacts) -> tuple[int, ...]:
    """Return the sort key of a pane, lowest first; equal panes are sorted by number."""
    match order:
        case Order.NUMBER:
            return (facts.number,)
        case Order.TROUBLE:
            troubled = facts.status in TROUBLED
            return (_BY_TROUBLE[facts.status] if troubled else len(DisplayStatus), facts.number)
        case Order.ACTIVITY:
            spoken = sum(facts.speech >= share for share in TALKATIVE)
            return (not facts.new_hits, -spoken, facts.number)


class CalmOrder:
    """Decides at intervals in which order panes are shown. Instants are seconds of one clock."""

    def __init__(self, order: Order = Order.NUMBER) -> None:
        """Sort by `order` at the first look."""
        self.order = order
        self._changed_at: float | None = None

    def choose(self, order: Order) -> None:
        """Apply another order at the next look."""
        self.order = order
        self._changed_at = None

    def look(
        self, now: float, key_at: float, reads_back: bool, facts: Callable[[], Sequence[OrderFacts]]
    ) -> list[int] | None:
        """Return the numbers of all panes in their new order; None: do not move them.

        `key_at` is when the last key was pressed. While a pane is scrolled back (`reads_back`)
        nothing moves.
        """
        since = self._changed_at
        if since is not None and (
            self.order is Order.NUMBER
            or reads_back
            or now - since < REORDER_SECONDS
            or now - key_at < KEYS_SECONDS
        ):
            return None
        self._changed_at = now
        return [one.number for one in sorted(facts(), key=lambda one: rank(self.order, one))]
