"""An app that paints nothing while its terminal is behind, and only parts over a thin line.

Private names: `PRIVATE_NAMES`. They cannot be avoided: everything that is painted goes through one
private method of Textual. If one is missing, the program does not start a screen.
"""

from __future__ import annotations

import errno
import os
import time
from contextlib import ExitStack
from typing import Any, Generic

from textual.await_complete import AwaitComplete
from textual.geometry import Region, Size
from textual.screen import Screen

from scribe_tui.tui.rendering.updates import in_fewer_bytes
from scribe_tui.tui.terminal.driven_app import DrivenApp, Result
from scribe_tui.tui.terminal.driver import NonBlockingDriver
from scribe_tui.tui.terminal.thin_line import painted_spans
from scribe_tui.tui.terminal.unpainted import Unpainted, places_of

PRIVATE_NAMES = (
    "textual.app:App._display",
    "textual.app:App()._batch_count",
    "textual.app:App()._driver",
)

EFFECT_SECONDS = 0.05
"""Seconds after a key, or after painting resumed, in which its effect may not be known yet."""
DIALOG_SECONDS = 0.5
"""The same in seconds for a dialog that the key opens, because it must be built first."""


class PacedApp(DrivenApp[Result], Generic[Result], inherit_bindings=False):
    """Paints nothing while its terminal is behind, and catches up afterwards."""

    def __init__(self, **options: Any) -> None:
        """Take Textual's options; COLUMNS and LINES are ignored, because the terminal is asked."""
        for name in ("COLUMNS", "LINES"):
            os.environ.pop(name, None)
        super().__init__(**options)
        self._held = ExitStack()
        self._holding = False
        self._missed = False
        self._resumed_at = 0.0
        self._shown: Screen[Any] | None = None
        """The screen in front, once it has been built."""
        self._unpainted = Unpainted(self)

    @property
    def size(self) -> Size:
        """The driver's size: if the app had another one, it would be resized again and again."""
        if isinstance(self._driver, NonBlockingDriver):
            return self._driver.terminal_size
        return super().size

    def repaint(self) -> None:
        """Set the modes of the terminal again and paint everything."""
        if isinstance(self._driver, NonBlockingDriver):
            self._driver.repaint()
        else:
            self.screen.refresh()

    def hold_painting(self) -> None:
        """Paint nothing and collect changes until `resume_painting`."""
        if not self._holding:
            self._holding = True
            self._held.enter_context(self.batch_update())

    def resume_painting(self, stalled: bool) -> None:
        """Paint what changed, now that the terminal has caught up; everything if it missed some."""
        self._missed |= stalled
        driver = self._driver
        if isinstance(driver, NonBlockingDriver):
            driver.modes_due()
            if driver.behind:
                return
        if self._missed and self.is_running:
            self._missed = False
            self._unpainted.clear()
            self.screen.refresh()
        self._holding = False
        self._held.close()
        self._resumed_at = time.monotonic()
        if self.is_running:
            self.screen.check_idle()  # its timer may have fired while nothing could be painted
            self.frame_soon()
            if self._unpainted:
                self.call_later(self._paint_left)

    def frame_soon(self) -> None:
        """Called when changes may be waiting for a frame; for subclasses."""

    def write_beside_frames(self, data: bytes) -> None:
        """Send bytes that draw nothing, such as a bell.

        Raises OSError if the screen is closed, BlockingIOError if the terminal is behind.
        """
        driver = self._driver
        if driver is None or not self.is_running:
            raise OSError(errno.EIO, "the screen is closed")
        if isinstance(driver, NonBlockingDriver) and driver.behind:
            raise BlockingIOError(errno.EAGAIN, "the terminal is behind")
        driver.write(data.decode("utf-8", "replace"))

    def pop_screen(self) -> AwaitComplete:
        """Close the dialog in front; over a thin line its place is erased before it is painted."""
        uncovered = list(places_of(self.screen)) if self._is_thin() else []
        popped = super().pop_screen()
        if uncovered:
            self._shown = self.screen
            self._unpainted.uncover(self.screen, uncovered)
            self.call_later(self._paint_left)
        return popped

    def _is_thin(self) -> bool:
        return isinstance(self._driver, NonBlockingDriver) and self._driver.is_thin

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        """Paint, unless the terminal is behind; then keep it for `resume_painting`."""
        driver = self._driver
        if screen is self.screen and screen is not self._shown:
            self._shown = screen
            if len(self.screen_stack) > 1 and self._is_thin():
                self._unpainted.cover(screen)
        if not isinstance(driver, NonBlockingDriver):
            super()._display(screen, renderable)
        elif renderable is None:
            return
        elif driver.behind or self._batch_count:
            self._leave(screen, painted_spans(renderable))
        elif driver.room is None or not (spans := painted_spans(renderable)):
            self._paint(driver, screen, in_fewer_bytes(renderable))
        else:
            self._leave(screen, spans)
            self._paint_left()

    def _paint(self, driver: NonBlockingDriver, screen: Screen[Any], picture: Any) -> None:
        """Write `picture` as one frame, and arrange for what is left."""
        with driver.frame():
            super()._display(screen, picture)
        if driver.behind:
            self.hold_painting()
        elif self._unpainted:
            self.call_later(self._paint_left)

    def _leave(self, screen: Screen[Any], spans: list[Region] | None) -> None:
        """Paint `spans` later; None: everything, as it is not known what there was to paint."""
        if spans is None:
            self._missed = True
        else:
            self._unpainted.add(screen, spans)

    def _paint_left(self) -> None:
        """Paint as much of what is left as the line takes in a moment."""
        driver = self._driver
        if not isinstance(driver, NonBlockingDriver) or driver.behind or self._batch_count:
            return  # `resume_painting` will come
        if driver.key_pressed and (seconds := self._seconds_to_effect(driver.key_at)) > 0:
            self.set_timer(seconds, self._paint_left)
            return
        part = self._unpainted.next_part(driver.room, driver.key_at, driver.key_pressed)
        if part is not None:
            self._paint(driver, *part)

    def _seconds_to_effect(self, key_at: float) -> float:
        """Return the seconds for which the effect of the key pressed at `key_at` may be unknown.

        Anything painted earlier would delay that effect on the line.
        """
        known_at = max(key_at, self._resumed_at) + EFFECT_SECONDS
        if self.screen is not self._shown:
            known_at = max(known_at, key_at + DIALOG_SECONDS)
        return known_at - time.monotonic()
