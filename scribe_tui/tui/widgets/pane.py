"""One session on the screen: header, transcript and status along a spine."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.app import ComposeResult
from textual.events import Resize
from textual.geometry import Size
from textual.timer import Timer

from scribe_tui.events import Event, HitStatus, State, TitleChanged, WatchHit
from scribe_tui.session.status.snapshot import SessionSnapshot
from scribe_tui.tui.faults import faults_of, guarded
from scribe_tui.tui.figures.hour import Hour
from scribe_tui.tui.figures.totals import Tally
from scribe_tui.tui.finding.quotes import Titles
from scribe_tui.tui.layouts.boxes import PaneShape
from scribe_tui.tui.layouts.reading import reading_margins
from scribe_tui.tui.rendering.rows_widget import RowsWidget
from scribe_tui.tui.rendering.signs import FOCUSED_SPINE, HIT_SPINE, SPINE
from scribe_tui.tui.rendering.styled_rows import Piece
from scribe_tui.tui.widgets.line_rows import STAMP_WIDTH
from scribe_tui.tui.widgets.pane_header import PaneHeader
from scribe_tui.tui.widgets.pane_status import PaneStatus
from scribe_tui.tui.widgets.readable_pane import ReadablePane
from scribe_tui.tui.widgets.ticker import PARTS as LINE_PARTS
from scribe_tui.tui.widgets.ticker import LineFacts, Ticker, hour_cells

LINE_SPINE, FOCUSED_LINE_SPINE, HIT_LINE_SPINE = " ", FOCUSED_SPINE[1], HIT_SPINE[1]
"""In front of a pane shown as one row: normal, with the focus, and for a moment after a hit."""
ROOMY_PAGE = 16
"""From this height in rows on, a page has a blank row above and below the text."""
FLASH_SECONDS = 2.0
SPEAKING = frozenset({State.LIVE, State.DRAINING})
"""States in which new text arrives."""


class Pane(ReadablePane, can_focus=True):
    """Shows one session; it knows only events and snapshots of the engine.

    Its own rows are the spine; child widgets cover the rest. A child that fails shows an error in
    its own place, and is tried again with the next snapshot.
    """

    STYLE = "pane"
    PARTS = ("spine", "spine-focused", "spine-hit", *LINE_PARTS)
    WHAT = "this pane"

    def __init__(self, number: int, session: str) -> None:
        """Pane `number` (from 1) for the session of that id."""
        super().__init__(session)
        self.number = number
        self._header = PaneHeader()
        self._status = PaneStatus()
        self._snapshot: SessionSnapshot | None = None
        self._now = 0.0
        self._wall = 0.0
        self._tally = Tally()
        self._text_shown = True
        self._latest_hit = 0
        self._shape = PaneShape.PANE
        self._ticker = Ticker()
        self._in_view = True
        self.hour = Hour()
        self.name_cells = 0
        self.new_hits = 0
        self.titles = Titles()
        self._flash: Timer | None = None
        self._heard = False
        self._fitted = Size(0, 0)

    def compose(self) -> ComposeResult:
        """Create the three children, each some rows high."""
        yield self._header
        yield self.transcript
        yield self._status

    def show_snapshot(
        self, snapshot: SessionSnapshot, now: float, tally: Tally, wall: float
    ) -> None:
        """Show `snapshot`, taken at `now` (seconds of its clock), and the tally of the session.

        `wall` is the wall-clock time, for labels.
        """
        self._snapshot = snapshot
        self._now = now
        self._wall = wall
        self._tally = tally
        if self._fitted != self.outer_size:
            self._fit()
        if self._shape is not PaneShape.LINE and not self.transcript.fits:
            self._attempt(self.transcript, "text", self.transcript.fit)
        self._redraw()

    @property
    def stands_out(self) -> bool:
        """Whether it is highlighted because a watch word was found a moment ago."""
        return self._flash is not None

    @property
    def shape(self) -> PaneShape:
        """How much of its session it shows."""
        return self._shape

    def set_shape(self, shape: PaneShape) -> None:
        """Show as much of the session as `shape` says."""
        if shape is self._shape:
            return
        self._shape = shape
        self._text_shown = shape is not PaneShape.LINE
        for child in (self._header, self.transcript, self._status):
            child.display = self._text_shown
        self._set_margins()
        self._show_spine()

    def set_in_view(self, rows: range) -> None:
        """Set which of its rows are on the screen; text out of view is kept but not drawn."""
        self._in_view = bool(rows)
        if self._shape is PaneShape.LINE:
            self.transcript.in_view = False
            return
        below = self.outer_size.height - self._status.outer_size.height
        was_in_view = self.transcript.in_view
        self.transcript.in_view = bool(rows) and rows.start < below and rows.stop > 1
        if self.transcript.in_view and not was_in_view:
            self._attempt(self.transcript, "text", self.transcript.redraw)

    def show_heard(self, heard: bool) -> None:
        """Set whether its sound is played on this machine's speakers."""
        self._heard = heard
        self._redraw()

    def receive(self, events: Sequence[Event]) -> None:
        """Handle events of this session, in order."""
        for event in events:
            if isinstance(event, TitleChanged):
                self.titles.add(event.at, event.title)
            elif isinstance(event, WatchHit) and event.status is not HitStatus.WITHDRAWN:
                self._see_hit(event)
        self._attempt(self.transcript, "text", lambda: self.transcript.apply(events))
        if self._shape is PaneShape.LINE:
            self._show_line()

    def clear(self) -> None:
        """Discard the text, because what comes next is of another time (a replay moved)."""
        self._latest_hit = 0
        self._attempt(self.transcript, "text", self.transcript.clear)

    def on_mount(self) -> None:
        """Draw the spine."""
        self._show_spine()

    def watch_has_focus(self, has_focus: bool) -> None:
        """Draw heavy or light lines; `on_focus` would be called before `has_focus` changes."""
        super().watch_has_focus(has_focus)
        self._show_spine()
        self._redraw()

    def on_resize(self, _event: Resize) -> None:
        """Fit the text to the new size once the children have theirs."""
        self._fit()
        self.call_after_refresh(self._redraw)

    def _fit(self) -> None:
        """Fit everything drawn here to the present size.

        Also checked with each snapshot: Textual (8.2) sends a widget no resize event if its place
        on the screen was requested between the change and the next layout.
        """
        self._fitted = self.outer_size
        self._set_margins()
        self._show_spine()

    def _see_hit(self, hit: WatchHit) -> None:
        """Highlight the pane for a moment, once for each hit."""
        if hit.hit <= self._latest_hit:
            return
        self._latest_hit = hit.hit
        if self._flash is not None:
            self._flash.stop()
        self._flash = self.set_timer(FLASH_SECONDS, self._calm_down)
        self._show_spine()

    def _calm_down(self) -> None:
        self._flash = None
        self._show_spine()

    def _set_margins(self) -> None:
        """Set the margins of the text: on a page, so that rows have a comfortable length."""
        width, height = self.outer_size
        if self._shape is not PaneShape.PAGE or not width:
            self.transcript.styles.clear_rule("margin")
            return
        left, right = reading_margins(width, STAMP_WIDTH)
        blank = 1 if height >= ROOMY_PAGE else 0
        self.transcript.styles.margin = (blank, right, blank, left)

    def _show_line(self) -> None:
        """Draw the whole pane in one row, if it is in view."""
        if not self._in_view or not self._ticker.facts:
            return
        sign, part = LINE_SPINE, "spine"
        if self.has_focus:
            sign, part = FOCUSED_LINE_SPINE, "spine-focused"
        if self._flash is not None:
            sign, part = HIT_LINE_SPINE, "spine-hit"
        view = self.transcript
        words = lambda cells: self._ticker.words.row(  # noqa: E731
            view.transcript, view.steady.text, view.decorations, cells
        )
        self.show([self._ticker.row(Piece(part, sign), words, self.outer_size.width)])

    def _line_facts(self, snapshot: SessionSnapshot) -> LineFacts:
        return LineFacts(
            number=self.number,
            snapshot=snapshot,
            how=self._tally.status_of(snapshot),
            chosen=self.has_focus,
            unread=self.transcript.unread,
            new_hits=self.new_hits,
            hour=self.hour.cells(self._now, hour_cells(self.outer_size.width)),
            waits=self._tally.waits_for(snapshot, self._wall),
            name_cells=self.name_cells,
            now=self._now,
            heard=self._heard,
        )

    def _show_spine(self) -> None:
        if self._shape is PaneShape.LINE:
            self._show_line()
            return
        top, side, bottom = FOCUSED_SPINE if self.has_focus else SPINE
        part = "spine-focused" if self.has_focus else "spine"
        if self._flash is not None:
            (top, side, bottom), part = HIT_SPINE, "spine-hit"
        inner = max(0, self.outer_size.height - 2)
        self.show([(Piece(part, sign),) for sign in (top, *[side] * inner, bottom)])

    def _redraw(self) -> None:
        snapshot = self._snapshot
        if snapshot is None or not self.outer_size.height:
            return
        if self._shape is PaneShape.LINE:
            self._ticker.facts = self._line_facts(snapshot)
            self._show_line()
            return
        off = self._tally.off_by_plan
        header = lambda: self._header.show_snapshot(self.number, snapshot, self.has_focus, off)  # noqa: E731
        self._attempt(self._header, "facts", header)
        if self.transcript.is_outdated:
            self._attempt(self.transcript, "text", self.transcript.redraw)
        self._attempt(self._status, "facts", lambda: self._show_status(snapshot))
        # Hide the text where a sentence needs its row: the layout would keep one row for it.
        if (room := len(self._status.rows) < self.outer_size.height - 1) != self._text_shown:
            self.transcript.display = self._text_shown = room

    def _show_status(self, snapshot: SessionSnapshot) -> None:
        self._status.show_snapshot(
            snapshot,
            self._now,
            error_rows=self._error_rows(snapshot),
            new_lines=self.transcript.new_lines,
            waits=self._tally.waits_for(snapshot, self._wall),
            held=self.transcript.held,
            heard=self._heard,
        )

    def _attempt(self, child: RowsWidget, doing: str, act: Callable[[], object]) -> None:
        """Call `act` of `child`; a bug in it is shown in the child's place."""
        if error := guarded(faults_of(self.app), child, doing, child.WHAT, act):
            child.show_fault(error)

    def _error_rows(self, snapshot: SessionSnapshot) -> int:
        """Return how many rows an error may take; text that still arrives keeps half of them."""
        rows = self.outer_size.height - 2
        if self.transcript.is_blank:
            return rows
        return rows // 2 if snapshot.state in SPEAKING else rows - 1
