"""IsolatingApp: an app that survives bugs of its parts: a pane, a bar, a dialog.

Textual ends the app at any exception, wherever it was raised. Here the part that raised it shows
the error in its place (a dialog is closed), and everything else goes on. Exceptions of our own
widgets are mostly caught where they draw and take events; this catches those that pass through
Textual itself.

Private names: `PRIVATE_NAMES`. Without them an exception ends the screen; the recording
goes on without it, as it does for what cannot be isolated.
"""

from __future__ import annotations

import time
from collections import deque
from typing import Any, Generic, TypeVar

from textual._context import active_message_pump
from textual.app import App
from textual.await_complete import AwaitComplete
from textual.dom import DOMNode
from textual.events import Event
from textual.message_pump import MessagePump
from textual.screen import Screen

from scribe_tui.tui.faults import StandingFaults, sentence
from scribe_tui.tui.rendering.rows_widget import RowsWidget

PRIVATE_NAMES = (
    "textual._context:active_message_pump",
    "textual.app:App._handle_exception",
    "textual.app:App._fatal_error",
    "textual.app:App._close_messages_no_wait",
    "textual.message_pump:MessagePump()._task",
)

MOST_FAULTS, FAULT_SECONDS = 20, 10.0
"""As many faults within FAULT_SECONDS count as a failure of the whole screen."""
LOOK_AFTER_SECONDS = 0.5
"""After this many seconds it is certain whether a part still reads its messages."""

Result = TypeVar("Result")


class IsolatingApp(App[Result], Generic[Result], inherit_bindings=False):
    """Records bugs of parts in `faults` and goes on; sets `failed` if it cannot."""

    def __init__(self, **options: Any) -> None:
        """Take Textual's options."""
        super().__init__(**options)
        self.faults = StandingFaults()
        self.failed = False
        self._recent: deque[float] = deque(maxlen=MOST_FAULTS)
        self._isolates = False

    def isolate(self) -> None:
        """Isolate parts from now on; before, there is nothing on the screen that could go on."""
        self._isolates = True

    async def on_event(self, event: Event) -> None:
        """Handle an event unless `takes` refuses it; if `takes` has a bug, handle it."""
        try:
            takes = self.takes(event)
        except Exception as error:
            if not self._isolates:
                raise
            text = sentence("the look at a key", error, "failed")
            self.faults.log(text, error)
            self.note_fault(text)
            takes = True
        if takes:
            await self.take(event)

    def takes(self, event: Event) -> bool:
        """Return whether an event is handled at all; for subclasses."""
        del event
        return True

    async def take(self, event: Event) -> None:
        """Handle an event; a bug in the action of a key is reported, and later keys still work."""
        self._focus_what_is_there()
        try:
            await super().on_event(event)
        except Exception as error:
            if not self._isolates:
                raise
            text = sentence("what was asked for", error, "failed")
            self.faults.log(text, error)
            self.note_fault(text)

    def _focus_what_is_there(self) -> None:
        """Unfocus a widget that is gone or stopped by a bug: it would swallow every key."""
        focused = self.screen.focused if self.screen_stack else None
        if focused is None or (focused.is_attached and not focused.is_mounted):  # being mounted
            return
        if not (focused.is_attached and focused.is_running):
            self.screen.set_focus(None)

    def pop_screen(self) -> AwaitComplete:
        """Close the dialog in front and forget its faults."""
        self.faults.forget_all_in(self.screen)
        return super().pop_screen()

    def note_fault(self, sentence: str) -> None:
        """Report a failure of a part that is no longer on the screen; for subclasses."""

    def _handle_exception(self, error: Exception) -> None:
        try:
            if self._isolates and not self._too_many() and self._is_isolated(error):
                return
        except Exception as another:  # noqa: BLE001 - logged; what cannot even say so is no screen
            self.faults.log(sentence("the word about a bug", another, "failed"), another)
        self.failed = True
        super()._handle_exception(error)

    def _fatal_error(self) -> None:
        """Log the error by its type only: Textual would print local variables, with spoken text."""
        if self._exception is not None:
            self.faults.log("the screen failed by a bug", self._exception)
        self._close_messages_no_wait()

    def _too_many(self) -> bool:
        now = time.monotonic()
        self._recent.append(now)
        return len(self._recent) == MOST_FAULTS and now - self._recent[0] < FAULT_SECONDS

    def _is_isolated(self, error: Exception) -> bool:
        """Show `error` in the widget that raised it; return False if none did."""
        pump = active_message_pump.get(None)
        if not isinstance(pump, DOMNode):
            return False
        if isinstance(pump, App):
            self.note_fault(self.faults.stand(pump, "app", "a part of the screen", error))
            self.set_timer(LOOK_AFTER_SECONDS, lambda: self._end_if_dead(pump, error))
            return True
        screen = pump if isinstance(pump, Screen) else pump.screen
        if screen is not self.screen_stack[0]:
            name = type(screen).__name__
            self.faults.log(f"the dialog {name} failed by a bug and was closed", error)
            self.note_fault(f"a dialog failed ({type(error).__name__}); recording goes on")
            self.call_later(self._close_dialog, screen)
            return True
        if isinstance(pump, RowsWidget):
            self.faults.stand(pump, "event", pump.WHAT, error)
            pump.show_fault(error)
        else:
            self.note_fault(self.faults.stand(pump, "screen", "a part of the screen", error))
            self.app.set_timer(LOOK_AFTER_SECONDS, lambda: self._end_if_dead(pump, error))
        return True

    def _close_dialog(self, screen: Screen[Any]) -> None:
        while screen in self.screen_stack and len(self.screen_stack) > 1:
            self.pop_screen()

    def _end_if_dead(self, pump: MessagePump, error: Exception) -> None:
        task = pump._task
        if task is not None and task.done() and self.is_running:
            self.failed = True
            super()._handle_exception(error)
