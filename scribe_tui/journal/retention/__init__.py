"""Retention of the session log: the policy, finding runs, locks of runs in use, deletion."""

from scribe_tui.journal.retention.deletion import delete_old_runs
from scribe_tui.journal.retention.policy import JournalPolicy
from scribe_tui.journal.retention.scan import run_folders
from scribe_tui.journal.retention.startup_repair import mend_last_runs

__all__ = ["JournalPolicy", "delete_old_runs", "mend_last_runs", "run_folders"]
