"""How long the session log is kept: the policy, which runs there are, who uses them, deletion."""

from scribe_tui.journal.retention.deletion import tidy
from scribe_tui.journal.retention.policy import JournalPolicy
from scribe_tui.journal.retention.scan import runs
from scribe_tui.journal.retention.startup_repair import mend_last_runs

__all__ = ["JournalPolicy", "mend_last_runs", "runs", "tidy"]
