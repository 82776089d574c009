"""ReplayScreen: the main screen over a past run: the same panes, a replay row, other keys."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.events import Resize

from scribe_tui.events import Event
from scribe_tui.replay.controls import WHY_NOT, ReplayControls
from scribe_tui.replay.timeline_marks import ALL_KINDS, MarkKind
from scribe_tui.tui.bridge import Bridge
from scribe_tui.tui.faults import guarded
from scribe_tui.tui.keys import REPLAY_KEYS, REPLAY_SCREEN_KEYS, Shortcut, offered
from scribe_tui.tui.monitor_context import MonitorContext
from scribe_tui.tui.screens.go_to_time import GoToTimeScreen
from scribe_tui.tui.screens.monitor import MonitorScreen
from scribe_tui.tui.text import clock
from scribe_tui.tui.widgets.replay_bar import ReplayBar, ReplayPosition

LOOK_SECONDS = 0.2
"""Seconds between updates of the replay's clock."""


class ReplayScreen(MonitorScreen, inherit_bindings=False):
    """Plays, jumps and reads back; it steers no session."""

    KEYS: ClassVar[tuple[Shortcut, ...]] = REPLAY_KEYS
    BINDINGS: ClassVar[list[BindingType]] = [key.binding for key in REPLAY_SCREEN_KEYS]
    COMPONENT_CLASSES: ClassVar[set[str]] = ReplayBar.component_classes()

    def __init__(
        self,
        controls: ReplayControls,
        bridge: Bridge,
        now: Callable[[], float],
        context: MonitorContext | None = None,
    ) -> None:
        """Show `controls` and what its player publishes; `now` is the replay's clock."""
        super().__init__(controls, bridge, now, context, wall_clock=now)
        self._player = controls.player
        self._replay_bar = ReplayBar()

    def use_keys(self, keys: tuple[Shortcut, ...]) -> None:
        """Show those of `keys` that do something in a replay."""
        super().use_keys(offered(keys))

    def compose(self) -> ComposeResult:
        """Create the replay's row, and the main screen below it."""
        yield self._replay_bar
        yield from super().compose()

    def on_mount(self) -> None:
        """Connect to the player: its clock, its jumps, its events."""
        self._player.on_jump = self._clear_panes
        self._player.on_skip = self._say_skipped
        self._player.publish = self._bridge.receive
        self._player.start()
        self.set_interval(LOOK_SECONDS, self.show_position)
        self.call_after_refresh(self.show_position)

    def on_resize(self, _event: Resize) -> None:
        """Fit the row to the new width."""
        self.call_after_refresh(self.show_position)

    def live_panes(self) -> int:
        """Return 0: leaving stops nothing."""
        return 0

    def waiting_panes(self) -> int:
        """Return 0: nothing starts by itself."""
        return 0

    def sample(self) -> None:
        """Update the panes and the replay's row."""
        super().sample()
        self.show_position()

    def show_position(self) -> None:
        """Show the position of the replay. Guarded, because a timer calls this."""
        show = lambda: self._replay_bar.show_position(  # noqa: E731
            ReplayPosition.of(self._player), self._player.recording.marks
        )
        guarded(self.faults, self._replay_bar, "standing", self._replay_bar.WHAT, show)

    def came_at(self, event: Event) -> float:
        """Return the event's own time: a jump delivers at once what was said in an hour."""
        return event.at

    def action_refuse(self, label: str) -> None:
        """Say why a key that steers a live session does nothing here."""
        self.note(f"no {label} here: {WHY_NOT}")

    def action_pause_or_play(self) -> None:
        """Pause or play."""
        self._player.toggle()
        self.sample()

    def action_speed(self, steps: int) -> None:
        """Change the speed by `steps`."""
        self._player.change_speed(steps)
        self.sample()

    def action_go_by(self, seconds: float) -> None:
        """Jump by `seconds` within the run."""
        self._player.go_by(seconds)
        self.sample()

    def action_start_over(self) -> None:
        """Go to the beginning of the run."""
        self._player.go_to(self._player.recording.begun_at)
        self.sample()

    def action_go_to_mark(self, step: int, kind: str = "") -> None:
        """Go to the next mark of that kind or of any (or the one before), and to its pane."""
        kinds = frozenset({MarkKind[kind.upper()]}) if kind else ALL_KINDS
        mark = self._player.go_to_mark(step, kinds)
        if mark is None:
            self.note(f"no {kind or 'mark'} {'after' if step > 0 else 'before'} this")
            return
        session = self._player.recording.session_of(mark.source)
        pane = next((pane for pane in self.grid.panes if pane.session == session), None)
        if pane is not None:
            self.choose(pane)
        name = self._controls.snapshot(session).name
        self.note(f"{mark.kind.word} in {name} at {clock(mark.at)}")
        self.show_position()

    def action_ask_time(self) -> None:
        """Ask for a time, then jump there."""
        session = self._current.session if self._current is not None else None
        read = self._player.recording.instant_of
        self.app.push_screen(GoToTimeScreen(lambda text: read(text, session)), self._go_to)

    def _go_to(self, at: float | None) -> None:
        if at is not None:
            self._player.go_to(at)
            self.sample()

    def _clear_panes(self) -> None:
        """Clear everything shown and waiting, because what comes next is of another time."""
        self._bridge.forget()
        self.totals.forget()
        self.hours.clear()
        for pane in self.grid.panes:
            pane.clear()
            pane.hour = self.hours.of(pane.session)

    def _say_skipped(self, since: float, until: float) -> None:
        self.note(f"nothing was recorded {clock(since)} to {clock(until)}: skipped")
