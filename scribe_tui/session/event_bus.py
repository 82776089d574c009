"""Ordered publishing: every sink gets every event, in the same order."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable

from scribe_tui.events import Event
from scribe_tui.session.controls import Sink, Stage

_log = logging.getLogger(__name__)


class EventBus:
    """Hands events to the sinks, then derives further events from them in the stages.

    A sink or stage may publish while it handles an event: the new event is queued behind earlier
    ones, so that all sinks see the same order. A stage sees published events but not derived
    ones, so that stages cannot trigger each other without end.

    A sink or stage that raises is removed; `on_failure` is then called with its name and may
    publish. For use in one thread.
    """

    def __init__(self, on_failure: Callable[[str], None]) -> None:
        self._on_failure = on_failure
        # Tuples, so that a change while an event is handed out does not affect that event.
        self._sinks: tuple[Sink, ...] = ()
        self._stages: tuple[Stage, ...] = ()
        self._waiting: deque[tuple[Event, bool]] = deque()
        self._handing_out = False

    def add_sink(self, sink: Sink) -> None:
        """Let `sink` have every event from now on, after the sinks that are there already."""
        self._sinks = (*self._sinks, sink)

    def remove_sink(self, sink: Sink) -> None:
        """Remove `sink`; without effect if it is not there."""
        self._sinks = tuple(other for other in self._sinks if other is not sink)

    def add_stage(self, stage: Stage) -> None:
        """Let `stage` derive events from every published one from now on."""
        self._stages = (*self._stages, stage)

    def publish(self, event: Event) -> None:
        """Hand out `event` now, or in its turn when called while events are handed out."""
        self._waiting.append((event, False))
        if self._handing_out:
            return
        self._handing_out = True
        try:
            while self._waiting:
                self._hand_out(*self._waiting.popleft())
        finally:
            self._handing_out = False

    def _hand_out(self, event: Event, derived: bool) -> None:
        for sink in self._sinks:
            try:
                sink.receive(event)
            except Exception:  # noqa: BLE001 - a sink's bug must not stop the engine; reported
                self.remove_sink(sink)
                self._failed(sink)
        if self._stages and not derived and (found := self._derived(event)):
            self._waiting.extendleft(reversed([(one, True) for one in found]))

    def _derived(self, event: Event) -> list[Event]:
        found: list[Event] = []
        for stage in self._stages:
            try:
                found += stage.derive(event)
            except Exception:  # noqa: BLE001 - a stage's bug must not stop the engine; reported
                self._stages = tuple(other for other in self._stages if other is not stage)
                self._failed(stage)
        return found

    def _failed(self, part: object) -> None:
        _log.exception("%s failed and was taken out", type(part).__name__)
        self._on_failure(type(part).__name__)
