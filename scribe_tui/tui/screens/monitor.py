"""MonitorScreen: the grid, the summary and the key bar, and the data of sessions they show."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.events import DescendantFocus, Resize
from textual.timer import Timer

from scribe_tui.events import AlertFailed, BudgetChanged, Event, State
from scribe_tui.session.controls import Controls
from scribe_tui.session.state import OVER
from scribe_tui.session.status.snapshot import SessionSnapshot
from scribe_tui.tui.attention import Attention
from scribe_tui.tui.bridge import Bridge
from scribe_tui.tui.faults import guarded
from scribe_tui.tui.figures.hour import Hours
from scribe_tui.tui.figures.totals import Totals
from scribe_tui.tui.isolation import IsolatingApp
from scribe_tui.tui.keys import ALL_KEYS, SCREEN_KEYS, Shortcut
from scribe_tui.tui.layouts.boxes import PaneShape
from scribe_tui.tui.monitor_context import MonitorContext
from scribe_tui.tui.screens.arrange_keys import ArrangeActions
from scribe_tui.tui.screens.copy_keys import CopyActions
from scribe_tui.tui.screens.find_all_keys import FindAllActions
from scribe_tui.tui.screens.find_keys import FindActions
from scribe_tui.tui.screens.hit_keys import HitActions
from scribe_tui.tui.screens.listen_keys import ListenActions
from scribe_tui.tui.screens.low_bandwidth import LowBandwidth
from scribe_tui.tui.screens.pane_keys import PaneActions
from scribe_tui.tui.screens.read_back import ReadBack
from scribe_tui.tui.screens.save_keys import SaveActions
from scribe_tui.tui.screens.source_keys import SourceActions
from scribe_tui.tui.widgets.key_bar import KeyBar
from scribe_tui.tui.widgets.more_line import MoreLine
from scribe_tui.tui.widgets.pane import Pane
from scribe_tui.tui.widgets.pane_grid import PaneGrid
from scribe_tui.tui.widgets.pane_header import PaneHeader
from scribe_tui.tui.widgets.pane_status import PaneStatus
from scribe_tui.tui.widgets.summary_line import SummaryLine
from scribe_tui.tui.widgets.transcript_view import TranscriptView

SAMPLE_SECONDS = 0.5
"""Seconds between snapshots for panes in view: one timer serves all of them."""
SAY_SECONDS = 6.0
NOTE_SECONDS = 15.0
"""Seconds for which a note is shown in the key bar."""


_STYLED = (Pane, PaneHeader, TranscriptView, PaneStatus, MoreLine, SummaryLine, KeyBar)


class MonitorScreen(
    PaneActions,
    HitActions,
    FindActions,
    FindAllActions,
    SourceActions,
    CopyActions,
    SaveActions,
    ListenActions,
    ReadBack,
    LowBandwidth,
    ArrangeActions,
    inherit_bindings=False,
):
    """The main screen; it steers the engine through `Controls` and reads only snapshots of it.

    It has a pane for each session, in their order, and adds and removes panes as sessions come and
    go.
    """

    KEYS: ClassVar[tuple[Shortcut, ...]] = ALL_KEYS
    BINDINGS: ClassVar[list[BindingType]] = [key.binding for key in SCREEN_KEYS]
    COMPONENT_CLASSES: ClassVar[set[str]] = set().union(
        *(widget.component_classes() for widget in _STYLED)
    )

    def __init__(
        self,
        controls: Controls,
        bridge: Bridge,
        clock: Callable[[], float],
        context: MonitorContext | None = None,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        """Create a pane for each session of `controls`; `clock` is the clock of its snapshots.

        `wall_clock` is for labels.
        """
        super().__init__()
        self._controls = controls
        self._bridge = bridge
        self.context = context or MonitorContext()
        bridge.wake = self.frame_soon
        self._clock = clock
        self._wall_clock = wall_clock
        self._attention = Attention()
        self.hours = Hours()
        panes = [Pane(number, session) for number, session in enumerate(controls.sessions, 1)]
        for pane in panes:
            self._furnish(pane)
        self.grid = PaneGrid(panes)
        self.totals = Totals(bridge.hits)
        bridge.tally = self._tally
        self.summary_line = SummaryLine()
        self.keys = self.KEYS
        self.key_bar = KeyBar(self.keys)
        self._current = panes[0] if panes else None
        self._note = ""
        self._journal_reading = asyncio.Lock()
        self._said = ""
        self._said_timer: Timer | None = None

    def use_keys(self, keys: tuple[Shortcut, ...]) -> None:
        """Show `keys` in footer, help and palette. Call before the screen is mounted."""
        self.keys = keys
        self.key_bar = KeyBar(keys)

    def compose(self) -> ComposeResult:
        """Create the grid, and below it summary and key bar."""
        yield self.grid
        yield self.summary_line
        yield self.key_bar

    def on_mount(self) -> None:
        """Choose the first pane and start sampling; from now on bugs are isolated to their part."""
        if isinstance(self.app, IsolatingApp):
            self.app.isolate()
        if self._current is not None:
            self._current.focus()
        self.set_interval(SAMPLE_SECONDS, self.look)
        self.call_after_refresh(self.sample)

    def before_frame(self) -> None:
        """Pass waiting events to the panes, and record what failed."""
        raised = self._bridge.deliver()
        for session in self._bridge.handed if self.faults.standing else ():
            if session not in raised and (pane := self.pane_of(session)) is not None:
                self.faults.clear(pane, "news")
        if self._bridge.tallied and not raised:
            self.faults.clear(self.summary_line, "news")
        missed, self._bridge.missed = self._bridge.missed, {}
        self._show_raised("news", raised)
        self._show_raised("missed", missed)  # nothing clears these: they do not come again

    def _show_raised(self, doing: str, raised: Mapping[str, Exception]) -> None:
        """Show in each pane what failed, by session; failures without a pane go to the key bar."""
        for session, error in raised.items():
            pane = self.pane_of(session)
            part = self.summary_line if pane is None else pane
            self.faults.stand(part, doing, part.WHAT, error)
            if pane is not None:
                pane.transcript.show_fault(error)

    def on_resize(self, _event: Resize) -> None:
        """Keep the current pane in view, with its top at the top of the grid."""
        if self._current is not None:
            self.call_after_refresh(
                self.grid.scroll_to_widget, self._current, animate=False, top=True
            )
        self.call_after_refresh(self.sample)

    def on_readable_pane_text_wanted(self, wanted: Pane.TextWanted) -> None:
        """Zoom a pane that is one line: it has no room for the text that was requested."""
        if wanted.pane is self._current and wanted.pane.shape is PaneShape.LINE:
            self.grid.zoom(wanted.pane)

    def on_pane_grid_scrolled(self, _event: PaneGrid.Scrolled) -> None:
        """Give panes that came into view their facts at once."""
        self.sample()

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Remember the focused pane, for when a dialog or nothing has the focus."""
        if isinstance(event.widget, Pane) and event.widget in self.grid.panes:
            self._attend(event.widget)

    def live_panes(self) -> int:
        """Return how many sessions would have to be stopped."""
        states = [self._controls.snapshot(session).state for session in self._controls.sessions]
        return sum(state not in OVER and state is not State.IDLE for state in states)

    def waiting_panes(self) -> int:
        """Return how many sessions would start by themselves, which they cannot after leaving."""
        snapshots = map(self._controls.snapshot, self._controls.sessions)
        return sum(self.totals.of(one.session).begins_again(one) for one in snapshots)

    def sample(self) -> None:
        """Give every pane in view its present facts, and the summary those of all panes.

        Each step is guarded, because a timer calls this: a bug in one step does not end the screen.
        """
        faults, summary, bar = self.faults, self.summary_line, self.key_bar
        guarded(faults, self, "sessions", "the list of panes", self._follow_sessions)
        snapshots: dict[str, SessionSnapshot] = {}
        show = partial(self._show_facts, snapshots)
        guarded(faults, self, "facts", "the state of the panes", show)
        guarded(faults, summary, "facts", summary.WHAT, partial(self._show_summary, snapshots))
        if error := guarded(faults, bar, "facts", bar.WHAT, self._show_keys):
            bar.show_fault(error)

    def note(self, text: str) -> None:
        """Show `text` in the key bar for a while."""
        self._note = text
        self.set_timer(NOTE_SECONDS, self._forget_note)
        self.sample()

    def say(self, text: str) -> None:
        """Show `text` in the key bar for a moment, as the answer to a key."""
        self._said = text
        if self._said_timer is not None:
            self._said_timer.stop()
        self._said_timer = self.set_timer(SAY_SECONDS, self._forget_said)
        self.sample()

    def _forget_said(self) -> None:
        self._said = ""
        self.sample()

    def notice_key(self) -> None:
        """Take note of a key press: the user looks at the current pane."""
        self._key_at = self._clock()
        if pane := self._current:
            self._attention.here(pane, self._wall_clock(), self._clock())

    def _furnish(self, pane: Pane) -> None:
        """Attach `pane` to the bridge, and show the present facts of its session."""
        self._bridge.attach(pane.session, pane)
        pane.hour = self.hours.of(pane.session)
        self.equip(pane)

    def _attend(self, pane: Pane) -> None:
        """Make `pane` the current one: it is looked at, and the one before no longer is."""
        before, self._current = self._current, pane
        if before is not None and before is not pane:
            self._attention.left(before, self._wall_clock())
            self._bridge.hits.looked_at(before.session)
        self.grid.attend(pane)
        self._attention.here(pane, self._wall_clock(), self._clock())

    def _tally(self, event: Event) -> None:
        """Count an event in what concerns more than its pane."""
        self.totals.receive(event, self.came_at(event))
        self.hours.receive(event, self._clock(), self._wall_clock())
        match event:
            case AlertFailed():
                self.note(event.sentence)
            case BudgetChanged() if event.sentence:
                whose = "" if event.for_all else f"{self.name_of(event.session)}: "
                self.note(whose + event.sentence)

    def came_at(self, event: Event) -> float:
        """Return when an event delivered now arrived, by the clock of the snapshots."""
        del event
        return self._clock()

    def _forget_note(self) -> None:
        self._note = ""

    def _show_facts(self, snapshots: dict[str, SessionSnapshot]) -> None:
        """Collect all snapshots in `snapshots`, and show those of panes in view."""
        for session in self._controls.sessions:
            snapshots[session] = self._controls.snapshot(session)
        self.keep_order(self._clock())
        self.show_lines(snapshots)
        for pane, rows in self.grid.slices_in_view().items():
            pane.set_in_view(rows)
            if rows:
                self._show_pane(pane, snapshots.get(pane.session))

    def _show_pane(self, pane: Pane, snapshot: SessionSnapshot | None = None) -> None:
        """Give `pane` its present facts; a bug in that is shown in this pane only."""
        snapshot = snapshot or self._controls.snapshot(pane.session)
        tally = self.totals.of(pane.session)
        now, wall = self._clock(), self._wall_clock()
        show = lambda: pane.show_snapshot(snapshot, now, tally, wall)  # noqa: E731
        guarded(self.faults, pane, "facts", pane.WHAT, show)

    def _show_summary(self, snapshots: dict[str, SessionSnapshot]) -> None:
        """Show the summary of all sessions, in view or not."""
        now = self._clock()
        self.hours.look(snapshots.values(), now)
        self.totals.look(
            list(snapshots.values()),
            [self._controls.settings_of(session).price_per_hour for session in snapshots],
            now,
        )
        self.summary_line.show_summary(self.totals.summary(now))

    def _show_keys(self) -> None:
        fault = next(iter(self.faults.standing), self._note)
        has_panes = bool(self.grid.panes)
        self.key_bar.show_state(self._undone(), fault, self._said, has_panes=has_panes)
        self.summary_line.display = not self.key_bar.is_tall

    def _undone(self) -> frozenset[str]:
        """Return the ids of keys that would now undo: unzoom, or start a stopped session."""
        undone = {"zoom"} if self.grid.zoomed is not None else set()
        if (pane := self._current) is not None and pane.session in self._controls.sessions:
            state = self._controls.snapshot(pane.session).state
            undone |= {"stop"} if state in OVER or state is State.IDLE else set()
        return frozenset(undone)

    def _follow_sessions(self) -> None:
        """Add and remove panes so that each session has one."""
        sessions = self._controls.sessions
        if sessions == tuple(pane.session for pane in self.grid.panes):
            return
        had = {pane.session: pane for pane in self.grid.panes}
        panes = [
            had.pop(session) if session in had else Pane(number, session)
            for number, session in enumerate(sessions, 1)
        ]
        for number, pane in enumerate(panes, 1):
            pane.number = number
            self._furnish(pane)
        for session, pane in had.items():
            self._bridge.detach(session)
            self.faults.forget(pane)
        self.grid.set_panes(panes)
        if self._current not in panes:
            self._current = panes[0] if panes else None
        if self._current is not None:
            self.call_after_refresh(self.grid.choose, self._current)
        self.call_after_refresh(self.sample)
        self.frame_soon()

    def choose(self, pane: Pane) -> None:
        """Make `pane` the current one at once, because the next key may be waiting already."""
        self._attend(pane)
        self.grid.choose(pane)
