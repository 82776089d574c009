"""Frames: what changed on the screen is gathered and painted at once, a few dozen times a second.

Textual finds out what to paint by messages from widget to widget, then asks every widget
between the first and the last change for its lines and paints changed rows from their
left edge. For a wall of panes that all change a little, all the time, that is most of the
cost. Here widgets name the cells that changed, and those alone are asked for and written.
Everything else, layout, focus, dialogs, goes Textual's way.
"""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Iterable, Sequence

from rich.color import ColorSystem
from rich.console import Console
from rich.segment import Segment
from textual._compositor import Compositor, CompositorUpdate
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

FRAME_SECONDS = 1 / 30
"""Shortest time from frame to frame. The first change after a pause is painted at once."""
MANY_REGIONS = 1000
"""From so many regions on, as may gather while nothing can be painted, all is painted."""

Run = tuple[int, int, Iterable[Segment]]
"""Column, row, and what is to be there."""


class CellWidget(Widget):
    """A widget that may know a cheaper way to a few of its cells than a whole line."""

    def cells(self, y: int, first: int, last: int) -> Iterable[Segment]:
        """The cells `first` to `last` (past the end) of row `y`."""
        return self.render_lines(Region(first, y, last - first, 1))[0]


class Changes(CompositorUpdate):
    """The changed cells, as a picture for the terminal."""

    def __init__(self, runs: Sequence[Run]) -> None:
        """Runs in the order in which they are written."""
        self.runs = runs

    def render_segments(self, console: Console) -> str:
        """The terminal's sequences."""
        colors = console._color_system or ColorSystem.TRUECOLOR
        pieces: list[str] = []
        for x, y, segments in self.runs:
            pieces.append(f"\x1b[{y + 1};{x + 1}H")
            for text, style, _ in segments:
                pieces.append(Strip.render_style(style, text, colors) if style else text)
        return "".join(pieces)


class CellCompositor(Compositor):
    """Textual's, except that a partial update touches the cells that changed and no others."""

    def add(self, widget: Widget, regions: Iterable[Region]) -> None:
        """Mark `regions` of `widget` as changed, as far as they are on the screen."""
        place = self.visible_widgets.get(widget)
        if place is None:
            return
        region, clip = place
        for changed in regions:
            if visible := clip.intersection(changed.translate(region.offset)):
                self._dirty_regions.add(visible)
        if len(self._dirty_regions) > MANY_REGIONS:
            self._dirty_regions = {self.size.region}

    @property
    def dirty(self) -> bool:
        """Whether anything is to be painted."""
        return bool(self._dirty_regions)

    def render_partial_update(self) -> Changes | None:  # type: ignore[override]
        """What to write for all that changed; None if nothing did."""
        screen = self.size.region
        regions = [changed.intersection(screen) for changed in self._dirty_regions]
        self._dirty_regions.clear()
        spans = self._regions_to_spans(region for region in regions if region)
        runs = [run for y, first, last in spans for run in self._runs(y, first, last)]
        return Changes(runs) if runs else None

    def _runs(self, y: int, first: int, last: int) -> list[Run]:
        """The cells `first` to `last` (past the end) of row `y`, each from the widget in front."""
        runs: list[Run] = []
        uncovered = [(first, last)]
        for widget, shown, region in self.layers_visible[y]:
            behind: list[tuple[int, int]] = []
            for start, end in uncovered:
                left, right = max(start, shown.x), min(end, shown.right)
                if left >= right:
                    behind.append((start, end))
                    continue
                span = Region(left - region.x, y - region.y, right - left, 1)
                runs.append((left, y, _cells_of(widget, span)))
                behind += [span for span in ((start, left), (right, end)) if span[0] < span[1]]
            uncovered = behind
            if not uncovered:
                break
        return runs


def _cells_of(widget: Widget, span: Region) -> Iterable[Segment]:
    if isinstance(widget, CellWidget):
        return widget.cells(span.y, span.x, span.right)
    return widget.render_lines(span)[0]


class PaintedScreen(Screen[None], inherit_bindings=False):
    """A screen whose widgets may `paint` cells instead of refreshing themselves."""

    def __init__(self) -> None:
        """Nothing to paint."""
        super().__init__()
        self._compositor: CellCompositor = CellCompositor()
        self._framed_at = 0.0
        self._due: asyncio.Handle | None = None
        self._painted_in = contextvars.copy_context()

    def paint(self, widget: Widget, regions: Iterable[Region]) -> None:
        """Bring `regions` of `widget` to the screen with the next frame."""
        self._compositor.add(widget, regions)
        self.frame_soon()

    def frame_soon(self) -> None:
        """See to it that there is a frame.

        Called by the event loop itself: a message for each would cost half as much again.
        """
        if self._due is not None or not self.is_running:
            return
        loop = asyncio.get_running_loop()
        next_at = self._framed_at + FRAME_SECONDS
        if next_at > loop.time():
            self._due = loop.call_at(next_at, self._frame, context=self._painted_in)
        else:
            self._due = loop.call_soon(self._frame, context=self._painted_in)

    def before_frame(self) -> None:
        """Take in what came since the last frame; for subclasses."""

    def on_mount(self) -> None:
        """Remember whose frames these are: what Textual looks up in the context."""
        self._painted_in = contextvars.copy_context()

    def on_unmount(self) -> None:
        """No more frames."""
        if self._due is not None:
            self._due.cancel()

    def _frame(self) -> None:
        self._framed_at = asyncio.get_running_loop().time()
        try:
            self.before_frame()
            self._due = None
            if self._compositor.dirty and not self.app._batch_count:
                self._compositor_refresh()
        except Exception as error:  # noqa: BLE001 - ends the app, as from a message's handler
            self.app._handle_exception(error)
