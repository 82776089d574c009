"""Frames: changes are collected and painted together, a few dozen times a second.

Widgets name the cells that changed. The path that always works is Textual's public
`refresh(*regions)`; the faster compositor is used where it can be.
"""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Sequence

from textual.events import Event, Resize
from textual.geometry import Region
from textual.screen import ModalScreen, Screen, ScreenResultType
from textual.widget import Widget

from scribe_tui.tui.faults import StandingFaults, faults_of, guarded
from scribe_tui.tui.rendering import compositor
from scribe_tui.tui.rendering.frame_loop import FrameLoop

FRAME_SECONDS = 1 / 30
"""At most one frame in each such span of the clock, as soon in it as there is a change.

Three to a beat of the sound, and on it: so both wake the program once.
"""


class SizedScreen(Screen[ScreenResultType], inherit_bindings=False):
    """A screen that disregards a size which the terminal does not have any more.

    With two sizes under way at once, as at the start in a terminal that has to be asked for its
    own, each would bring the other about again, for ever.
    """

    def on_resize(self, event: Resize) -> None:
        """Let only the present size through to Textual; its own event is on the way, too."""
        if event.size != self.app.size:
            event.prevent_default()
            event.stop()


class DialogScreen(
    ModalScreen[ScreenResultType], SizedScreen[ScreenResultType], inherit_bindings=False
):
    """The same over another screen. Textual styles a class by the first of its bases alone."""


class FrameScreen(SizedScreen[None], inherit_bindings=False):
    """A screen that takes events once a frame and paints the cells that changed."""

    def __init__(self) -> None:
        """Nothing to paint."""
        super().__init__()
        self.frame_seconds = FRAME_SECONDS
        self.low_bandwidth = False
        """Whether few bytes to the terminal count for more than the freshest picture."""
        self._fast = compositor.install(self)
        self._next_at = 0.0
        self._due = False
        self._painted_in = contextvars.copy_context()

    @property
    def paints_changes(self) -> bool:
        """Whether the cells that changed are painted here; else Textual paints."""
        return self._fast is not None

    def paint(self, widget: Widget, regions: Sequence[Region]) -> bool:
        """Bring `regions` of `widget` to the screen with the next frame.

        False if that is to be asked of Textual: `widget.refresh(*regions)`.
        """
        if self._fast is None:
            return False
        self._fast.add(widget, regions)
        self.frame_soon()
        return True

    def frame_soon(self) -> None:
        """Request a frame.

        Called by the event loop itself: a message for each would cost half as much again.
        """
        if self._due or not self.is_running:
            return
        self._due = True
        loop = asyncio.get_running_loop()
        if self._next_at > loop.time():
            loop.call_at(self._next_at, self._frame_when_read, context=self._painted_in)
        else:
            self._frame_when_read()

    async def on_event(self, event: Event) -> None:
        """Handle an event; a bug in that is reported, and the next event is handled."""
        try:
            await super().on_event(event)
        except Exception as error:
            if not self.is_running:
                raise
            self.faults.stand(self, type(event).__name__, "a part of the screen", error)
        else:
            self.faults.clear(self, type(event).__name__)

    def before_frame(self) -> None:
        """Take in what came since the last frame; for subclasses."""

    def use_public_painting(self) -> None:
        """From now on paint as Textual does."""
        if self._fast is not None:
            self._fast = None
            compositor.uninstall(self)
            self.refresh(layout=True)

    def on_mount(self) -> None:
        """Remember whose frames these are: what Textual looks up in the context."""
        self._painted_in = contextvars.copy_context()

    def on_unmount(self) -> None:
        """No more frames."""
        self._due = False

    @property
    def faults(self) -> StandingFaults:
        """The bugs of parts that stand at the moment."""
        return faults_of(self.app)

    def _frame_when_read(self) -> None:
        """Paint after what arrives at this moment is dealt with: else it would lie for a frame."""
        loop = asyncio.get_running_loop()
        if isinstance(loop, FrameLoop):
            at_latest = loop.time() + self.frame_seconds
            loop.call_when_idle(self._frame, at_latest=at_latest, context=self._painted_in)
        else:
            loop.call_soon(self._frame, context=self._painted_in)

    def _frame(self) -> None:
        if not self._due:
            return
        guarded(self.faults, self, "news", "what is new", self.before_frame)
        self._due = False
        if self._fast is not None:
            try:
                self._fast.paint_changes(self)
            except Exception as error:  # noqa: BLE001 - logged; the public path takes over
                self.faults.log("The faster painting failed; Textual's own goes on.", error)
                self.use_public_painting()
        loop = asyncio.get_running_loop()
        self._next_at = (loop.time() // self.frame_seconds + 1) * self.frame_seconds
        if isinstance(loop, FrameLoop):
            loop.rest_until(self._next_at)
