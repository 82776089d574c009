"""A faster compositor: it asks widgets for the cells that changed and writes only those.

Textual finds out what to paint by messages from widget to widget, then asks every widget between
the first and the last change for its lines, and paints changed rows from their left edge. For many
panes that all change a little, all the time, that is most of the cost. Here widgets name the cells
that changed, and only those are requested and written, also around a dialog. Layout, focus and
dialogs are left to Textual.

Every run of cells is positioned separately (`encoder`), so that a text which takes more or fewer
cells in this terminal than expected does not displace its neighbours.

Private names: `PRIVATE_NAMES`. Without them, or after one failure, the screen is painted by
Textual's own compositor through `refresh(*regions)`. Gain, measured by `python -m
tests.proofs.painting`: half the CPU time; with a dialog open, a seventh of the CPU time and a
sixtieth of the bytes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import Any

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

from scribe_tui.tui.private_names import missing
from scribe_tui.tui.rendering.encoder import Run, encode, erase
from scribe_tui.tui.rendering.wrap import cells_of, is_doubtful

_log = logging.getLogger(__name__)

PRIVATE_NAMES = (
    "textual._compositor:Compositor()._dirty_regions",
    "textual._compositor:Compositor.visible_widgets",
    "textual._compositor:Compositor.layers_visible",
    "textual._compositor:Compositor._regions_to_spans",
    "textual._compositor:Compositor.render_partial_update",
    "textual._compositor:Compositor.render_update",
    "textual._compositor:CompositorUpdate.render_segments",
    "textual._context:visible_screen_stack",
    "textual.screen:Screen._compositor_refresh",
    "textual.widget:Widget._set_dirty",
    "textual.app:App._display",
    "textual.app:App._background_screens",
    "rich.console:Console()._color_system",
)
NO_STYLE = Style.null()
MANY_REGIONS = 1000
"""With more changed regions than this everything is painted; they gather while painting waits."""


class Changes(CompositorUpdate):
    """The changed cells, as an update that Textual can write to the terminal."""

    def __init__(
        self, runs: Sequence[Run], blanks: Sequence[Region] = (), ground: Style = NO_STYLE
    ) -> None:
        """Take `runs` in the order in which they are written.

        The spans `blanks`, each in one row, are erased before them, to the background of `ground`.
        """
        self.runs = runs
        self.blanks = blanks
        self.ground = ground

    @property
    def spans(self) -> list[tuple[int, int, int]]:
        """Row, first column and past-the-last column of each run, as in Textual's updates.

        For a run whose end is None, because terminals disagree on it, its measured width is used.
        """
        return [
            (y, x, end if end is not None else x + sum(map(cells_of, (s.text for s in segments))))
            for x, y, segments, end in self.runs
        ]

    def render_segments(self, console: Console) -> str:
        """Return the terminal sequences that draw this update."""
        colors = console._color_system or ColorSystem.TRUECOLOR
        drawn = encode(self.runs, colors)
        return erase(self.blanks, self.ground, colors) + drawn if self.blanks else drawn


def _cells_of(widget: Widget, span: Region) -> Iterable[Segment]:
    """Return the cells of `span`, by the widget's method `cells` if it has one: that is cheaper."""
    cells = getattr(widget, "cells", None)
    if cells is None:
        return widget.render_lines(span)[0]
    found: Iterable[Segment] = cells(span.y, span.x, span.right)
    return found


def _lines_of(widget: Widget, span: Region) -> Iterable[Segment]:
    """Return `span` as a strip, which the widget caches together with its sequences."""
    return widget.render_lines(span)[0]


