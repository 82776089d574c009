"""Frames: changes are collected and painted together, a few dozen times a second.

Widgets name the cells that changed. Textual's public `refresh(*regions)` always works; the faster
compositor is used if it is available.
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
"""Seconds per frame: at most one frame in each such span of the loop's clock.

A frame comes as early in its span as there is a change. Three spans make one interval of the audio,
and start with it, so that one wake-up serves both.
"""


class SizedScreen(Screen[ScreenResultType], inherit_bindings=False):
    """A screen that ignores a size which the terminal no longer has.

    With two size events on the way at once, as at the start in a terminal that must be asked for
    its size, each would cause the other, for ever.
    """

    def on_resize(self, event: Resize) -> None:
        """Pass only the present size on to Textual; another size is outdated."""
        if event.size != self.app.size:
            event.prevent_default()
            event.stop()


class DialogScreen(
    ModalScreen[ScreenResultType], SizedScreen[ScreenResultType], inherit_bindings=False
):
    """A modal SizedScreen. Textual styles a class by its first base only."""


class FrameScreen(SizedScreen[None], inherit_bindings=False):
    """A screen that handles events once a frame and paints the cells that changed."""

    def __init__(self) -> None:
        """Start with nothing to paint."""
        super().__init__()
        self.frame_seconds = FRAME_SECONDS
        self.low_bandwidth = False
        """Whether few bytes to the terminal matter more than the freshest picture."""
        self._fast = compositor.install(self)
        self._next_at = 0.0
        self._due = False
        self._painted_in = contextvars.copy_context()

    @property
    def paints_changes(self) -> bool:
        """Whether this screen paints changed cells itself; else Textual paints."""
        return self._fast is not None

    def paint(self, widget: Widget, regions: Sequence[Region]) -> bool:
        """Paint `regions` of `widget` with the next frame.

        Returns False if the caller must ask Textual instead: `widget.refresh(*regions)`.
        """
        if self._fast is None:
            return False
        self._fast.add(widget, regions)
        self.frame_soon()
        return True

    def frame_soon(self) -> None:
        """Request a frame.

        The event loop calls it back directly: a message for each frame would cost half as much
        again.
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
        """Handle an event; a bug in its handler is reported, and later events are still handled."""
        try:
            await super().on_event(event)
        except Exception as error:
            if not self.is_running:
                raise
            self.faults.stand(self, type(event).__name__, "a part of the screen", error)
        else:
            self.faults.clear(self, type(event).__name__)

    def before_frame(self) -> None:
        """Handle what came since the last frame; for subclasses."""

    def use_public_painting(self) -> None:
        """Paint as Textual does from now on."""
        if self._fast is not None:
            self._fast = None
            compositor.uninstall(self)
            self.refresh(layout=True)

    def on_mount(self) -> None:
        """Save the context in which frames are painted: Textual looks up the app in it."""
        self._painted_in = contextvars.copy_context()

    def on_unmount(self) -> None:
        """Paint no more frames."""
        self._due = False

    @property
    def faults(self) -> StandingFaults:
        """The bugs of parts of the screen that stand at the moment."""
        return faults_of(self.app)

    def _frame_when_read(self) -> None:
        """Paint once what has arrived by now is handled, so that it is part of this frame."""
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
