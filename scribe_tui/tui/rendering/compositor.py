"""A faster compositor: it asks for the cells that changed and writes those alone.

Textual finds out what to paint by messages from widget to widget, then asks every widget
between the first and the last change for its lines and paints changed rows from their left
edge. For a wall of panes that all change a little, all the time, that is most of the cost.
Here widgets name the cells that changed, and those alone are asked for and written, around
a dialog too. Layout, focus and dialogs go Textual's way.

Every run of cells is put in its place by itself (`encoder`), so that a text which takes more
cells in this terminal than it should, or fewer, does no harm to what stands beside it.

Private names: `PRIVATE_NAMES`. Without them, or if it fails once, the screen is painted by
Textual's own compositor through `refresh(*regions)`. What it gains is measured by
`python -m tests.proofs.painting`: half the CPU time, and with a dialog open
a seventh of it and a sixtieth of the bytes.
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
"""Number of changed regions from which on all is painted; they gather while painting waits."""


class Changes(CompositorUpdate):
    """The changed cells, as a picture for the terminal."""

    def __init__(
        self, runs: Sequence[Run], blanks: Sequence[Region] = (), ground: Style = NO_STYLE
    ) -> None:
        """Runs in the order in which they are written.

        Before them `blanks`, each in one row, become blank, with the background of `ground`.
        """
        self.runs = runs
        self.blanks = blanks
        self.ground = ground

    @property
    def spans(self) -> list[tuple[int, int, int]]:
        """Row, first column and the column behind the last of each run, as Textual's have them.

        Where terminals do not agree on the end, the next run's beginning or its width is it.
        """
        return [
            (y, x, end if end is not None else x + sum(map(cells_of, (s.text for s in segments))))
            for x, y, segments, end in self.runs
        ]

    def render_segments(self, console: Console) -> str:
        """The terminal's sequences."""
        colors = console._color_system or ColorSystem.TRUECOLOR
        drawn = encode(self.runs, colors)
        return erase(self.blanks, self.ground, colors) + drawn if self.blanks else drawn


def _cells_of(widget: Widget, span: Region) -> Iterable[Segment]:
    """Uses the widget's method `cells` where it has one, which is cheaper than a whole line."""
    cells = getattr(widget, "cells", None)
    if cells is None:
        return widget.render_lines(span)[0]
    found: Iterable[Segment] = cells(span.y, span.x, span.right)
    return found


def _lines_of(widget: Widget, span: Region) -> Iterable[Segment]:
    """As a strip, that is kept by the widget together with its sequences."""
    return widget.render_lines(span)[0]


class CellCompositor(Compositor):
    """Textual's, except that a partial update touches the cells that changed and no others."""

    def __init__(self) -> None:
        """Nothing to paint."""
        super().__init__()
        self._above: list[Compositor] = []

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
                dialog._set_dirty()  # its own picture of what is below is old now
            app._display(screen, changes)  # type: ignore[arg-type]

    def beneath(self, above: list[Compositor]) -> Changes | None:
        """What to write for all that changed and is not covered by the widgets of dialogs.

        The dialogs' screens themselves are see-through, unless they have a ground of their own.
        """
        self._above = above
        try:
            return self.render_partial_update()
        finally:
            self._above = []

    def _open(self, y: int, first: int, last: int) -> list[tuple[int, int]]:
        """The parts of that span of row `y` over which no dialog stands, nor its own ground."""
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
        """What to write for all that changed; None if nothing did."""
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


def install(screen: Screen[Any]) -> CellCompositor | None:
    """Give `screen` the faster compositor; None where this Textual is not what it is built on."""
    if changed := missing(PRIVATE_NAMES):
        _log.warning("painting as Textual does: it has no %s", ", ".join(changed))
        return None
    screen._compositor = fast = CellCompositor()
    return fast


def uninstall(screen: Screen[Any]) -> None:
    """Give `screen` Textual's own compositor again; it has to be laid out anew."""
    screen._compositor = Compositor()
