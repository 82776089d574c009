"""RowsWidget: the base of a pane's widgets; rows of styled text, repainted cell by cell."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby, zip_longest
from operator import itemgetter
from typing import Any, ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.cache import LRUCache
from textual.dom import NoScreen
from textual.events import Event
from textual.geometry import Region, Size
from textual.screen import ModalScreen, Screen
from textual.strip import Strip
from textual.widget import Widget

from scribe_tui.tui.faults import faults_of, sentence
from scribe_tui.tui.rendering.frames import FrameScreen
from scribe_tui.tui.rendering.styled_rows import BLANK, Piece, Row, changed_spans, width_of
from scribe_tui.tui.rendering.wrap import is_narrow, wrap


class RowsWidget(Widget):
    """Draws the rows it was last given; `Piece.part` is styled by the class `STYLE--part`.

    It has neither border nor padding. Text is drawn literally, never as markup. Drawn lines are
    cached, because Textual asks every widget between the first and the last change on the screen
    for its lines again. Parts are styled by component classes of the screen, resolved once for all
    panes, because each class on each widget costs start-up time.

    A line that a bug keeps from being drawn is replaced by a sentence; it is tried again with the
    next paint, and nothing else on the screen is affected.
    """

    ALLOW_SELECT = False
    STYLE: ClassVar[str]
    PARTS: ClassVar[tuple[str, ...]]
    WHAT: ClassVar[str] = "this part of the screen"
    """The name of this widget in a sentence that says it cannot be drawn."""

    @classmethod
    def component_classes(cls) -> set[str]:
        """Return the component classes that the screen must declare for this widget."""
        return {f"{cls.STYLE}--{part}" for part in cls.PARTS}

    def __init__(self) -> None:
        """Start without rows."""
        super().__init__(markup=False)
        self._rows: tuple[Row, ...] = ()
        self._facts: tuple[object, ...] = ()
        self._made: tuple[Row, ...] | None = None
        self._home: Screen[Any] | None = None
        self._part_styles: dict[str, Style] = {}
        self._strips: LRUCache[Row, Strip] = LRUCache(256)
        self._ready: dict[int, Strip] = {}
        self._ready_size = Size(0, 0)
        self._failed_rows: set[int] = set()

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows shown, top to bottom."""
        return self._rows

    def show(self, rows: Sequence[Row]) -> None:
        """Show `rows` from the top down; only cells that differ are repainted."""
        new, old = tuple(rows), self._rows
        if new == old:
            return
        self._rows = new
        changes = enumerate(zip_longest(old, new, fillvalue=()))
        self.repaint(
            [
                Region(first, y, last - first, 1)
                for y, (before, after) in changes
                if before is not after
                for first, last in changed_spans(before, after)
            ]
        )

    def show_for(self, facts: tuple[object, ...], make: Callable[[], Sequence[Row]]) -> None:
        """Show the rows that `make` returns, unless the same `facts` are shown already."""
        if facts == self._facts and self._made is self._rows:
            return
        self.show(make())
        self._facts, self._made = facts, self._rows

    async def on_event(self, event: Event) -> None:
        """Handle an event; a bug in its handler is shown here, and later events are still handled.

        In a dialog the error is raised, so that the app closes it: nobody could leave it otherwise.
        """
        try:
            await super().on_event(event)
        except Exception as error:
            if self.is_attached and isinstance(self.screen, ModalScreen):
                raise
            faults_of(self.app).stand(self, type(event).__name__, self.WHAT, error)
            self.show_fault(error)
        else:
            faults_of(self.app).clear(self, type(event).__name__)

    def show_fault(self, error: Exception) -> None:
        """Show a sentence about `error` in place of the rows, until other rows are shown."""
        width = max(self.outer_size.width, 20)
        text = sentence(self.WHAT, error)
        self.show([(Piece(BLANK, text[first:last]),) for first, last in wrap(text, width)])

    def repaint(self, regions: Sequence[Region]) -> None:
        """Draw the lines of `regions` again and bring those cells, if visible, to the screen."""
        for region in regions:
            for y in region.line_range:
                self._ready.pop(y, None)
        if not regions:
            return
        if self._home is None:
            try:
                self._home = self.screen  # looked up once: Textual searches from parent to parent
            except NoScreen:  # not mounted: it is painted whole once it is
                return
        if not (isinstance(self._home, FrameScreen) and self._home.paint(self, regions)):
            self.refresh(*regions)

    @property
    def low_bandwidth(self) -> bool:
        """Whether its screen sends the terminal as little as possible."""
        return isinstance(self._home, FrameScreen) and self._home.low_bandwidth

    def render_lines(self, crop: Region) -> list[Strip]:
        """Return the lines of `crop`; only lines that `repaint` named are drawn again."""
        size = self.outer_size
        if size != self._ready_size:
            self._ready.clear()
            self._strips.clear()
            self._ready_size = size
            self._forget_failed({y for y in self._failed_rows if y >= size.height})
        strips = [self._line(y) for y in crop.line_range]
        if crop.column_span != (0, size.width):
            strips = [strip.crop(*crop.column_span) for strip in strips]
        return strips

    def render_line(self, y: int) -> Strip:
        """Return row `y`, as wide as the widget."""
        width = self.outer_size.width
        row = self._rows[y] if y < len(self._rows) else ()
        strip = self._strips.get(row)
        if strip is None or strip.cell_length != width:
            strip = self._strips[row] = self._draw(row, width)
        return strip

    def cells(self, y: int, first: int, last: int) -> Iterable[Segment]:
        """Return the cells `first` to `last` (exclusive) of row `y`, cheaper than a whole line.

        They are cut from the row if each of its characters takes one cell, as most do.
        """
        row = self._rows[y] if y < len(self._rows) else ()
        if self._failed_rows or not all(map(is_narrow, [text for _, text in row])):
            return self.render_lines(Region(first, y, last - first, 1))[0]
        try:
            return self._cut(row, first, last)
        except Exception as error:  # noqa: BLE001 - shown and logged by `_failed`
            return self._failed(y, error).crop(first, last)

    def notify_style_update(self) -> None:
        """Discard everything drawn in the old colours."""
        self._part_styles.clear()
        self._strips.clear()
        self._ready.clear()
        super().notify_style_update()

    def style_of(self, part: str) -> Style:
        """Return the style of a part; BLANK is for cells without text."""
        style = self._part_styles.get(part)
        if style is None:
            if part == BLANK:
                style = self.visual_style.rich_style
            else:
                style = self.screen.get_component_rich_style(f"{self.STYLE}--{part}")
            style = self._part_styles[part] = _terse(style)
        return style

    def _line(self, y: int) -> Strip:
        """Return row `y`, cached or drawn now; a sentence in its place if drawing fails."""
        strip = self._ready.get(y)
        if strip is not None:
            return strip
        try:
            strip = self.render_line(y)
            for line_filter in self.get_line_filters():
                strip = strip.apply_filter(line_filter, self.background_colors[1])
        except Exception as error:  # noqa: BLE001 - shown and logged by `_failed`
            return self._failed(y, error)
        self._ready[y] = strip
        if y in self._failed_rows:
            self._forget_failed({y})
        return strip

    def _forget_failed(self, rows: set[int]) -> None:
        """Take note that these rows are drawn again, or no longer exist."""
        if rows:
            self._failed_rows -= rows
            if not self._failed_rows:
                faults_of(self.app).clear(self, "draw")

    def _failed(self, y: int, error: Exception) -> Strip:
        """Return what replaces row `y`: a part of the sentence, wrapped over all rows that fail.

        Blanks if the widget has just been removed: then it has no styles, and nothing is wrong.
        """
        if not self.is_attached:
            return Strip.blank(self.outer_size.width)
        self._failed_rows.add(y)
        text = faults_of(self.app).stand(self, "draw", self.WHAT, error)
        width = self.outer_size.width
        spans = list(wrap(text, width))
        rank = y - min(self._failed_rows)
        shown = text[slice(*spans[rank])] if rank < len(spans) else ""
        return Strip([Segment(shown)]).adjust_cell_length(width)

    def _cut(self, row: Row, first: int, last: int) -> list[Segment]:
        segments: list[Segment] = []
        place = 0
        for part, text in row:
            if shown := text[max(0, first - place) : max(0, last - place)]:
                segments.append(Segment(shown, self.style_of(part)))
            place += len(text)
        if (missing := last - max(first, place)) > 0:
            segments.append(Segment(" " * missing, self.style_of(BLANK)))
        for line_filter in self.get_line_filters():
            segments = line_filter.apply(segments, self.background_colors[1])
        return segments

    def _draw(self, row: Row, width: int) -> Strip:
        """Return `row` as a strip; adjacent pieces in one style are joined, which saves bytes."""
        styled = [(self.style_of(part), text) for part, text in row if text]
        segments = [
            Segment("".join(text for _, text in run), style)
            for style, run in groupby(styled, key=itemgetter(0))
        ]
        missing = width - width_of(row)
        if missing < 0:
            return Strip(segments).adjust_cell_length(width, self.style_of(BLANK))
        # Padded by our own measure of the text, so that the width is right in tmux and similar.
        return Strip([*segments, Segment(" " * missing, self.style_of(BLANK))], width)


def _terse(style: Style) -> Style:
    """Return `style` without the terminal's default colours: they cost bytes in every run."""
    color, background = style.color, style.bgcolor
    return style.without_color + Style(
        color=None if color is None or color.is_default else color,
        bgcolor=None if background is None or background.is_default else background,
    )
