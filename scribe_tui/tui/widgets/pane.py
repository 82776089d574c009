"""One session on the screen: header, transcript and status along a spine."""

from __future__ import annotations

from collections.abc import Sequence

from rich.segment import Segment
from textual.app import ComposeResult
from textual.events import Blur, Focus, Resize
from textual.geometry import Region
from textual.strip import Strip

from scribe_tui.events import Event, State
from scribe_tui.session.state import SessionSnapshot
from scribe_tui.tui.rendering.lines import Lines
from scribe_tui.tui.widgets.pane_header import PaneHeader
from scribe_tui.tui.widgets.pane_status import PaneStatus
from scribe_tui.tui.widgets.transcript import TranscriptView

SPINE = ("╭", "│", "╰")
FOCUSED_SPINE = ("┏", "┃", "┗")
"""Corner, side, corner: heavy lines show the focus where there is no colour."""
SPEAKING = frozenset({State.LIVE, State.DRAINING})
"""States in which new text comes in."""


class Pane(Lines, can_focus=True):
    """Shows one session and knows nothing of the engine but events and snapshots."""

    PARTS = ("pane--spine", "pane--spine-focused")

    def __init__(self, number: int, session: str) -> None:
        """Pane `number` (from 1) for the session of that name."""
        super().__init__()
        self.number = number
        self.session = session
        self.transcript = TranscriptView()
        self._header = PaneHeader()
        self._status = PaneStatus()
        self._snapshot: SessionSnapshot | None = None
        self._now = 0.0
        self._text_shown = True

    def compose(self) -> ComposeResult:
        """Three children, each of them a few rows."""
        yield self._header
        yield self.transcript
        yield self._status

    def tell(self, snapshot: SessionSnapshot, now: float) -> None:
        """Show `snapshot`, taken at `now` (wall clock)."""
        self._snapshot = snapshot
        self._now = now
        self._redraw()

    def set_in_view(self, rows: range) -> None:
        """Say which of its rows are on the screen; what is not keeps its text and is not drawn."""
        below = self.outer_size.height - self._status.outer_size.height
        was_in_view = self.transcript.in_view
        self.transcript.in_view = bool(rows) and rows.start < below and rows.stop > 1
        if self.transcript.in_view and not was_in_view:
            self.transcript.redraw()

    def scroll_rows(self, rows: int) -> None:
        """Scroll the transcript by `rows`."""
        self.transcript.scroll_rows(rows)
        self._redraw()

    def scroll_page(self, pages: int) -> None:
        """Scroll the transcript by a page less one row, so that the eye finds its place."""
        self.scroll_rows(pages * max(1, self.transcript.size.height - 1))

    def scroll_to_start(self) -> None:
        """Show the oldest line still held."""
        self.transcript.scroll_to_start()
        self._redraw()

    def follow(self) -> None:
        """Back to the live end."""
        self.transcript.follow()
        self._redraw()

    def hear(self, events: Sequence[Event]) -> None:
        """Take events of this session, in order."""
        self.transcript.apply(events)

    def on_focus(self, _event: Focus) -> None:
        """Heavy lines."""
        self._focus_changed()

    def on_blur(self, _event: Blur) -> None:
        """Light lines."""
        self._focus_changed()

    def on_resize(self, _event: Resize) -> None:
        """Fit the text to the new size once the children have theirs."""
        self.call_after_refresh(self._redraw)

    def render_line(self, y: int) -> Strip:
        """The spine; children cover the rest."""
        focused = self.has_focus
        top, side, bottom = FOCUSED_SPINE if focused else SPINE
        sign = top if y == 0 else bottom if y == self.outer_size.height - 1 else side
        name = "pane--spine-focused" if focused else "pane--spine"
        spine = Strip([Segment(sign, self.style_of(name))], 1)
        return spine.adjust_cell_length(self.outer_size.width, self.blank_style())

    def _focus_changed(self) -> None:
        self.repaint([Region(0, 0, 1, self.outer_size.height)])
        self._redraw()

    def _redraw(self) -> None:
        if self._snapshot is None or not self.outer_size.height:
            return
        self._header.tell(self.number, self._snapshot, self.has_focus)
        self._status.tell(
            self._snapshot,
            self._now,
            error_rows=self._error_rows(self._snapshot),
            new_lines=self.transcript.new_lines,
        )
        # A row without text gives way where a sentence needs it: the layout would keep one.
        if (room := len(self._status.rows) < self.outer_size.height - 1) != self._text_shown:
            self.transcript.display = self._text_shown = room

    def _error_rows(self, snapshot: SessionSnapshot) -> int:
        """How many rows a sentence may take: text that still comes in keeps half of them."""
        rows = self.outer_size.height - 2
        if self.transcript.is_blank:
            return rows
        return rows // 2 if snapshot.state in SPEAKING else rows - 1
