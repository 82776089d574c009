"""What the keys that read do in a pane: scroll, cursor, hold, find, marks, a range."""

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
    """Moves about in the transcript of its session; `Pane` draws the rest."""

    class TextWanted(Message):
        """The user asked to read the text of a pane shown as one line."""

        def __init__(self, pane: ReadablePane) -> None:
            """A request about `pane`."""
            super().__init__()
            self.pane = pane

    def __init__(self, session: str) -> None:
        """For the session of that id; its text is followed."""
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
        """Show what is known now."""

    def scroll_rows(self, rows: int) -> None:
        """Scroll the transcript by `rows`."""
        self.transcript.scroll_rows(rows)
        self._show_reading()

    def scroll_page(self, pages: int) -> None:
        """Scroll the transcript by a page less one row, so that the eye finds its place."""
        self.scroll_rows(pages * max(1, self.transcript.size.height - 1))

    def scroll_to_start(self) -> None:
        """Show the oldest line still held."""
        self.transcript.scroll_to_start()
        self._show_reading()

    def follow(self) -> None:
        """Back to the live end."""
        self.transcript.follow()
        self._redraw()

    def hold_or_follow(self) -> None:
        """Stand still whatever is said, or follow it again."""
        if self.transcript.held:
            self.transcript.follow()
        else:
            self.transcript.stand_still()
            self._want_text()
        self._redraw()

    def go_to_segment(self, segment_number: int) -> bool:
        """Put the cursor on the line of that segment; False if it is not held."""
        number = self.transcript.transcript.number_of(segment_number)
        return number is not None and self.go_to(number)

    def go_to(self, number: int) -> bool:
        """Put the cursor on the line of that number; False if it is not held."""
        gone_to = self.transcript.go_to(number)
        self._show_reading()
        return gone_to

    def go_to_time(self, at: float) -> bool:
        """Put the cursor on what was being said at an instant; False if nothing is held."""
        number = line_at(self.transcript.transcript, at)
        return number is not None and self.go_to(number)

    def look_for(self, text: str) -> None:
        """Mark `text` wherever it stands; empty: nothing."""
        self.transcript.decorations.wanted = folded(text)
        self.older_matches = OlderMatches()
        self.transcript.redraw()

    def toggle_mark(self) -> bool | None:
        """Mark the cursor line or the latest one, or take its mark away; None: no line."""
        marked = self.transcript.toggle_mark()
        self._redraw()
        return marked

    def toggle_range(self) -> bool | None:
        """Begin a range at the cursor or the latest line, or end it; None: no line."""
        began = self.transcript.toggle_range()
        self._show_reading()
        return began

    def end_range(self) -> None:
        """Drop the range."""
        self.transcript.decorations.range_start = None
        self.transcript.redraw()

    def marked_places(self) -> list[Place]:
        """The marked lines that are held."""
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
        """The user scrolled in the text."""
        self._want_text()
        self._redraw()

    def _want_text(self) -> None:
        """Ask for room for the text, which a line does not show."""
        if self.shape is PaneShape.LINE:
            self.post_message(self.TextWanted(self))
