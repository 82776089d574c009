"""BoundedQueue: a queue of events between two threads, bounded in bytes; `put` never waits.

Events beyond the bound are counted, and the count is delivered in their place.
"""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass
from threading import Condition

from scribe_tui.events import Event, SegmentCommitted

EVENT_BYTES = 600
ITEM_BYTES = 400
"""Upper estimates of the bytes of an event, and of each word or entity in it."""


@dataclass(frozen=True, slots=True)
class LinesLost:
    """Replaces `lines` events of a session for which there was no room."""

    session: str
    lines: int


Item = Event | LinesLost


class BoundedQueue:
    """Events in order between two threads, at most `bound_bytes` together with what is `held`.

    `taken_since`: when the oldest of the events that `take` returned last had been put
    (monotonic clock). Once the bound is reached all events are counted instead of kept,
    until half of it is free; their number follows as `LinesLost`, in its place in the order.
    """

    def __init__(self, bound_bytes: int) -> None:
        self._bound = bound_bytes
        self._items: list[Item] = []
        self._oldest_at: float | None = None
        self.taken_since: float | None = None
        self._bytes = 0
        self._held = 0
        self._lost: Counter[str] = Counter()
        self._closed = False
        self._changed = Condition()

    @property
    def losing(self) -> bool:
        """Whether events are being counted instead of kept."""
        return bool(self._lost)

    @property
    def is_half_full(self) -> bool:
        """Whether half of the bound is used, or more."""
        return self._bytes + self._held >= self._bound // 2

    @property
    def oldest_at(self) -> float | None:
        """When the oldest waiting event was put (monotonic seconds), None if none waits."""
        return self._oldest_at

    @property
    def unsaved(self) -> int:
        """How many events wait here or found no room."""
        with self._changed:
            waiting = sum(isinstance(item, Event) for item in self._items)
            return waiting + self._lost.total()

    def put(self, event: Event) -> None:
        """Queue one event, or count it as lost."""
        size = estimate(event)
        with self._changed:
            self._pass_on_losses()
            if self._lost or self._bytes + self._held + size > self._bound:
                self._lost[event.session] += 1
                return
            if not self._items:
                self._oldest_at = time.monotonic()
            self._items.append(event)
            self._bytes += size
            self._changed.notify()

    def take(self, seconds: float) -> list[Item]:
        """Return all queued items; wait up to `seconds` for the first one, or until `close`."""
        with self._changed:
            self._pass_on_losses()
            self._changed.wait_for(lambda: self._items or self._closed, max(seconds, 0.0))
            items, self._items = self._items, []
            self._bytes = 0
            self.taken_since, self._oldest_at = self._oldest_at, None
            return items

    def hold(self, held_bytes: int) -> None:
        """Set how many bytes of the bound are used by items already taken but not yet written."""
        with self._changed:
            self._held = held_bytes

    def close(self) -> None:
        """Accept no more events; `take` no longer waits."""
        with self._changed:
            self._closed = True
            self._changed.notify()

    @property
    def closed(self) -> bool:
        """Whether `close` was called."""
        return self._closed

    def _pass_on_losses(self) -> None:
        if self._lost and self._bytes + self._held <= self._bound // 2:
            self._items += [LinesLost(*lost) for lost in self._lost.items()]
            self._lost.clear()


def estimate(event: Event) -> int:
    """Return an upper estimate of the memory an event takes, in bytes."""
    content = event.segment if isinstance(event, SegmentCommitted) else event
    values = (getattr(content, name) for name in content.__dataclass_fields__)
    return EVENT_BYTES + sum(_size(value) for value in values)


def _size(value: object) -> int:
    """Bytes of a value beyond its reference: texts by their characters, lists by their items."""
    if isinstance(value, str):
        return 4 * len(value)
    return ITEM_BYTES * len(value) if isinstance(value, tuple) else 0
