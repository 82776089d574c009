"""The main screen: the grid, the summary and the key bar, and what they show of the sessions."""

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
"""How often panes in view get a fresh snapshot: one timer for all of them."""
SAY_SECONDS = 6.0
NOTE_SECONDS = 15.0
"""How long a note stands in the key bar."""


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
    """Steers the engine through `Controls`; sees of it snapshots alone.

    It has a pane for each session there is, in their order, and follows when sessions come
    and go.
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
        """A pane for each session of `controls`; `clock` is what its snapshots count by.

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
        """Show these keys in footer, help and palette; before the screen is mounted."""
        self.keys = keys
        self.key_bar = KeyBar(keys)

    def compose(self) -> ComposeResult:
        """Grid above; summary and key bar below."""
        yield self.grid
        yield self.summary_line
        yield self.key_bar

    def on_mount(self) -> None:
        """Choose the first pane and begin to sample; from now on bugs are those of parts."""
        if isinstance(self.app, IsolatingApp):
            self.app.isolate()
        if self._current is not None:
            self._current.focus()
        self.set_interval(SAMPLE_SECONDS, self.look)
        self.call_after_refresh(self.sample)

    def before_frame(self) -> None:
        """Let the panes take what the engine said."""
        raised = self._bridge.deliver()
        for session in self._bridge.handed if self.faults.standing else ():
            if session not in raised and (pane := self.pane_of(session)) is not None:
                self.faults.clear(pane, "news")
        if self._bridge.tallied and not raised:
            self.faults.clear(self.summary_line, "news")
        missed, self._bridge.missed = self._bridge.missed, {}
        self._show_raised("news", raised)
        self._show_raised("missed", missed)  # and will not come again: nothing clears that

    def _show_raised(self, doing: str, raised: Mapping[str, Exception]) -> None:
        """Let each pane say what failed, by session; what concerns none stands in the key bar."""
        for session, error in raised.items():
            pane = self.pane_of(session)
            part = self.summary_line if pane is None else pane
            self.faults.stand(part, doing, part.WHAT, error)
            if pane is not None:
                pane.transcript.show_fault(error)

    def on_resize(self, _event: Resize) -> None:
        """Panes move in and out of view; the chosen one stays in it, and none is cut."""
        if self._current is not None:
            self.call_after_refresh(
                self.grid.scroll_to_widget, self._current, animate=False, top=True
            )
        self.call_after_refresh(self.sample)

    def on_readable_pane_text_wanted(self, wanted: Pane.TextWanted) -> None:
        """A pane that is one line has no room for what was asked for: it is zoomed."""
        if wanted.pane is self._current and wanted.pane.shape is PaneShape.LINE:
            self.grid.zoom(wanted.pane)

    def on_pane_grid_scrolled(self, _event: PaneGrid.Scrolled) -> None:
        """Panes that came into view get their facts at once."""
        self.sample()

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Remember the pane, for the time when a dialog or nothing has the focus."""
        if isinstance(event.widget, Pane) and event.widget in self.grid.panes:
            self._attend(event.widget)

    def live_panes(self) -> int:
        """How many sessions would have to be stopped."""
        states = [self._controls.snapshot(session).state for session in self._controls.sessions]
        return sum(state not in OVER and state is not State.IDLE for state in states)

    def waiting_panes(self) -> int:
        """How many sessions begin again by themselves, which they would not after leaving."""
        snapshots = map(self._controls.snapshot, self._controls.sessions)
        return sum(self.totals.of(one.session).begins_again(one) for one in snapshots)

    def sample(self) -> None:
        """Give every pane in view its present facts, and the summary those of all.

        Guarded, for it is called by a timer: the screen outlives a bug in any of it.
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
        """Say `text` in the key bar for a while."""
        self._note = text
        self.set_timer(NOTE_SECONDS, self._forget_note)
        self.sample()

    def say(self, text: str) -> None:
        """Say `text` in the key bar for a moment: an answer to a key."""
        self._said = text
        if self._said_timer is not None:
            self._said_timer.stop()
        self._said_timer = self.set_timer(SAY_SECONDS, self._forget_said)
        self.sample()

    def _forget_said(self) -> None:
        self._said = ""
        self.sample()

    def notice_key(self) -> None:
        """Somebody pressed a key: that somebody looks at the current pane."""
        self._key_at = self._clock()
        if pane := self._current:
            self._attention.here(pane, self._wall_clock(), self._clock())

    def _furnish(self, pane: Pane) -> None:
        """Attach `pane` to the bridge, and show the present facts of its session."""
        self._bridge.attach(pane.session, pane)
        pane.hour = self.hours.of(pane.session)
        self.equip(pane)

    def _attend(self, pane: Pane) -> None:
        """`pane` is the current one: it is looked at, and the one before is not any more."""
        before, self._current = self._current, pane
        if before is not None and before is not pane:
            self._attention.left(before, self._wall_clock())
            self._bridge.hits.looked_at(before.session)
        self.grid.attend(pane)
        self._attention.here(pane, self._wall_clock(), self._clock())

    def _tally(self, event: Event) -> None:
        """Take an event that concerns more than its pane."""
        self.totals.receive(event, self.came_at(event))
        self.hours.receive(event, self._clock(), self._wall_clock())
        match event:
            case AlertFailed():
                self.note(event.sentence)
            case BudgetChanged() if event.sentence:
                whose = "" if event.for_all else f"{self.name_of(event.session)}: "
                self.note(whose + event.sentence)

    def came_at(self, event: Event) -> float:
        """When an event that is delivered now came, by the clock that snapshots count by."""
        del event
        return self._clock()

    def _forget_note(self) -> None:
        self._note = ""

    def _show_facts(self, snapshots: dict[str, SessionSnapshot]) -> None:
        """Take all snapshots, and show those of panes in view."""
        for session in self._controls.sessions:
            snapshots[session] = self._controls.snapshot(session)
        self.keep_order(self._clock())
        self.show_lines(snapshots)
        for pane, rows in self.grid.slices_in_view().items():
            pane.set_in_view(rows)
            if rows:
                self._show_pane(pane, snapshots.get(pane.session))

    def _show_pane(self, pane: Pane, snapshot: SessionSnapshot | None = None) -> None:
        """Give `pane` its present facts; a bug in it is shown there alone."""
        snapshot = snapshot or self._controls.snapshot(pane.session)
        tally = self.totals.of(pane.session)
        now, wall = self._clock(), self._wall_clock()
        show = lambda: pane.show_snapshot(snapshot, now, tally, wall)  # noqa: E731
        guarded(self.faults, pane, "facts", pane.WHAT, show)

    def _show_summary(self, snapshots: dict[str, SessionSnapshot]) -> None:
        """Of all sessions, in view or not."""
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
        """The keys that would lead back: out of the zoom, to a session that runs again."""
        undone = {"zoom"} if self.grid.zoomed is not None else set()
        if (pane := self._current) is not None and pane.session in self._controls.sessions:
            state = self._controls.snapshot(pane.session).state
            undone |= {"stop"} if state in OVER or state is State.IDLE else set()
        return frozenset(undone)

    def _follow_sessions(self) -> None:
        """Have a pane for each session there is; sessions come and go while it runs."""
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
        """Make `pane` the one that keys act on, at once: the next key may wait already."""
        self._attend(pane)
        self.grid.choose(pane)
