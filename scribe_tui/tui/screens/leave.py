"""Leaving: the question before it, and the dialog shown while sessions drain."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from scribe_tui.tui.rendering.frames import DialogScreen
from scribe_tui.tui.screens.question import QuestionScreen
from scribe_tui.tui.text import count_of, question_of_leaving

POLL_SECONDS = 0.25


class QuitScreen(QuestionScreen, inherit_bindings=False):
    """Asks before panes are stopped, or before their scheduled starts are given up."""

    BINDINGS: ClassVar[list[BindingType]] = QuestionScreen.BINDINGS

    def __init__(self, running: int, waiting: int) -> None:
        """`running` panes would be stopped, `waiting` ones would not start by schedule."""
        super().__init__(question_of_leaving("pane", running, waiting), "yes, save and quit")


class DrainScreen(DialogScreen[None], inherit_bindings=False):
    """Covers the panes while they drain, to show that the program does not hang."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("q", "app.leave_now", "Leave at once")]

    def __init__(self, live_panes: Callable[[], int]) -> None:
        """`live_panes` counts the panes that are still draining."""
        super().__init__()
        self._live_panes = live_panes
        self._shown = -1
        self._text = Static()

    def compose(self) -> ComposeResult:
        """Show what is waited for, and the key that leaves at once."""
        with Vertical(classes="card"), Vertical(classes="dialog"):
            yield self._text
            yield Static(Content.assemble(("q", "bold"), " leaves at once"), classes="choices")

    def on_mount(self) -> None:
        """Keep the count up to date."""
        self._count()
        self.set_interval(POLL_SECONDS, self._count)

    def _count(self) -> None:
        live = self._live_panes()
        if live == self._shown:
            return
        self._shown = live
        text = (
            f"Draining: waiting for the last words of {count_of(live, 'pane')}."
            if live
            else "Saved."
        )
        self._text.update(Content(text))
