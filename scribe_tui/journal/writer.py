"""The session log on disk: a sink with a writer thread of its own.

`LOG_DIR/RUN/NAME.jsonl` holds every event but the partials, one JSON object a line;
`NAME.txt` beside it is for people. Lines are written as they happen and synced to the
disk within a second. While the disk refuses them, or hangs, they wait in memory, in order,
at most `HELD_BYTES`; then the newest are counted instead of kept, and the count is written.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event as Flag
from threading import Thread

from scribe_tui.errors import JournalError
from scribe_tui.events import Event, PartialChanged
from scribe_tui.journal.append_file import AppendFile
from scribe_tui.journal.bounded_queue import BoundedQueue, LinesLost
from scribe_tui.journal.error_reporter import ErrorReporter
from scribe_tui.journal.file_names import Stems
from scribe_tui.journal.housekeeper import Housekeeper
from scribe_tui.journal.parts import SessionFiles
from scribe_tui.journal.retention import Keeping

_logger = logging.getLogger(__name__)

HELD_BYTES = 32 * 1024 * 1024
"""Bound of all that waits for the disk: hours of speech of a dozen sessions."""

RETRY_SECONDS = 1.0
"""Between two tries at a disk that refuses, and between two looks for lost files."""

HANG_SECONDS = 1.5
"""A single call to the disk that takes longer is told; tests shorten it."""

_WATCH_SECONDS = 0.2


class Journal:
    """Sink that writes one run. `on_error` and `on_recovered` are called on its threads.

    `on_error` comes once when the disk begins to refuse or to hang, and once more when
    lines are being lost; `on_recovered` once everything that waited is written.
    """

    def __init__(  # noqa: PLR0913 - the run, whom to tell, and bounds that tests tighten
        self,
        run: Path,
        *,
        on_error: Callable[[JournalError], None],
        on_recovered: Callable[[], None],
        keeping: Keeping | None = None,
        held_bytes: int = HELD_BYTES,
        retry_seconds: float = RETRY_SECONDS,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.run = run
        self._keeping = keeping or Keeping()
        self._retry_seconds = retry_seconds
        self._clock = clock
        self._alarm = ErrorReporter(run, on_error, on_recovered)
        self._intake = BoundedQueue(held_bytes)
        self._files: dict[str, SessionFiles] = {}
        self._stems = Stems()
        self._due_at = 0.0  # next look at files that are ill, idle or unsynced
        self._parts_ended = 0  # since the housekeeper looked
        self._busy_since: float | None = None  # begin of a call to the disk that is not over
        self._give_up_at = 0.0
        self._over = Flag()
        self._housekeeper = Housekeeper(run, self._keeping, clock)
        self._thread = Thread(target=self._work, name="journal", daemon=True)
        self._thread.start()
        Thread(target=self._watch, name="journal-watch", daemon=True).start()

    def receive(self, event: Event) -> None:
        """Take one event; returns at once."""
        if not isinstance(event, PartialChanged):
            self._intake.put(event)

    def close(self, timeout_seconds: float = 5.0) -> int:
        """Write what waits, within the time, and let go; return how many lines were lost."""
        self._give_up_at = time.monotonic() + timeout_seconds
        self._housekeeper.close()
        self._intake.close()
        self._thread.join(timeout_seconds + 1.0)
        self._over.set()
        waiting = sum(files.record.held_lines for files in self._files.copy().values())
        return waiting + self._intake.unsaved

    def _work(self) -> None:
        try:
            while not self._intake.closed:
                self._add_what_came(max(self._due_at - time.monotonic(), 0.0))
                self._write_if_due()
            self._finish()
        except Exception as error:  # a fault of ours must be seen, not end in silence
            _logger.exception("The journal's writer stopped")
            self._alarm.broken(error)

    def _watch(self) -> None:
        """A disk that hangs keeps the writer from telling it."""
        while not self._over.wait(_WATCH_SECONDS):
            since = self._busy_since
            if since is not None and time.monotonic() - since > HANG_SECONDS:
                self._alarm.hanging()
            if self._intake.losing and self._alarm.stands:
                self._alarm.losing()

    def _add_what_came(self, wait_seconds: float) -> None:
        for item in self._intake.take(wait_seconds):
            files = self._files_of(item.session)
            parts = files.part
            files.add(item, self._clock())
            self._parts_ended += files.part - parts
            if isinstance(item, LinesLost):
                self._alarm.losing()
        self._intake.hold(self._held())

    def _files_of(self, session: str) -> SessionFiles:
        if session not in self._files:
            self._files[session] = SessionFiles(self.run, self._stems.of(session), self._keeping)
        return self._files[session]

    def _held(self) -> int:
        return sum(files.held_bytes for files in self._files.values())

    def _write_if_due(self) -> None:
        """A disk that refuses is asked once in `retry_seconds`, a good one at each event."""
        now = time.monotonic()
        if self._alarm.stands and now < self._due_at:
            return
        synced = now >= self._due_at
        self._tell(self._write(sync=synced))
        if synced:
            unhurried = self._alarm.stands or not self._unsynced()
            self._due_at = now + (self._retry_seconds if unhurried else self._keeping.sync_seconds)
        elif self._unsynced():
            self._due_at = min(self._due_at, now + self._keeping.sync_seconds)

    def _unsynced(self) -> bool:
        return any(files.record.unsynced for files in self._files.values())

    def _write(self, *, sync: bool) -> OSError | None:
        """Write all files that need it; one that fails does not keep the others back.

        With `sync` also sync, and look whether a quiet file is still in its place.
        """
        failure: OSError | None = None
        for files in self._files.values():
            for log in files.both:
                self._busy_since = time.monotonic()
                try:
                    if sync or log.held_lines:
                        log.write()
                    if sync and log is files.record:
                        log.sync()
                except OSError as error:
                    failure = error
        self._busy_since = None
        self._intake.hold(self._held())
        if failure is None and self._parts_ended:
            self._parts_ended = 0
            self._housekeeper.look()
        return failure

    def _tell(self, failure: OSError | None) -> None:
        if failure is not None:
            self._alarm.failed(failure)
        elif not self._intake.losing:
            self._alarm.well()

    def _finish(self) -> None:
        """Write the last lines, with patience for a disk that refuses, up to the bound."""
        failure = self._write_rest()
        while (self._held() or failure) and time.monotonic() < self._give_up_at:
            wait = min(self._retry_seconds, max(self._give_up_at - time.monotonic(), 0.0))
            self._over.wait(wait)
            failure = self._write_rest()
        for files in self._files.values():
            for log in files.both:
                _close(log)

    def _write_rest(self) -> OSError | None:
        self._add_what_came(0.0)
        failure = self._write(sync=True)
        if failure is None and self._intake.losing:
            self._add_what_came(0.0)
            failure = self._write(sync=True)
        self._tell(failure)
        return failure


def _close(log: AppendFile) -> None:
    """What could not be synced was told by `_write` already."""
    try:
        log.close()
    except OSError:
        return