class CellCompositor(Compositor):
    """Textual's compositor, but a partial update writes only the cells that changed."""

    def __init__(self) -> None:
        """Start with nothing to paint."""
        super().__init__()
        self._above: list[Compositor] = []

    def add(self, widget: Widget, regions: Iterable[Region]) -> None:
        """Mark the visible parts of `regions` of `widget` (in its coordinates) as changed."""
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
        """Whether anything must be painted."""
        return bool(self._dirty_regions)

    def paint_changes(self, screen: Screen[Any]) -> None:
        """Write what changed on `screen`, also below dialogs, unless frames are held back."""
        app = screen.app
        if not self._dirty_regions or app._batch_count:
            return
        if screen is app.screen:
            screen._compositor_refresh()
        elif screen in app._background_screens:
            above = app.screen_stack[app.screen_stack.index(screen) + 1 :]
            changes = self.beneath([dialog._compositor for dialog in above])
            for dialog in above:
                dialog._set_dirty()  # its own picture of what lies below is outdated
            app._display(screen, changes)  # type: ignore[arg-type]

    def beneath(self, above: list[Compositor]) -> Changes | None:
        """Return what to write for the changes not covered by widgets of the dialogs `above`.

        The dialogs' screens themselves are transparent, unless they have an opaque background.
        """
        self._above = above
        try:
            return self.render_partial_update()
        finally:
            self._above = []

    def _open(self, y: int, first: int, last: int) -> list[tuple[int, int]]:
        """Return the parts of that span of row `y` that no dialog covers."""
        spans = [(first, last)]
        for dialog in self._above:
            if y >= len(dialog.layers_visible):
                continue
            for widget, shown, _ in dialog.layers_visible[y]:
                if not isinstance(widget, Screen) or widget.styles.background.a == 1:
                    spans = [
                        rest
                        for start, end in spans
                        for rest in ((start, min(end, shown.x)), (max(start, shown.right), end))
                        if rest[0] < rest[1]
                    ]
        return spans

    def render_partial_update(self) -> Changes | None:  # type: ignore[override]
        """Return what to write for all changes; None if there are none."""
        screen = self.size.region
        if screen in self._dirty_regions:
            return self._whole()
        regions = [changed.intersection(screen) for changed in self._dirty_regions]
        self._dirty_regions.clear()
        spans = self._regions_to_spans([region for region in regions if region])
        runs: list[Run] = []
        for y, first, last in spans:
            painted = self._runs(y, first, last)
            if None in [run.end for run in painted]:
                painted = self._runs(y, first, screen.right)  # its width is uncertain
            runs += painted
        return Changes(runs) if runs else None

    def render_update(  # type: ignore[override]
        self,
        full: bool = False,
        screen_stack: list[Screen[Any]] | None = None,
        simplify: bool = False,
    ) -> CompositorUpdate | RenderableType | None:
        """Return what to write for all changes, or, with `full`, the whole screen."""
        if full:
            return super().render_update(full, screen_stack, simplify)
        visible_screen_stack.set(screen_stack or [])
        return self.render_partial_update()

    def _whole(self) -> Changes:
        """Return the whole screen as changes."""
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
        """Return cells `first` to `last` (exclusive) of row `y`, each from the widget in front."""
        runs: list[Run] = []
        uncovered = self._open(y, first, last) if self._above else [(first, last)]
        for widget, (shown_from, _, width, _), region in self.layers_visible[y]:
            behind: list[tuple[int, int]] = []
            for start, end in uncovered:
                left, right = max(start, shown_from), min(end, shown_from + width)
                if left >= right:
                    behind.append((start, end))
                    continue
                span = Region(left - region.x, y - region.y, right - left, 1)
                runs += placed(left, y, right, content(widget, span))
                behind += [span for span in ((start, left), (right, end)) if span[0] < span[1]]
            uncovered = behind
            if not uncovered:
                break
        runs.sort(key=attrgetter("x"))
        return runs


def placed(x: int, y: int, end: int, segments: Iterable[Segment]) -> Iterable[Run]:
    """Return the segments as one run; if their width is uncertain, blanks and a run for each.

    Blanks at the end of uncertain segments are left out: they might start inside the text.
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


def install(screen: Screen[Any]) -> CellCompositor | None:
    """Give `screen` the faster compositor; None if this Textual lacks a name it needs."""
    if changed := missing(PRIVATE_NAMES):
        _log.warning("painting as Textual does: it has no %s", ", ".join(changed))
        return None
    screen._compositor = fast = CellCompositor()
    return fast


def uninstall(screen: Screen[Any]) -> None:
    """Give `screen` Textual's own compositor again; the caller must request a new layout."""
    screen._compositor = Compositor()
