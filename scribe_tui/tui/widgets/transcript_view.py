"""The text of one pane: committed lines with clock times, and the partial below them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from textual.cache import LRUCache
from textual.events import MouseScrollDown, MouseScrollUp, Resize
from textual.geometry import Size

from scribe_tui.events import Event, PartialChanged
from scribe_tui.transcript import Line, Transcript
from scribe_tui.tui.finding.decor import Decor, Decorations
from scribe_tui.tui.finding.past import Past
from scribe_tui.tui.rendering.rows_widget import RowsWidget
from scribe_tui.tui.rendering.styled_rows import Row
from scribe_tui.tui.rendering.viewport import RowPlace, RowPlaces, Viewport
from scribe_tui.tui.rendering.wrap import GrowingRows
from scribe_tui.tui.widgets.line_rows import (
    STAMP_WIDTH,
    laid_out,
    line_rows,
    margin_of,
    news_row,
    unread_row,
)
from scribe_tui.tui.widgets.steady_partial import SteadyPartial

NEWS_HEIGHT = 5
"""From this height in rows on, the row above unread lines is shown."""


class Look(NamedTuple):
    """The user looked at a text while it had `end` lines, at the wall-clock instant `at`."""

    end: int
    at: float


class _Drawn(NamedTuple):
    """What was drawn last at the tail: all rows, of which the last are the partial's."""

    rows: tuple[Row, ...]
    height: int
    partial_rows: int


