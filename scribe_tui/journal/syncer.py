"""Syncer: brings written lines to the disk (fsync) on threads of its own.

Writing a line takes microseconds, syncing it may take most of a second on a slow disk. On separate
threads a slow sync delays no write: written lines survive the end of the program, synced ones a
power failure.
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
"""Disks with a high latency (network, flash cards) serve several calls in parallel."""

SLOW_CALL_SECONDS = 0.05
"""If a call takes longer, the queued ones are done on further threads."""

CALM_SECONDS = 5.0
"""After a call that took too long the disk counts as slow for this long."""


@dataclass(frozen=True, slots=True, eq=False)
class SyncJob:
    """One file to sync; with `folder` also its name. `key` names the file in failures.

    Two jobs are never equal: a file may be written, and so synced again, during a sync.
    """

    key: Path
    file: OpenFile
    folder: Path | None = None


class Syncer:
    """Does jobs on up to `MAX_THREADS` threads. All methods are for one thread, the journal's.

    Where the system refuses new threads, jobs are done on the caller's.
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
        """Queue a job, whose file is released afterwards; returns at once if there is a thread."""
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
        """How many jobs are not done yet."""
        with self._changed:
            return len(self._jobs) + len(self._begun)

    def is_slow(self, seconds: float) -> bool:
        """Whether a call takes, or recently took, longer than `seconds`."""
        now = time.monotonic()
        with self._changed:
            self._begin_threads()
            if any(now - begun > seconds for begun in self._begun.values()):
                self._slow_until = now + CALM_SECONDS
            return now < self._slow_until

    def wait(self, seconds: float) -> bool:
        """Wait until all jobs are done, at most `seconds`; returns whether they are."""
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
        """Do the jobs on this thread if there is no other: better a late line than a lost one."""
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
