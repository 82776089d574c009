"""One line to type and to paste into."""

from __future__ import annotations

from collections.abc import Callable

from textual.events import Paste
from textual.message import Message
from textual.widgets import Input

from scribe_tui.sanitize import harmless


class LineInput(Input):
    """Takes the first line of what is pasted, and of that as much as there is room for.

    `takes` is offered the whole paste first; it returns whether it took it.
    """

    class PasteCut(Message):
        """Not all of what was pasted stands here; `sentence` says what does."""

        def __init__(self, sentence: str) -> None:
            """What stands here of it."""
            super().__init__()
            self.sentence = sentence

    takes: Callable[[str], bool] | None = None

    def on_paste(self, event: Paste) -> None:
        """Put it at the cursor, in place of what is selected."""
        event.prevent_default()  # Textual would refuse all of what is too long
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
    """A line typed quickly over a slow line comes all at once, its enter with it: as a paste."""

    def on_paste(self, event: Paste) -> None:
        """Once the text stands here, submit it if it was one whole line."""
        if event.text.endswith(("\r", "\n")) and len(event.text.splitlines()) == 1:
            self.call_later(self.action_submit)


def first_line(text: str) -> str:
    """The first line of a paste that is not blank, harmless."""
    lines = text.lstrip().splitlines()
    return harmless(lines[0]) if lines else ""
