"""GoToTimeScreen: asks for a time of the run, in the forms of the command line."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, Static

from scribe_tui.errors import UsageError
from scribe_tui.tui.rendering.frames import DialogScreen
from scribe_tui.tui.widgets.line_input import AnswerInput

LONGEST = 40


class GoToTimeScreen(DialogScreen[float], inherit_bindings=False):
    """Asks until a time is typed or the user gives up. Dismissed with the instant."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", "Close")]

    def __init__(self, instant_of: Callable[[str], float]) -> None:
        """`instant_of` parses what was typed; it raises UsageError if it is not a time."""
        super().__init__()
        self._instant_of = instant_of
        self._answer = Static(Content("10:30   2026-11-26T10:30   +90 (source)   -2h"))

    def compose(self) -> ComposeResult:
        """Create the input, and below it the possible forms or the error."""
        with Vertical(classes="card"), Vertical(classes="dialog", id="go-to-time"):
            yield Static(Content("Go to which time?"))
            yield AnswerInput(max_length=LONGEST, select_on_focus=False)
            yield self._answer

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Close with the instant, or show why it is not one."""
        if not event.value.strip():
            self.dismiss()
            return
        try:
            self.dismiss(self._instant_of(event.value))
        except UsageError as error:
            self._answer.update(Content(error.sentence))
