"""Repair at startup: torn lines that a crash left in the newest runs."""

from __future__ import annotations

import logging
from pathlib import Path

from scribe_tui.journal.ownership import journals_in
from scribe_tui.journal.repair import mend_journal
from scribe_tui.journal.retention.locks import is_in_use
from scribe_tui.journal.retention.scan import run_folders

_log = logging.getLogger(__name__)

MENDED_RUNS = 20
"""How many of the newest runs are searched for torn lines."""


def mend_last_runs(live: Path) -> None:
    """Mend the journals of the newest runs that no program writes to."""
    for run in run_folders(live.parent)[:MENDED_RUNS]:
        try:
            if run.name != live.name and not is_in_use(run):
                for path in journals_in(run):
                    mend_journal(path)
        except OSError as error:
            _log.warning("A run could not be mended: %s", error.strerror)
