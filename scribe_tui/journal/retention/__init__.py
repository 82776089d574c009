"""How long the session log is kept: the policy, which runs there are, who uses them, deletion."""

from scribe_tui.journal.retention.deletion import tidy
from scribe_tui.journal.retention.policy import Keeping
from scribe_tui.journal.retention.repairs import mend_last_runs
from scribe_tui.journal.retention.scan import runs

__all__ = ["Keeping", "mend_last_runs", "runs", "tidy"]
