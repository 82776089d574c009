"""Housekeeper: repairs and deletes old journals on a separate thread, as disks may be slow."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from threading import Event as Flag
from threading import Thread

from scribe_tui.faults import log_fault
from scribe_tui.journal.retention.deletion import delete_old_runs
from scribe_tui.journal.retention.policy import JournalPolicy
from scribe_tui.journal.retention.startup_repair import mend_last_runs

_log = logging.getLogger(__name__)

LOOK_SECONDS = 3600.0
"""Interval between two scans for old files."""


class Housekeeper:
    """Scans the log folder of the run `live` at once, then at intervals."""

    def __init__(self, live: Path, policy: JournalPolicy, clock: Callable[[], float]) -> None:
        self._live = live
        self._policy = policy
        self._clock = clock
        self._wake = Flag()
        self._closed = False
        Thread(target=self._work, name="journal-housekeeper", daemon=True).start()

    def look(self) -> None:
        """Scan now, because a part was rotated."""
        self._wake.set()

    def close(self) -> None:
        """Stop."""
        self._closed = True
        self._wake.set()

    def _work(self) -> None:
        try:
            mend_last_runs(self._live)
            while self._policy.deletes and not self._closed:
                delete_old_runs(self._live, self._policy, self._clock())
                self._wake.wait(LOOK_SECONDS)
                self._wake.clear()
        except Exception as error:  # noqa: BLE001 - the log goes on; nothing is deleted any more
            log_fault(_log, "The housekeeper of the session log stopped", error)
