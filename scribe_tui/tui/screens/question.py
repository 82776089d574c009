"""QuestionScreen: a question with yes and no.

A yes that comes too soon after the question is ignored, and so is one among other keys: it is a
letter of a text that was meant for another window.
"""

from __future__ import annotations

import math
import time
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from scribe_tui.tui.debounce import ANSWER_SECONDS
from scribe_tui.tui.rendering.frames import DialogScreen

YES = frozenset({"y", "enter"})


class QuestionScreen(DialogScreen[bool], inherit_bindings=False):
    """A question; dismissed with the answer. The app calls `is_answer` before passing on a key."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y,enter", "answer(True)", "Yes"),
        Binding("n,escape,q", "answer(False)", "No"),
    ]

    def __init__(self, question: str, yes: str, no: str = "no, go on") -> None:
        """`yes` and `no` say what the keys y and n do."""
        super().__init__()
        self._question = question
        self._yes = yes
        self._no = no
        self.asked_at = math.inf

    def on_mount(self) -> None:
        """Remember when the question became visible."""
        self.asked_at = time.monotonic()

    def is_answer(self, key: str, at: float) -> bool:
        """Return whether `key`, pressed at `at` (monotonic seconds), is meant as an answer."""
        was_quiet = at >= self.asked_at + ANSWER_SECONDS
        if key not in YES:
            self.asked_at = max(self.asked_at, at)
        return was_quiet

    def compose(self) -> ComposeResult:
        """Create the question and its keys."""
        with Vertical(classes="card"), Vertical(classes="dialog"):
            yield Static(Content(self._question))
            yield Static(
                Content.assemble(
                    ("y", "bold"), f" {self._yes}     ", ("n", "bold"), f" {self._no}"
                ),
                classes="choices",
            )

    def action_answer(self, answer: bool) -> None:
        """Close with the answer."""
        self.dismiss(answer)
