"""Bridge: the sink that carries the engine's events to the panes; the only way to them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from scribe_tui.events import Event, PartialChanged, SessionRemoved
from scribe_tui.tui.finding.hits import KnownHits
from scribe_tui.tui.finding.places import KnownPlaces

MAX_WAITING = 4000
"""Most events kept for a session without a pane; beyond it the oldest are dropped."""


class Listener(Protocol):
    """The part of a pane that the bridge needs."""

    def receive(self, events: Sequence[Event]) -> None:
        """Handle events of its session, in order."""


ALL = ""
"""Stands for all sessions, in place of an id."""


class Bridge:
    """Keeps each session's events in order until its pane takes them, a frame at a time.

    A partial that is last in the queue is replaced by a newer one, so that a busy screen only falls
    behind in partials. All other events are handed over once, and never merged, dropped or
    overtaken. The engine waits for no pane.
    """

    def __init__(self) -> None:
        """Start without panes; events wait for one."""
        self.hits = KnownHits()
        self.places = KnownPlaces()
        self.wake: Callable[[], None] = lambda: None
        self.slow_partials = False
        """Whether partials wait until `release_partials` if no other event of the session waits."""
        self._partials_due = False
        self.handed: set[str] = set()
        """The sessions whose panes took, or failed to take, events of the last delivery."""
        self.tallied = False
        """Whether the last delivery had anything for `tally`: other events than partials."""
        self.tally: Callable[[Event], None] = lambda _: None
        """Called with every event but partials as it is delivered, whether or not it has a pane."""
        self.missed: dict[str, Exception] = {}
        """Errors by which events were not taken since the last look, by session or `ALL`."""
        self._panes: dict[str, Listener] = {}
        self._waiting: dict[str, deque[Event]] = {}
        self._open = True

    def attach(self, session: str, pane: Listener) -> None:
        """Deliver the events of `session` to `pane` from now on, including those that wait."""
        self._panes[session] = pane

    def detach(self, session: str) -> None:
        """Stop delivering to the pane of `session`; its waiting events are only tallied."""
        self._panes.pop(session, None)
        self._count(self._waiting.pop(session, ()), {})

    def forget(self) -> None:
        """Drop all waiting events: what follows is of another time of a replay."""
        self._waiting.clear()
        self.hits.forget()
        self.places = KnownPlaces()

    def close(self) -> None:
        """Take no more events: the screen is closed."""
        self._open = False
        self._waiting.clear()
        self.wake = lambda: None

    def receive(self, event: Event) -> None:
        """Take one event of the engine."""
        if not self._open:
            return
        is_partial = isinstance(event, PartialChanged)
        if not is_partial:
            self._note(event)
        waiting = self._waiting.setdefault(event.session, deque())
        if is_partial and waiting and isinstance(waiting[-1], PartialChanged):
            waiting[-1] = event
        else:
            waiting.append(event)
            if event.session not in self._panes and len(waiting) > MAX_WAITING:
                waiting.popleft()
        if not (self.slow_partials and isinstance(event, PartialChanged)):
            self.wake()

    def fail(self, session: str, error: Exception) -> None:
        """An event of `session` was not taken."""
        if self._open:
            self.missed.setdefault(session, error)
            self.wake()

    def _note(self, event: Event) -> None:
        """Record hits and places; the event's text is shown even if a bug prevents this."""
        for known in (self.hits, self.places):
            try:
                known.receive(event)
            except Exception as error:  # noqa: BLE001 - stands in `missed`
                self.fail(ALL, error)

    def release_partials(self) -> None:
        """Deliver waiting partials with the next delivery."""
        self._partials_due = True
        if self.slow_partials and self._waiting:
            self.wake()

    def deliver(self) -> dict[str, Exception]:
        """Deliver all waiting events to the attached panes; return their exceptions by session.

        An exception of `tally` is under `ALL`.
        """
        raised: dict[str, Exception] = {}
        self.handed.clear()
        self.tallied = False
        holds = self.slow_partials and not self._partials_due
        self._partials_due = False
        for session in list(self._waiting):
            waiting = self._waiting[session]
            if holds and len(waiting) == 1 and isinstance(waiting[0], PartialChanged):
                continue
            pane = self._panes.get(session)
            if pane is None and not isinstance(self._waiting[session][-1], SessionRemoved):
                continue
            events = self._waiting.pop(session)
            self.handed.add(session)
            self._count(events, raised)
            if pane is None:
                continue
            try:
                pane.receive(events)
            except Exception as error:  # noqa: BLE001 - the caller reports it; other panes go on
                raised[session] = error
        return raised

    def _count(self, events: Iterable[Event], raised: dict[str, Exception]) -> None:
        for event in events:
            if not isinstance(event, PartialChanged):
                self.tallied = True
                try:
                    self.tally(event)
                except Exception as error:  # noqa: BLE001 - the caller reports it; panes go on
                    raised[ALL] = error


class Fallible(Protocol):
    """An object that shows events and records those it failed to take."""

    def receive(self, event: Event) -> None:
        """Handle one event."""

    def fail(self, session: str, error: Exception) -> None:
        """An event of `session` was not taken."""


class BridgeSink:
    """The bridge as the engine's sink: a bug at one event is reported, and the next is taken.

    The engine removes a sink that raises; nothing at all would be shown then.
    """

    def __init__(self, bridge: Fallible) -> None:
        """Pass everything to `bridge`."""
        self._bridge = bridge

    def receive(self, event: Event) -> None:
        """Take one event of the engine."""
        try:
            self._bridge.receive(event)
        except Exception as error:  # noqa: BLE001 - the bridge says so
            self._bridge.fail(event.session, error)
