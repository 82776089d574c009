"""An app that paints nothing while its terminal is behind, and only parts over a thin line.

Private names: `PRIVATE_NAMES`. There is no way around them: all that is painted goes through
one method of Textual's. Where one is missing the program does not start a screen.
"""

from __future__ import annotations

import errno
import os
from contextlib import ExitStack
from functools import partial
from typing import Any, Generic, TypeVar

from textual.app import App
from textual.geometry import Region, Size
from textual.screen import Screen
from textual.widget import Widget

from scribe_tui.tui.rendering.updates import in_fewer_bytes
from scribe_tui.tui.terminal.driver import PatientDriver
from scribe_tui.tui.terminal.thin_line import ThinLine, spans_of

PRIVATE_NAMES = (
    "textual.app:App._display",
    "textual.app:App._background_screens",
    "textual.app:App()._batch_count",
    "textual.screen:Screen._compositor_refresh",
    "textual._compositor:Compositor()._dirty_regions",
    "textual._compositor:Compositor.render_update",
)

MOST_LEFT = 2000
"""Of so many places none is told from another: all is painted."""

Result = TypeVar("Result")


class PatientApp(App[Result], Generic[Result], inherit_bindings=False):
    """Paints nothing while its terminal is behind, and what is due once it has caught up."""

    def __init__(self, **options: Any) -> None:
        """Options are Textual's. COLUMNS and LINES count no more: the terminal is asked."""
        for name in ("COLUMNS", "LINES"):
            os.environ.pop(name, None)
        super().__init__(**options)
        self.ascii_only = False
        """Nothing but ASCII is written to the terminal, cell for cell."""
        self._held = ExitStack()
        self._holding = False
        self._missed = False
        self._thin_line = ThinLine()
        self._left: dict[Screen[Any], set[Region]] = {}
        self._uncovered: list[Region] = []
        self._painted_for: tuple[float, Screen[Any], Screen[Any]] | None = None
        self.blind_rate: float | None = None
        """Most bytes a second for a far terminal that answers nothing; None: it is near."""

    @property
    def size(self) -> Size:
        """As the driver knows it: another size here than there would be resized for ever."""
        if isinstance(self._driver, PatientDriver):
            return Size(*self._driver._get_terminal_size())
        return super().size

    def hold_painting(self) -> None:
        """Gather what changes until `resume_painting`."""
        if not self._holding:
            self._holding = True
            self._held.enter_context(self.batch_update())

    def resume_painting(self, stalled: bool) -> None:
        """The terminal has caught up: paint what changed, or all if it may have missed some."""
        self._missed |= stalled
        driver = self._driver
        if isinstance(driver, PatientDriver):
            driver.modes_due()
            if driver.behind:
                return
        if self._missed and self.is_running:
            self._missed = False
            self._left.clear()
            self.screen.refresh()
        self._holding = False
        self._held.close()
        if self.is_running:
            if self._left:
                self.call_later(self._paint_left)
            self.screen.check_idle()  # its timer may have come while nothing could be painted
            self.frame_soon()

    def terminal_gone(self) -> None:
        """Nothing will ever come from the terminal again; for subclasses."""

    def line_seen(self, rate: float | None) -> None:
        """The line takes so many bytes a second; None: as many as there are; for subclasses."""

    def frame_soon(self) -> None:
        """Something may be due; for subclasses."""

    def write_beside_frames(self, data: bytes) -> None:
        """Send bytes that draw nothing, such as a bell. Raises OSError where none are taken."""
        driver = self._driver
        if driver is None or not self.is_running:
            raise OSError(errno.EIO, "the screen is closed")
        if isinstance(driver, PatientDriver) and driver.behind:
            raise BlockingIOError(errno.EAGAIN, "the terminal is behind")
        driver.write(data.decode("utf-8", "replace"))

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        """Paint, unless the terminal is behind; then hold until `resume_painting`."""
        driver = self._driver
        if not isinstance(driver, PatientDriver):
            super()._display(screen, renderable)
        elif renderable is None:
            return
        elif driver.behind or self._batch_count:
            self._leave(screen, spans_of(renderable))
        else:
            with driver.frame():
                picture: Any = in_fewer_bytes(self._part(driver, screen, renderable))
                super()._display(screen, picture)
            if driver.behind:
                self.hold_painting()
            elif self._left:
                self.call_later(self._paint_left)

    def urgent_regions(self, screen: Screen[Any]) -> list[Region]:
        """Where `screen` shows what a key does.

        A dialog's text; what was beneath one that has just gone, the chosen pane, the last row.
        """
        if screen is self.screen and len(self.screen_stack) > 1:
            self._uncovered = [widget.region for widget in screen.children]
            widgets = screen.walk_children(Widget)
            return [widget.region for widget in widgets if not widget.children]
        chosen = [self.focused.region] if self.focused is not None else []
        bottom = Region(0, screen.size.height - 1, screen.size.width, 1)
        if screen is not self.screen:
            return [*chosen, bottom]
        if not (isinstance(self._driver, PatientDriver) and self._driver.key_pressed):
            self._uncovered = []
        return [*self._uncovered, *chosen, bottom]

    def _part(self, driver: PatientDriver, screen: Screen[Any], renderable: Any) -> Any:
        """As much of `renderable` as a thin line takes in a moment; the rest is left for later."""
        part_bytes = driver.part_bytes
        if part_bytes is None or not (spans := spans_of(renderable)):
            return renderable
        if (cause := (driver.key_at, screen, self.screen)) != self._painted_for:
            self._painted_for = cause
            self._thin_line.start_over()
        now, later = self._thin_line.choose(
            spans, self.urgent_regions(screen), part_bytes, driver.key_pressed
        )
        if later:
            self._leave(screen, later)
            compositor: Any = screen._compositor
            compositor._dirty_regions = set(now)
            if screen is self.screen:
                renderable = compositor.render_update(screen_stack=self._background_screens)
            else:
                above = self.screen_stack[self.screen_stack.index(screen) + 1 :]
                renderable = compositor.beneath([dialog._compositor for dialog in above])
        driver.when_framed = partial(self._thin_line.learn, now)
        return renderable

    def _leave(self, screen: Screen[Any], spans: list[Region] | None) -> None:
        """Paint these later, or all where it is not known what there was to paint."""
        if spans is None:
            self._missed = True
        else:
            left = self._left.setdefault(screen, set())
            left.update(spans)
            if len(left) > MOST_LEFT:
                left.clear()
                left.add(screen.size.region)

    def _paint_left(self) -> None:
        """What could not be painted before, as it is now."""
        left, self._left = self._left, {}
        for screen, regions in left.items():
            if screen in self.screen_stack:
                screen._compositor._dirty_regions |= regions
        if self.screen in left:
            self.screen._compositor_refresh()
        else:
            self.frame_soon()
