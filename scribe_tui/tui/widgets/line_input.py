"""A text field of one line, which also takes pasted text."""

from __future__ import annotations

from collections.abc import Callable

from textual.events import Paste
from textual.message import Message
from textual.widgets import Input

from scribe_tui.sanitize import harmless


class LineInput(Input):
    """Takes the first line of a paste, as far as there is room for it.

    If `takes` is set, it gets the whole paste first and returns whether it used it.
    """

    class PasteCut(Message):
        """Posted if only a part of a paste was taken; `sentence` says which part."""

        def __init__(self, sentence: str) -> None:
            """Create the message with that sentence."""
            super().__init__()
            self.sentence = sentence

    takes: Callable[[str], bool] | None = None

    def on_paste(self, event: Paste) -> None:
        """Insert the paste at the cursor, in place of the selection."""
        event.prevent_default()  # Textual would refuse a text that is too long
        event.stop()
        if self.takes is not None and self.takes(event.text):
            return
        start, end = sorted(self.selection)
        room = (self.max_length or 0) - len(self.value) + end - start
        line = first_line(event.text)
        self.replace(line[: max(0, room)], start, end)
        if len(line) > room:
            self.post_message(self.PasteCut(f"Only {self.max_length} letters of it stand here."))
        elif len(event.text.strip().splitlines()) > 1:
            self.post_message(self.PasteCut("Only the first line of what was pasted stands here."))


class AnswerInput(LineInput):
    """A text field for which a pasted whole line counts as typed and submitted.

    A line typed quickly over a slow line arrives at once, together with its enter.
    """

    def on_paste(self, event: Paste) -> None:
        """Submit the text after it is inserted, if it was one whole line."""
        if event.text.endswith(("\r", "\n")) and len(event.text.splitlines()) == 1:
            self.call_later(self.action_submit)


def first_line(text: str) -> str:
    """Return the first line of a paste that is not blank, without control characters."""
    lines = text.lstrip().splitlines()
    return harmless(lines[0]) if lines else ""
