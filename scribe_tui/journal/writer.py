"""The session log on disk: a sink with a writer thread of its own.

`LOG_DIR/RUN/NAME.jsonl` holds every event (partials only if asked for), one JSON object a
line; `NAME.txt` beside it is for people. Lines are written as they happen and synced to
the disk by other threads (`syncer`). While the disk refuses them, or hangs, they wait in
memory, in order, at most `HELD_BYTES`; then the newest are counted instead of kept, and the
count is written.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event as Flag
from threading import Thread

from scribe_tui.clock import AgeClock
from scribe_tui.errors import JournalError
from scribe_tui.events import Event, PartialChanged
from scribe_tui.faults import log_fault
from scribe_tui.journal.bounded_queue import BoundedQueue, LinesLost
from scribe_tui.journal.error_reporter import ErrorReporter
from scribe_tui.journal.file_names import Stems
from scribe_tui.journal.parts import SessionFiles
from scribe_tui.journal.retention.housekeeper import Housekeeper
from scribe_tui.journal.retention.locks import RunLock
from scribe_tui.journal.retention.policy import JournalPolicy
from scribe_tui.journal.syncer import Syncer

_log = logging.getLogger(__name__)

HELD_BYTES = 32 * 1024 * 1024
"""Bound of all that waits for the disk: hours of speech of a dozen sessions."""

RETRY_SECONDS = 1.0
"""Interval of retries while the disk refuses, and of checks for deleted files."""

HANG_SECONDS = 1.5
"""A single call to the disk that takes longer is reported; tests shorten it."""

BEHIND_SECONDS = 1.5
"""A line that waits longer to be written is reported, whatever the reason."""

MAX_SYNCS_WAITING = 256
"""Most queued syncs; beyond it the writer waits, so that open descriptors stay bounded."""

_WATCH_SECONDS = 0.2


class JournalWriter:
    """Sink that writes one run. `on_error` and `on_recovered` are called on its threads.

    `on_error` comes once when the disk begins to refuse or to hang, and once more when
    lines are being lost; `on_recovered` once everything that waited is written.
    """

    def __init__(  # noqa: PLR0913 - the run, whom to report to, and bounds that tests tighten
        self,
        run: Path,
        *,
        on_error: Callable[[JournalError], None],
        on_recovered: Callable[[], None],
        policy: JournalPolicy | None = None,
        held_bytes: int = HELD_BYTES,
        retry_seconds: float = RETRY_SECONDS,
        clock: Callable[[], float] = time.time,
        ages: Callable[[], float] | None = None,
    ) -> None:
        """`clock` is for labels; `ages` measures the age of files, None for an `AgeClock`."""
        self.run = run
        self._policy = policy or JournalPolicy()
        self._retry_seconds = retry_seconds
        self._clock = clock
        self._errors = ErrorReporter(run, on_error, on_recovered)
        self._queue = BoundedQueue(held_bytes)
        self._syncer = Syncer()
        self._lock = RunLock(run)
        self._files: dict[str, SessionFiles] = {}
        self._stems = Stems()
        self._due_at = 0.0  # next look at files that failed, are idle or unsynced
        self._parts_ended = 0  # since the housekeeper looked
        self._busy_since: float | None = None  # begin of a write that is not over
        self._give_up_at = 0.0
        self._over = Flag()
        self._housekeeper = Housekeeper(run, self._policy, ages or AgeClock(clock))
        self._thread = Thread(target=self._work, name="journal", daemon=True)
        self._thread.start()
        Thread(target=self._watch, name="journal-watch", daemon=True).start()

    def receive(self, event: Event) -> None:
        """Take one event; returns at once."""
        if self._policy.partials or not isinstance(event, PartialChanged):
            self._queue.put(event)

    def close(self, timeout_seconds: float = 5.0) -> int:
        """Write queued lines, within the time, and close; return how many lines were lost."""
        self._give_up_at = time.monotonic() + timeout_seconds
        self._housekeeper.close()
        self._queue.close()
        self._thread.join(timeout_seconds + 1.0)
        self._over.set()
        waiting = sum(files.held_lines for files in self._files.copy().values())
        return waiting + self._queue.unsaved

    def _work(self) -> None:
        try:
            while not self._queue.closed:
                self._add_what_came(max(self._due_at - time.monotonic(), 0.0))
                self._write_if_due()
            self._finish()
        except Exception as error:  # noqa: BLE001 - a fault of ours must be seen, not end in silence
            log_fault(_log, "The journal's writer stopped", error)
            self._errors.broken(error)

    def _watch(self) -> None:
        """Report a hanging or slow disk, on a separate thread.

        The writer itself is blocked then.
        """
        while not self._over.wait(_WATCH_SECONDS):
            now = time.monotonic()
            since = self._busy_since
            if (since is not None and now - since > HANG_SECONDS) or self._is_sync_slow():
                self._errors.hanging()
            elif (age := self._oldest_line(now)) > BEHIND_SECONDS:
                self._errors.behind(age)
            if self._queue.losing and self._errors.stands:
                self._errors.losing()

    def _is_sync_slow(self) -> bool:
        return self._syncer.is_slow(HANG_SECONDS)

    def _oldest_line(self, now: float) -> float:
        """Age in seconds of the oldest unwritten line; 0 if there is none."""
        since = [files.waiting_since for files in self._files.copy().values()]
        return now - min(filter(None, [*since, self._queue.oldest_at]), default=now)

    def _add_what_came(self, wait_seconds: float) -> None:
        for item in self._queue.take(wait_seconds):
            files = self._files_of(item.session)
            if files.waiting_since is None:
                files.waiting_since = self._queue.taken_since
            parts = files.part
            files.add(item, self._clock())
            self._parts_ended += files.part - parts
            if isinstance(item, LinesLost):
                self._errors.losing()
        self._queue.hold(self._held())

    def _files_of(self, session: str) -> SessionFiles:
        if session not in self._files:
            self._files[session] = SessionFiles(self.run, self._stems.of(session), self._policy)
        return self._files[session]

    def _held(self) -> int:
        return sum(files.held_bytes for files in self._files.values())

    def _write_if_due(self) -> None:
        """Write at each event; while the disk refuses, only once in `retry_seconds`."""
        now = time.monotonic()
        if self._errors.stands and now < self._due_at:
            return
        due = now >= self._due_at
        failure = self._write(look=due) or self._syncer.failure
        if due:
            self._sync()
            unhurried = self._errors.stands or not self._unsynced()
            self._due_at = now + (self._retry_seconds if unhurried else self._policy.sync_seconds)
        elif self._unsynced():
            self._due_at = min(self._due_at, now + self._policy.sync_seconds)
        self._report(failure)

    def _unsynced(self) -> bool:
        return any(files.record.unsynced for files in self._files.values())

    def _write(self, *, look: bool) -> OSError | None:
        """Write all files with queued lines; a failure of one does not stop the others.

        With `look` also check whether an idle file still exists under its name.
        """
        failure: OSError | None = None
        for files in self._files.values():
            if not (look or files.held_bytes):
                continue
            for file in files.both:
                self._busy_since = time.monotonic()
                try:
                    if look or file.held_lines:
                        file.write()
                except OSError as error:
                    failure = error
            if not files.held_bytes:
                files.waiting_since = None
                if files.removed:
                    files.close()
        self._busy_since = None
        self._queue.hold(self._held())
        if failure is None and self._parts_ended:
            self._parts_ended = 0
            self._housekeeper.look()
        return failure

    def _sync(self) -> None:
        """Queue a sync of everything that was written, all files in parallel."""
        again = self._syncer.take_failed()
        for files in self._files.values():
            if again and files.record.path in again:
                files.record.sync_again()
            for job in files.sync_jobs():
                self._syncer.submit(job)
        if self._syncer.waiting() > MAX_SYNCS_WAITING:
            self._syncer.wait(HANG_SECONDS)

    def _report(self, failure: OSError | None) -> None:
        if failure is not None:
            self._errors.failed(failure)
        elif not self._queue.losing and not self._is_sync_slow():
            self._errors.recovered()

    def _finish(self) -> None:
        """Write the last lines, retrying while the disk refuses, up to the bound.

        All lines are written first, since that survives the end of the program; then synced.
        """
        failure = self._write_rest()
        while (self._held() or failure) and time.monotonic() < self._give_up_at:
            wait = min(self._retry_seconds, max(self._give_up_at - time.monotonic(), 0.0))
            self._over.wait(wait)
            failure = self._write_rest()
        for files in self._files.values():
            files.close()
        self._sync()
        if not self._syncer.wait(self._give_up_at - time.monotonic()):
            _log.warning("The disk is slow: the end of the session log is written, not synced.")
        self._lock.release()

    def _write_rest(self) -> OSError | None:
        self._add_what_came(0.0)
        failure = self._write(look=True)
        if failure is None and self._queue.losing:
            self._add_what_came(0.0)
            failure = self._write(look=True)
        self._report(failure)
        return failure
