"""ReadablePane: what the reading keys do in a pane: scroll, cursor, hold, find, marks, a range."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING

from textual.message import Message

from scribe_tui.tui.finding.matching import folded
from scribe_tui.tui.finding.places import Place, PlaceKind
from scribe_tui.tui.finding.search import OlderMatches, line_at, line_text
from scribe_tui.tui.layouts.boxes import PaneShape
from scribe_tui.tui.rendering.rows_widget import RowsWidget
from scribe_tui.tui.widgets.transcript_view import TranscriptView

if TYPE_CHECKING:
    from scribe_tui.journal.reading.pages import LinePages


class ReadablePane(RowsWidget):
    """Moves in the transcript of its session; the subclass `Pane` draws the rest."""

    class TextWanted(Message):
        """Posted when the user wants to read the text of a pane that is shown as one line."""

        def __init__(self, pane: ReadablePane) -> None:
            """Create the request for `pane`."""
            super().__init__()
            self.pane = pane

    def __init__(self, session: str) -> None:
        """Follow the text of the session with that id."""
        super().__init__()
        self.session = session
        self.transcript = TranscriptView()
        self.pages: LinePages | None = None
        self.older_matches = OlderMatches()

    @property
    @abstractmethod
    def shape(self) -> PaneShape:
        """How much of its session it shows."""

    @abstractmethod
    def _redraw(self) -> None:
        """Draw what is known now."""

    def scroll_rows(self, rows: int) -> None:
        """Scroll the transcript by `rows`."""
        self.transcript.scroll_rows(rows)
        self._show_reading()

    def scroll_page(self, pages: int) -> None:
        """Scroll by pages of one row less than the height, so that the eye finds its place."""
        self.scroll_rows(pages * max(1, self.transcript.size.height - 1))

    def scroll_to_start(self) -> None:
        """Show the oldest line that can be read."""
        self.transcript.scroll_to_start()
        self._show_reading()

    def follow(self) -> None:
        """Follow the live end again."""
        self.transcript.follow()
        self._redraw()

    def hold_or_follow(self) -> None:
        """Hold the text still while more arrives, or follow it again."""
        if self.transcript.held:
            self.transcript.follow()
        else:
            self.transcript.stand_still()
            self._want_text()
        self._redraw()

    def go_to_segment(self, segment_number: int) -> bool:
        """Put the cursor on the line of that segment; return False if it is not in memory."""
        number = self.transcript.transcript.number_of(segment_number)
        return number is not None and self.go_to(number)

    def go_to(self, number: int) -> bool:
        """Put the cursor on the line of that number; return False if it cannot be read."""
        gone_to = self.transcript.go_to(number)
        self._show_reading()
        return gone_to

    def go_to_time(self, at: float) -> bool:
        """Put the cursor on what was being said at `at`; return False if no line is held."""
        number = line_at(self.transcript.transcript, at)
        return number is not None and self.go_to(number)

    def look_for(self, text: str) -> None:
        """Highlight `text` wherever it occurs; an empty text ends that."""
        self.transcript.decorations.wanted = folded(text)
        self.older_matches = OlderMatches()
        self.transcript.redraw()

    def toggle_mark(self) -> bool | None:
        """Mark or unmark the cursor line or the latest; return the new state, None: no line."""
        marked = self.transcript.toggle_mark()
        self._redraw()
        return marked

    def toggle_range(self) -> bool | None:
        """Begin or end a range at the cursor or the latest line; True: begun, None: no line."""
        began = self.transcript.toggle_range()
        self._show_reading()
        return began

    def end_range(self) -> None:
        """Drop the range."""
        self.transcript.decorations.range_start = None
        self.transcript.redraw()

    def marked_places(self) -> list[Place]:
        """Return the marked lines that can be read."""
        view = self.transcript
        lines = {number: view.line(number) for number in view.decorations.marks}
        return [
            Place(self.session, line.started_at, PlaceKind.MARK, line_text(line), line=number)
            for number, line in lines.items()
            if line is not None
        ]

    def move_cursor(self, lines: int) -> None:
        """Move the cursor line, up if negative."""
        self.transcript.move_cursor(lines)
        self._show_reading()

    def _show_reading(self) -> None:
        """Show what the user scrolled to."""
        self._want_text()
        self._redraw()

    def _want_text(self) -> None:
        """Request room for the text if the pane is shown as one line, which has none."""
        if self.shape is PaneShape.LINE:
            self.post_message(self.TextWanted(self))
