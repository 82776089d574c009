"""Reading earlier runs: which runs there are, their events, times as users write them.

`find_run` returns a folder, `journals_of` the journals in it, `read` a journal's events as the same
frozen dataclasses that the engine published, `merged` those of several in order of time.
"""

from scribe_tui.journal.reading.find import find_run
from scribe_tui.journal.reading.journals import Journal, journals_of, named
from scribe_tui.journal.reading.problems import Problems
from scribe_tui.journal.reading.reader import merged, read

__all__ = ["Journal", "Problems", "find_run", "journals_of", "merged", "named", "read"]
