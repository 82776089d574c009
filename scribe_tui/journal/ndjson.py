"""NdjsonWriter: events as one JSON object a line, to a stream that another program reads."""

from __future__ import annotations

import errno
import logging
import os
import select
import time
from collections.abc import Callable
from threading import Event as Flag
from threading import Thread

from scribe_tui.event_records import iso, to_line, to_record
from scribe_tui.events import Event, PartialChanged
from scribe_tui.faults import log_fault
from scribe_tui.journal.bounded_queue import BoundedQueue, Item, LinesLost

_log = logging.getLogger(__name__)

MAX_WAITING_BYTES = 16 * 1024 * 1024
"""Bytes that may be queued for a slow reader.

From half of it on partials are left out; beyond it all events are, and the number of lost events is
written in their place.
"""

RETRY_SECONDS = 1.0
"""Seconds between two tries at a full disk."""

_READY_SECONDS = 0.2
"""Seconds of one wait for a slow reader, after which the writer checks whether to stop."""


class NdjsonWriter:
    """Sink that writes each event to a file descriptor, on a thread of its own.

    A reader that went away is reported once through `on_closed`, on that thread. Any other
    failure (a full disk) is logged once, and events wait until it is over.
    """

    def __init__(self, descriptor: int, *, on_closed: Callable[[], object]) -> None:
        self._descriptor = descriptor
        self._on_closed = on_closed
        self._queue = BoundedQueue(MAX_WAITING_BYTES)
        self._unwritten = 0  # events that were taken out of the queue
        self._lost = 0  # events whose loss was written in their place
        self._gone = False
        self._failing = False
        self._give_up_at: float | None = None
        self._over = Flag()
        self._thread = Thread(target=self._work, name="ndjson", daemon=True)
        self._thread.start()

    def receive(self, event: Event) -> None:
        """Take one event; returns at once."""
        if self._gone:
            return
        if isinstance(event, PartialChanged) and self._queue.is_half_full:
            return
        self._queue.put(event)

    def close(self, timeout_seconds: float = 2.0) -> int:
        """Write queued events, within the time; return how many events were lost.

        Partials that a later text replaced do not count, nor does anything after the
        reader left by itself.
        """
        self._give_up_at = time.monotonic() + timeout_seconds
        self._queue.close()
        self._thread.join(timeout_seconds + 2 * _READY_SECONDS)
        self._over.set()
        return 0 if self._gone else self._lost + self._unwritten + self._queue.unsaved

    def _work(self) -> None:
        try:
            while not self._queue.closed:
                self._write_all(self._queue.take(_READY_SECONDS if self._queue.losing else 60.0))
            self._write_all(self._queue.take(0.0))
            self._write_all(self._queue.take(0.0))  # the losses that now have room
        except BrokenPipeError:  # the reader has gone: not a fault, the program ends
            self._gone = True
            self._on_closed()
        except _GaveUpError:
            return
        except Exception as error:  # noqa: BLE001 - seen in the diagnostics and by the exit code
            log_fault(_log, "The writer of standard output stopped", error)

    def _write_all(self, items: list[Item]) -> None:
        self._unwritten = sum(map(_events_in, items))
        for item in items:
            self._write(_line_of(item))
            self._unwritten -= _events_in(item)
            if isinstance(item, LinesLost):
                self._lost += item.lines

    def _write(self, line: bytes) -> None:
        """Write one complete line, however long that takes.

        Raises BrokenPipeError, _GaveUpError.
        """
        while line:
            try:
                line = line[os.write(self._descriptor, line) :]
                self._failing = False
            except BlockingIOError:
                self._check_time()
                select.select([], [self._descriptor], [], _READY_SECONDS)
            except BrokenPipeError:
                raise
            except OSError as error:
                self._check_time()
                self._report(error)
                self._over.wait(RETRY_SECONDS)

    def _check_time(self) -> None:
        if self._give_up_at is not None and time.monotonic() > self._give_up_at:
            raise _GaveUpError

    def _report(self, error: OSError) -> None:
        if not self._failing:
            self._failing = True
            reason = error.strerror or errno.errorcode.get(error.errno or 0, "it failed")
            _log.warning(
                "Standard output cannot be written: %s. Events wait for it; "
                "the session log has them all.",
                reason,
            )


class _GaveUpError(Exception):
    """The time to write the rest is over."""


def _events_in(item: Item) -> int:
    return item.lines if isinstance(item, LinesLost) else 1


def _line_of(item: Item) -> bytes:
    if isinstance(item, LinesLost):
        record = {"type": "lines_lost", "session": item.session, "at": iso(time.time())}
        return to_line({**record, "lines": item.lines})
    return to_line(to_record(item))
