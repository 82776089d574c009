"""Brings written lines to the disk (fsync) on threads of its own.

Writing a line takes microseconds, syncing it may take most of a second on a slow disk.
Apart from each other, a slow sync holds up no write: what is written survives the end of
the program at once, and a failure of the power once it is synced.
"""

from __future__ import annotations

import os
import time
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from threading import Condition, Thread

from scribe_tui.journal.open_file import OpenFile

MAX_THREADS = 8
"""Disks that are slow a call (network, flash cards) serve several calls side by side."""

SLOW_CALL_SECONDS = 0.05
"""A call that takes longer holds up others; those are done on further threads then."""

CALM_SECONDS = 5.0
"""After a call that took too long the disk counts as slow for so long."""


@dataclass(frozen=True, slots=True, eq=False)
class SyncJob:
    """One file to sync; with `folder` also its name. `key` names the file in failures.

    Two jobs are never equal: a file may be written, and so synced again, during a sync.
    """

    key: Path
    file: OpenFile
    folder: Path | None = None


class Syncer:
    """Call from one thread, the journal's; jobs are done on up to `MAX_THREADS` others.

    Where the system gives it none, they are done on the caller's.
    """

    def __init__(self) -> None:
        self._jobs: deque[SyncJob] = deque()
        self._begun: dict[SyncJob, float] = {}  # monotonic begin of the calls under way
        self._failed: dict[Path, OSError] = {}
        self._again: set[Path] = set()
        self._threads = 0
        self._slow_until = 0.0
        self._changed = Condition()

    def submit(self, job: SyncJob) -> None:
        """Take one job, whose file it lets go afterwards; returns at once if there is a thread."""
        with self._changed:
            self._jobs.append(job)
            self._begin_threads()
        self._work_without_thread()

    @property
    def failure(self) -> OSError | None:
        """Why a file could not be synced; stands until a later sync of it succeeds."""
        with self._changed:
            return next(iter(self._failed.values()), None)

    def take_failed(self) -> set[Path]:
        """Keys of the files that failed since the last call and must be synced again."""
        with self._changed:
            again, self._again = self._again, set()
            return again

    def waiting(self) -> int:
        """How many jobs are not done."""
        with self._changed:
            return len(self._jobs) + len(self._begun)

    def is_slow(self, seconds: float) -> bool:
        """Whether a call takes, or a little while ago took, longer than so many seconds."""
        now = time.monotonic()
        with self._changed:
            self._begin_threads()
            if any(now - begun > seconds for begun in self._begun.values()):
                self._slow_until = now + CALM_SECONDS
            return now < self._slow_until

    def wait(self, seconds: float) -> bool:
        """Wait until all jobs are done, at most so long; whether they are."""
        limit = time.monotonic() + seconds
        while True:
            with self._changed:
                if not (self._jobs or self._begun):
                    return True
                left = limit - time.monotonic()
                if left <= 0:
                    return False
                self._begin_threads()
                if self._threads:
                    self._changed.wait(min(left, 2 * SLOW_CALL_SECONDS))
            self._work_without_thread()

    def _begin_threads(self) -> None:
        """One thread is enough for a good disk; jobs behind a slow call get more."""
        now = time.monotonic()
        slow = any(now - begun > SLOW_CALL_SECONDS for begun in self._begun.values())
        wanted = min(MAX_THREADS, len(self._jobs) + len(self._begun)) if slow else 1
        while self._jobs and self._threads < wanted:
            try:
                Thread(target=self._work, name="journal-sync", daemon=True).start()
            except RuntimeError:  # the system has no more threads
                return
            self._threads += 1

    def _work_without_thread(self) -> None:
        """Do the jobs here if there is not one thread: a line that is late is no line lost."""
        with self._changed:
            if not self._jobs or self._threads:
                return
            self._threads += 1  # this one
        self._work()

    def _work(self) -> None:
        """Do jobs until there are none; the next job begins a new thread."""
        while (job := self._next()) is not None:
            failure: OSError | None = None
            try:
                os.fsync(job.file.descriptor)
                if job.folder is not None:
                    _sync_folder(job.folder)
            except OSError as error:
                failure = error
            self._done(job, failure)

    def _next(self) -> SyncJob | None:
        with self._changed:
            if not self._jobs:
                self._threads -= 1
                return None
            job = self._jobs.popleft()
            self._begun[job] = time.monotonic()
            return job

    def _done(self, job: SyncJob, failure: OSError | None) -> None:
        job.file.let_go()
        with self._changed:
            del self._begun[job]
            if failure is None:
                self._failed.pop(job.key, None)
            else:
                self._failed[job.key] = failure
                self._again.add(job.key)
            self._changed.notify_all()


def _sync_folder(folder: Path) -> None:
    """Bring a file's new name to the disk."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
