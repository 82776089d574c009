"""IndexFollower: updates the search index while recording, without delaying the journal.

It reads the journals' files, so that it can neither delay nor lose anything. Before the first
search there is no index, and nothing is done: that search creates it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Event as Flag
from threading import Thread

from scribe_tui.faults import log_fault
from scribe_tui.journal.search import INDEX_NAME

_log = logging.getLogger(__name__)

LOOK_SECONDS = 300.0
"""Seconds between updates.

Each costs some hundredths of a second, however little is new, and every search reads by itself what
is missing.
"""


class IndexFollower:
    """Updates the index with one run every few minutes, on a thread of its own."""

    def __init__(self, run: Path, look_seconds: float = LOOK_SECONDS) -> None:
        self._run = run
        self._look_seconds = look_seconds
        self._over = Flag()
        Thread(target=self._work, name="index", daemon=True).start()

    def close(self) -> None:
        """Stop; the next search reads what is missing."""
        self._over.set()

    def _work(self) -> None:
        while not self._over.wait(self._look_seconds):
            path = self._run.parent / INDEX_NAME
            if not path.exists():
                continue
            try:
                read_new_of(path, self._run, self._over.is_set)
            except Exception as error:  # noqa: BLE001 - a cache: recording goes on without it
                log_fault(_log, "Keeping the search index stopped", error)
                return


def read_new_of(index: Path, run: Path, stop: Callable[[], bool]) -> None:
    """Update the index with the run's journals; the next search repairs a faulty index."""
    # Imported here: many users never search.
    import sqlite3

    from scribe_tui.journal.search.block_sums import BlockSums
    from scribe_tui.journal.search.catch_up import catch_up
    from scribe_tui.journal.search.schema import open_index

    sums = BlockSums(index)
    with suppress(sqlite3.Error, OSError):
        database = open_index(index)
        try:
            catch_up(database, [run], stop=stop, transaction=sums.transaction)
        finally:
            sums.close(database)
