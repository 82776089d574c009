"""Frames: what changed on the screen is gathered and painted at once, a few dozen times a second.

Textual finds out what to paint by messages from widget to widget, then asks every widget
between the first and the last change for its lines and paints changed rows from their
left edge. For a wall of panes that all change a little, all the time, that is most of the
cost. Here widgets name the cells that changed, and those alone are asked for and written.
Everything else, layout, focus, dialogs, goes Textual's way.

Every run of cells is put in its place by itself, so that a text which takes more cells in
this terminal than it should, or fewer, does no harm to what stands beside it.
"""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import Any, NamedTuple

from rich.color import ColorSystem
from rich.console import Console, RenderableType
from rich.segment import Segment
from rich.style import Style
from textual._compositor import Compositor, CompositorUpdate
from textual._context import visible_screen_stack
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from scribe_tui.tui.rendering.frame_loop import FrameLoop
from scribe_tui.tui.rendering.wrap import cells_of, is_doubtful

FRAME_SECONDS = 1 / 30
"""At most one frame in each such span of the clock, as soon in it as there is a change.

Three to a beat of the sound, and on it: so both wake the program once.
"""
MANY_REGIONS = 1000
"""From so many regions on, as may gather while nothing can be painted, all is painted."""


class Run(NamedTuple):
    """What is to be in row `y` from column `x` to `end`; None where terminals do not agree."""

    x: int
    y: int
    segments: Iterable[Segment]
    end: int | None


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
        cursor: tuple[int | None, int] = (None, 0)
        for x, y, segments, end in self.runs:
            if cursor != (x, y):
                pieces.append(f"\x1b[{y + 1};{x + 1}H")
            if isinstance(segments, Strip):
                pieces.append(segments.render(console))  # which it remembers
            else:
                for text, style, _ in segments:
                    pieces.append(Strip.render_style(style, text, colors) if style else text)
            cursor = (end, y)
        return "".join(pieces)


def _cells_of(widget: Widget, span: Region) -> Iterable[Segment]:
    if isinstance(widget, CellWidget):
        return widget.cells(span.y, span.x, span.right)
    return widget.render_lines(span)[0]


def _lines_of(widget: Widget, span: Region) -> Iterable[Segment]:
    """As a strip, that is kept by the widget together with its sequences."""
    return widget.render_lines(span)[0]


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
        if screen in self._dirty_regions:
            return self._whole()
        regions = [changed.intersection(screen) for changed in self._dirty_regions]
        self._dirty_regions.clear()
        spans = self._regions_to_spans(region for region in regions if region)
        runs: list[Run] = []
        for y, first, last in spans:
            painted = self._runs(y, first, last)
            if any(run.end is None for run in painted):
                painted = self._runs(y, first, screen.right)  # it may reach over its neighbours
            runs += painted
        return Changes(runs) if runs else None

    def render_update(  # type: ignore[override]
        self,
        full: bool = False,
        screen_stack: list[Screen[Any]] | None = None,
        simplify: bool = False,
    ) -> CompositorUpdate | RenderableType | None:
        """What to write for all that changed, or, with `full`, a picture of the screen."""
        if full:
            return super().render_update(full, screen_stack, simplify)
        visible_screen_stack.set(screen_stack or [])
        return self.render_partial_update()

    def _whole(self) -> Changes:
        """The whole screen."""
        self._dirty_regions.clear()
        width, height = self.size
        return Changes([run for y in range(height) for run in self._runs(y, 0, width, _lines_of)])

    def _runs(
        self,
        y: int,
        first: int,
        last: int,
        content: Callable[[Widget, Region], Iterable[Segment]] = _cells_of,
    ) -> list[Run]:
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
                runs += _placed(left, y, right, content(widget, span))
                behind += [span for span in ((start, left), (right, end)) if span[0] < span[1]]
            uncovered = behind
            if not uncovered:
                break
        runs.sort(key=attrgetter("x"))
        return runs


def _placed(x: int, y: int, end: int, segments: Iterable[Segment]) -> Iterable[Run]:
    """The run of these segments; if their width is doubtful, blanks and then a run for each.

    Blanks at their end are left out then: they might begin where the text still goes on.
    """
    if not isinstance(segments, Strip):
        segments = list(segments)
    for segment in segments:
        if is_doubtful(segment.text):
            break
    else:
        return (Run(x, y, segments, end),)
    segments = list(segments)
    blank = Style(bgcolor=segments[-1].style.bgcolor if segments[-1].style else None)
    runs = [Run(x, y, [Segment(" " * (end - x), blank)], end)]
    while segments and not segments[-1].text.strip(" "):
        segments.pop()
    for segment in segments:
        runs.append(Run(x, y, [segment], None))
        x += cells_of(segment.text)
    return runs


class PaintedScreen(Screen[None], inherit_bindings=False):
    """A screen whose widgets may `paint` cells instead of refreshing themselves."""

    def __init__(self) -> None:
        """Nothing to paint."""
        super().__init__()
        self._compositor: CellCompositor = CellCompositor()
        self._next_at = 0.0
        self._due = False
        self._painted_in = contextvars.copy_context()

    def paint(self, widget: Widget, regions: Iterable[Region]) -> None:
        """Bring `regions` of `widget` to the screen with the next frame."""
        self._compositor.add(widget, regions)
        self.frame_soon()

    def frame_soon(self) -> None:
        """See to it that there is a frame.

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

    def _frame_when_read(self) -> None:
        """Paint after what arrives at this moment is dealt with: else it would lie for a frame."""
        loop = asyncio.get_running_loop()
        if isinstance(loop, FrameLoop):
            at_latest = loop.time() + FRAME_SECONDS
            loop.call_when_idle(self._frame, at_latest=at_latest, context=self._painted_in)
        else:
            loop.call_soon(self._frame, context=self._painted_in)

    def before_frame(self) -> None:
        """Take in what came since the last frame; for subclasses."""

    def on_mount(self) -> None:
        """Remember whose frames these are: what Textual looks up in the context."""
        self._painted_in = contextvars.copy_context()

    def on_unmount(self) -> None:
        """No more frames."""
        self._due = False

    def _frame(self) -> None:
        if not self._due:
            return
        try:
            self.before_frame()
            self._due = False
            if self._compositor.dirty and not self.app._batch_count:
                self._compositor_refresh()
        except Exception as error:  # noqa: BLE001 - ends the app, as from a message's handler
            self.app._handle_exception(error)
        loop = asyncio.get_running_loop()
        self._next_at = (loop.time() // FRAME_SECONDS + 1) * FRAME_SECONDS
        if isinstance(loop, FrameLoop):
            loop.rest_until(self._next_at)
