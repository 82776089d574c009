"""The text of one pane: committed lines behind a clock time, the partial below them."""

from __future__ import annotations

from collections.abc import Sequence

from textual.cache import LRUCache
from textual.events import MouseScrollDown, MouseScrollUp, Resize

from scribe_tui.events import Event, Gap
from scribe_tui.transcript import Line, Transcript
from scribe_tui.tui.rendering.rows_widget import RowsWidget
from scribe_tui.tui.rendering.styled_rows import BLANK, Piece, Row
from scribe_tui.tui.rendering.wrap import GrowingRows, wrap
from scribe_tui.tui.text import clock

STAMP_WIDTH = 9
HANGING_WIDTH = 40
"""From this width on, wrapped rows line up behind the clock time."""
TIE = "\u00a0"
"""A space at which no row ends."""

Place = tuple[int, int]
"""A row of the transcript: number of the line, row within it. The partial is line `end`."""


class TranscriptView(RowsWidget):
    """Wraps the lines that show and no others, and paints the cells that changed.

    Follows the tail until scrolled; then it holds on to the row at its top, whatever
    comes in below.
    """

    STYLE = "transcript"
    WHAT = "this pane"
    PARTS = ("stamp", "committed", "partial", "gap")

    def __init__(self) -> None:
        """An empty transcript that follows its tail."""
        super().__init__()
        self.transcript = Transcript()
        self.in_view = True
        self._outdated = False
        self._top: Place | None = None
        self._end_when_scrolled = 0
        self._wrapped: LRUCache[int, tuple[Line, list[Row]]] = LRUCache(512)
        self._partial = GrowingRows(STAMP_WIDTH)

    @property
    def new_lines(self) -> int | None:
        """Lines committed since the user left the tail; None while it is followed."""
        return None if self._top is None else self.transcript.end - self._end_when_scrolled

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing to read yet."""
        return self.transcript.end == self.transcript.first and not self.transcript.partial

    @property
    def is_outdated(self) -> bool:
        """Whether something that changed is not drawn yet, for a bug or for want of room."""
        return self._outdated and self.in_view

    def apply(self, events: Sequence[Event]) -> None:
        """Take events of the session and show what they changed."""
        changed = [self.transcript.apply(event) for event in events]
        if any(changed) or self._outdated:
            self.redraw()

    def clear(self) -> None:
        """Forget all text and follow the tail of what comes."""
        self.transcript = Transcript()
        self._wrapped.clear()
        self._partial = GrowingRows(self.outer_size.width - self._margin)
        self._top = None
        self.redraw()

    def redraw(self) -> None:
        """Bring the screen up to date; costs nothing while the pane is out of view."""
        height = self.outer_size.height
        self._outdated = True
        if not height or not self.in_view:
            return
        number, skip = self._clamped(self._top) if self._top else self._tail(height)
        rows: list[Row] = []
        while len(rows) < height and number <= self.transcript.end:
            rows += self._rows_of(number)[skip:]
            number, skip = number + 1, 0
        self.show(rows[:height])
        self._outdated = False

    def scroll_rows(self, rows: int) -> None:
        """Move by `rows` rows, up if negative; the tail is followed again once reached."""
        tail = self._tail(self.outer_size.height)
        top = self._moved(self._clamped(self._top) if self._top else tail, rows)
        if self._top is None:
            self._end_when_scrolled = self.transcript.end
        self._top = None if top >= tail else top
        self.redraw()

    def scroll_to_start(self) -> None:
        """Show the oldest line still held."""
        self.scroll_rows(-(10**9))

    def follow(self) -> None:
        """Back to the live end."""
        self._top = None
        self.redraw()

    def on_resize(self, _event: Resize) -> None:
        """Wrap anew for the new width."""
        self._wrapped.clear()
        self._partial = GrowingRows(self.outer_size.width - self._margin)
        self.redraw()

    def on_mouse_scroll_up(self, event: MouseScrollUp) -> None:
        """Read back, where the mouse was asked for."""
        event.stop()
        self.scroll_rows(-3)

    def on_mouse_scroll_down(self, event: MouseScrollDown) -> None:
        """Towards the live end."""
        event.stop()
        self.scroll_rows(3)

    @property
    def _margin(self) -> int:
        """Cells left blank before rows without a clock time."""
        return STAMP_WIDTH if self.outer_size.width >= HANGING_WIDTH else 0

    def _rows_of(self, number: int) -> list[Row]:
        if number == self.transcript.end:
            texts = self._partial.update(self.transcript.partial)
            return self._laid_out(texts, "partial")
        line = self.transcript.line(number)
        known = self._wrapped.get(number)
        if known is not None and known[0] is line:
            return known[1]
        rows = self._wrap(line)
        self._wrapped[number] = (line, rows)
        return rows

    def _wrap(self, line: Line) -> list[Row]:
        width = self.outer_size.width - self._margin
        if isinstance(line, Gap):
            text = gap_text(line)
            texts = [text[first:last] for first, last in wrap(text, width)]
            return self._laid_out([row.replace(TIE, " ") for row in texts], "gap")
        text = line.text
        spans = wrap(text, width, indent=STAMP_WIDTH - self._margin)
        rows = self._laid_out([text[first:last] for first, last in spans], "committed")
        stamp = Piece("stamp", clock(line.started_at).ljust(STAMP_WIDTH))
        return [(stamp, *rows[0][1:]), *rows[1:]] if rows else [(stamp,)]

    def _laid_out(self, texts: list[str], part: str) -> list[Row]:
        margin = Piece(BLANK, " " * self._margin)
        return [(margin, Piece(part, text)) for text in texts]

    def _tail(self, height: int) -> Place:
        """The top row when the last row is at the bottom."""
        number, rows = self.transcript.end, len(self._rows_of(self.transcript.end))
        while rows < height and number > self.transcript.first:
            number -= 1
            rows += len(self._rows_of(number))
        return number, max(0, rows - height)

    def _clamped(self, place: Place) -> Place:
        """The nearest place that still exists."""
        number, row = place
        if number < self.transcript.first:
            return self.transcript.first, 0
        return number, max(0, min(row, len(self._rows_of(number)) - 1))

    def _moved(self, place: Place, rows: int) -> Place:
        """The place that many rows further down, or up if negative."""
        number, row = place
        row += rows
        while row < 0 and number > self.transcript.first:
            number -= 1
            row += len(self._rows_of(number))
        while number < self.transcript.end and row >= (count := len(self._rows_of(number))):
            number += 1
            row -= count
        return number, max(0, row)


def gap_text(gap: Gap) -> str:
    """`not heard 10:03:11 to 10:03:25 (14.2 s): cause`, with a TIE between number and unit."""
    seconds = gap.end_seconds - gap.start_seconds
    span = f"{clock(gap.started_at)} to {clock(gap.ended_at)}"
    return f"not heard {span} ({seconds:.1f}{TIE}s): {gap.cause}"