class TranscriptView(RowsWidget):
    """Wraps only the lines that are visible, and paints the cells that changed.

    The viewport follows the tail until it is scrolled; then its top row stays, whatever is added
    below.
    """

    STYLE = "transcript"
    WHAT = "this pane"
    PARTS = (
        "stamp",
        "stamp-chosen",
        "committed",
        "partial",
        "gap",
        "gap-chosen",
        "hit",
        "hit-unconfirmed",
        "found",
        "news",
    )

    def __init__(self) -> None:
        """Start empty, following the tail."""
        super().__init__()
        self.transcript = Transcript()
        self.decorations = Decorations()
        self.past: Past | None = None
        self.steady = SteadyPartial()
        self.in_view = True
        self._outdated = False
        self._fitted = Size(0, 0)
        self._drawn: _Drawn | None = None
        self._viewport = Viewport(self._places)
        self._looked: Look | None = None
        self._news_shown = False
        self._wrapped: LRUCache[int, tuple[Line, Decor, list[Row]]] = LRUCache(512)
        self._partial = GrowingRows(STAMP_WIDTH)

    @property
    def first(self) -> int:
        """The number of the oldest line that can be read; 0 if the journal can be read."""
        return self.transcript.first if self.past is None else 0

    @property
    def new_lines(self) -> int | None:
        """Number of lines committed since the user left the tail; None while it is followed."""
        return self._viewport.new_lines

    @property
    def held(self) -> bool:
        """Whether it does not move although its tail is visible."""
        return self._viewport.held

    @property
    def unread(self) -> int:
        """Number of lines committed since the user last looked; at first all of them."""
        since = self._looked.end if self._looked else 0
        return self.transcript.end - max(since, self.transcript.first)

    def looked_until(self, look: Look) -> None:
        """Take note that the user last saw the text at `look`: later lines are unread."""
        self._looked = look
        if self._news_shown:
            self.redraw()

    @property
    def is_blank(self) -> bool:
        """Whether there is no text yet."""
        return self.transcript.end == self.transcript.first and not self.transcript.partial

    @property
    def is_outdated(self) -> bool:
        """Whether a change is not drawn yet, because of a bug or lack of room."""
        return self._outdated and self.in_view

    def apply(self, events: Sequence[Event]) -> None:
        """Handle events of the session and draw what they changed."""
        changed = [self._take(event) for event in events]
        if self.held or not (any(changed) or self._outdated):
            return
        if not (all(isinstance(event, PartialChanged) for event in events) and self._grow()):
            self.redraw()

    def _take(self, event: Event) -> bool:
        """Handle one event; return whether anything visible has changed."""
        changed = self.transcript.apply(event)
        self.steady.follow(event, self.transcript.partial)
        return changed | self.decorations.receive(event)

    def clear(self) -> None:
        """Discard all text and follow the tail again."""
        self.transcript = Transcript()
        self.steady = SteadyPartial()
        self.decorations = Decorations()
        self._wrapped.clear()
        self._partial = self._growing()
        self._looked = None
        self._viewport.follow()
        self.redraw()

    def redraw(self) -> None:
        """Draw the present text; does nothing while the pane is out of view."""
        height = self.outer_size.height
        self._outdated = True
        if not height or not self.in_view:
            return
        number, skip = self._first_row()
        rows: list[Row] = []
        while len(rows) < height and number <= self.transcript.end:
            rows += self._rows_of(number)[skip:]
            number, skip = number + 1, 0
        rows = rows[:height]
        self._news_shown = any(row and row[0].part == "news" for row in rows)
        self.show(rows)
        self._drawn = None
        if self._viewport.follows:
            self._drawn = _Drawn(self.rows, height, len(self._partial.spans))
        self._outdated = False

    def _grow(self) -> bool:
        """Draw only the partial; return False if everything must be drawn.

        Most events only add some words to the partial, which then takes the same rows.
        """
        drawn = self._drawn
        if (
            drawn is None
            or drawn.rows is not self.rows
            or drawn.height != self.outer_size.height
            or self._outdated
            or not self.in_view
        ):
            return False
        self._outdated = True
        partial = self._rows_of(self.transcript.end)
        above = len(drawn.rows) - len(partial)
        if len(partial) != drawn.partial_rows or above < 0:
            return False
        self.show((*drawn.rows[:above], *partial))
        self._drawn = drawn._replace(rows=self.rows)
        self._outdated = False
        return True

    def scroll_rows(self, rows: int) -> None:
        """Scroll by `rows` rows, up if negative; at the tail it is followed again."""
        if self._viewport.scroll(self._first_row(), rows, self.outer_size.height):
            self.redraw()
        else:
            self.follow()

    def hold(self) -> None:
        """Stop following the tail."""
        if self._viewport.follows:
            self._viewport.hold(self._first_row())

    def stand_still(self) -> None:
        """Keep the same rows until `follow`; text that arrived meanwhile can be scrolled to."""
        self.hold()
        self._viewport.held = True

    def move_cursor(self, lines: int) -> None:
        """Move the cursor line, up if negative; below the last line the tail is followed."""
        cursor = self.decorations.cursor
        height = self.outer_size.height
        number = (self._viewport.lowest_line(height) if cursor is None else cursor) + lines
        if number >= self.transcript.end:
            if lines > 0 and self.held:
                self.scroll_rows(lines)
            elif lines > 0:
                self.follow()
            return
        self.hold()
        number = max(self.first, number)
        self.decorations.cursor = number
        self._viewport.reveal(number, height)
        self.redraw()

    def go_to(self, number: int) -> bool:
        """Put the cursor on a line and bring it into view; return False if it cannot be read."""
        if not self.first <= number < self.transcript.end:
            return False
        self.hold()
        self.decorations.cursor = number
        self._viewport.go_to_line(number, self.outer_size.height)
        self.redraw()
        return True

    def line(self, number: int) -> Line | None:
        """Return the line of that number; None if there is none, or it is not read yet."""
        held = self.transcript
        if held.first <= number < held.end:
            return held.line(number)
        older = self.past is not None and 0 <= number < held.first
        return self.past.line(number) if older and self.past is not None else None

    def toggle_mark(self) -> bool | None:
        """Mark or unmark the cursor line or the latest; return the new state, None: no line."""
        cursor = self.decorations.cursor
        number = self.transcript.end - 1 if cursor is None else cursor
        if (line := self.line(number)) is None:
            return None
        marked = self.decorations.marks.toggle(number, line.started_at)
        self.redraw()
        return marked

    def toggle_range(self) -> bool | None:
        """Begin or end a range at the cursor or the latest line; True: begun, None: no line."""
        if self.decorations.range_start is not None:
            self.decorations.range_start = None
            self.redraw()
            return False
        if self.decorations.cursor is None:
            self.move_cursor(-1)
        self.decorations.range_start = self.decorations.cursor
        self.redraw()
        return None if self.decorations.cursor is None else True

    @property
    def chosen(self) -> range:
        """Line numbers of the range, else of the cursor line or the latest; may be empty."""
        cursor = self.decorations.cursor
        last = self.transcript.end - 1 if cursor is None else cursor
        begun = self.decorations.range_start
        first, last = sorted((last if begun is None else begun, last))
        return range(max(self.first, first), last + 1)

    def cursor_line(self) -> Line | None:
        """Return the cursor's line; None without a cursor, or if the line is not read yet."""
        cursor = self.decorations.cursor
        return None if cursor is None else self.line(cursor)

    def scroll_to_start(self) -> None:
        """Show the oldest line that can be read."""
        self._viewport.go_to_start(self.outer_size.height, self._first_row())
        self.redraw()

    def follow(self) -> None:
        """Follow the live end again; the cursor is removed."""
        self._viewport.follow()
        self.decorations.cursor = self.decorations.range_start = None
        self.redraw()

    def on_resize(self, _event: Resize) -> None:
        """Wrap the text to the new width."""
        self.fit()

    @property
    def fits(self) -> bool:
        """Whether the text is wrapped for the present size, or the view has no height."""
        return self.outer_size == self._fitted or not self.outer_size.height

    def fit(self) -> None:
        """Wrap all text for the present size."""
        self._fitted = self.outer_size
        self._wrapped.clear()
        self._partial = self._growing()
        self.redraw()

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        """Scroll up three rows, if the mouse is enabled."""
        event.stop()
        self.scroll_rows(-3)

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        """Scroll down three rows."""
        event.stop()
        self.scroll_rows(3)

    def _growing(self) -> GrowingRows:
        """Return an empty wrapper for the partial in the present width."""
        width = self.outer_size.width
        return GrowingRows(width - margin_of(width))

    def _rows_of(self, number: int) -> list[Row]:
        width = self.outer_size.width
        if number == self.transcript.end:
            text = self.steady.text
            self._partial.grow(text)
            decor = self.decorations.of_partial()
            return laid_out(text, self._partial.spans, "partial", decor, margin_of(width))
        line = self.line(number)
        if line is None:
            return [unread_row(width)]
        decor = self.decorations.of(number, line)
        known = self._wrapped.get(number)
        if known is not None and known[0] is line and known[1] == decor:
            rows = known[2]
        else:
            rows = line_rows(line, decor, width)
            self._wrapped[number] = (line, decor, rows)
        look = self._looked
        if look is not None and number == look.end and self.outer_size.height >= NEWS_HEIGHT:
            return [news_row(width, look.at, self.unread), *rows]
        return rows

    def _places(self) -> RowPlaces:
        return RowPlaces(self.first, self.transcript.end, lambda one: len(self._rows_of(one)))

    def _first_row(self) -> RowPlace:
        """Return the row at the top of the view."""
        height = self.outer_size.height
        return self._viewport.first_row(height, by_thirds=self.low_bandwidth)
