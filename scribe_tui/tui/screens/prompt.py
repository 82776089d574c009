"""PromptScreen: one row over the key bar for typing a text to find, or a clock time."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Static

from scribe_tui.tui.rendering.frames import DialogScreen
from scribe_tui.tui.widgets.line_input import AnswerInput

MAX_CHARS = 200


class PromptScreen(DialogScreen[str | None], inherit_bindings=False):
    """A typed text; dismissed with it, or with None."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "give_up", "Close")]

    def __init__(
        self, label: str, answer: Callable[[str], str] = lambda _: "", value: str = ""
    ) -> None:
        """`answer` returns a few words about what is typed so far."""
        super().__init__()
        self._label = label
        self._answer = answer
        self._input = AnswerInput(value, compact=True, max_length=MAX_CHARS, select_on_focus=True)
        self._input.cursor_blink = False
        self._reply = Static(classes="reply")

    def compose(self) -> ComposeResult:
        """Create label, input and answer."""
        with Horizontal(classes="prompt"):
            yield Static(Content(f" {self._label} "), classes="label")
            yield self._input
            yield self._reply

    def on_mount(self) -> None:
        """Focus the input."""
        self._input.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Update the answer while the user types."""
        self._reply.update(Content(f" {self._answer(event.value)} " if event.value else ""))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Close with the text."""
        self.dismiss(event.value)

    def action_give_up(self) -> None:
        """Close without a text."""
        self.dismiss(None)
