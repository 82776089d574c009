"""The sink that carries the engine's events to the panes; the only way to them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from scribe_tui.events import Event, PartialChanged


class Listener(Protocol):
    """A pane, as the bridge sees it."""

    def hear(self, events: Sequence[Event]) -> None:
        """Take events of its session, in order."""


class Bridge:
    """Keep each session's events in order until its pane takes them, a frame at a time.

    A partial that still waits at the end gives its place to a newer one, so that a busy
    screen falls behind by nothing but partials. Everything else is handed over once and
    never merged, dropped or overtaken. The engine waits for no pane, and an error in one
    is raised where `deliver` is called.
    """

    def __init__(self) -> None:
        """A bridge to no pane yet."""
        self.wake: Callable[[], None] = lambda: None
        self._panes: dict[str, Listener] = {}
        self._waiting: dict[str, list[Event]] = {}

    def attach(self, session: str, pane: Listener) -> None:
        """From now on `pane` gets the events of `session`."""
        self._panes[session] = pane

    def receive(self, event: Event) -> None:
        """Take one event of the engine; those of sessions without a pane go nowhere."""
        if event.session not in self._panes:
            return
        waiting = self._waiting.setdefault(event.session, [])
        if (
            waiting
            and isinstance(event, PartialChanged)
            and isinstance(waiting[-1], PartialChanged)
        ):
            waiting[-1] = event
        else:
            waiting.append(event)
        self.wake()

    def deliver(self) -> None:
        """Hand all that waits to the panes."""
        while self._waiting:
            session, events = self._waiting.popitem()
            self._panes[session].hear(events)
