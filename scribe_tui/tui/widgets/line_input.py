"""One line to type into, which a line pasted whole ends as the enter key does."""

from __future__ import annotations

from textual.events import Paste
from textual.widgets import Input


class LineInput(Input):
    """A line typed quickly over a slow line comes all at once, its enter with it: as a paste."""

    def on_paste(self, event: Paste) -> None:
        """Once the text stands here, submit it if it was one whole line."""
        if event.text.endswith(("\r", "\n")) and len(event.text.splitlines()) == 1:
            self.call_later(self.action_submit)
