"""Events as one JSON object a line to a stream that somebody else reads at their own pace."""

from __future__ import annotations

import os
from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread

from scribe_tui.event_records import to_line, to_record
from scribe_tui.events import Event, PartialChanged

MAX_WAITING = 10_000
"""Events that wait for a slow reader. Beyond it partials are left out, beyond ten times
as many all events are: the journal has them."""


class NdjsonWriter:
    """Sink that writes each event to a file descriptor, on a thread of its own.

    A reader that went away is told once through `on_closed`, on that thread.
    """

    def __init__(self, descriptor: int, *, on_closed: Callable[[], object]) -> None:
        self._descriptor = descriptor
        self._on_closed = on_closed
        self._queue: SimpleQueue[Event | None] = SimpleQueue()
        self._thread = Thread(target=self._work, name="ndjson", daemon=True)
        self._thread.start()

    def receive(self, event: Event) -> None:
        """Take one event; returns at once."""
        waiting = self._queue.qsize()
        passing = isinstance(event, PartialChanged)
        if waiting < (MAX_WAITING if passing else 10 * MAX_WAITING):
            self._queue.put(event)

    def close(self, timeout_seconds: float = 2.0) -> None:
        """Write what waits, within the time."""
        self._queue.put(None)
        self._thread.join(timeout_seconds)

    def _work(self) -> None:
        try:
            while (event := self._queue.get()) is not None:
                self._write(to_line(to_record(event)))
        except OSError:  # nobody reads any more: not a fault, the program ends
            self._on_closed()

    def _write(self, line: bytes) -> None:
        while line:
            line = line[os.write(self._descriptor, line) :]
