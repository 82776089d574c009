"""The main screen over a past run: the same panes, a row for the replay, other keys."""

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
"""How often the replay's clock is shown anew."""


class ReplayScreen(MonitorScreen, inherit_bindings=False):
    """Plays, jumps and reads back; nothing here steers a session."""

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
        """Over `controls` and what its player publishes; `now` is the replay's clock."""
        super().__init__(controls, bridge, now, context, wall_clock=now)
        self._player = controls.player
        self._replay_bar = ReplayBar()

    def use_keys(self, keys: tuple[Shortcut, ...]) -> None:
        """Show those of them that do something here."""
        super().use_keys(offered(keys))

    def compose(self) -> ComposeResult:
        """The replay's row above all else."""
        yield self._replay_bar
        yield from super().compose()

    def on_mount(self) -> None:
        """Follow the player: its clock, its jumps."""
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
        """Nothing would be stopped by leaving."""
        return 0

    def waiting_panes(self) -> int:
        """Nothing begins by itself here."""
        return 0

    def sample(self) -> None:
        """The replay's row, too."""
        super().sample()
        self.show_position()

    def show_position(self) -> None:
        """Show where the replay stands. Guarded, for it is called by a timer."""
        show = lambda: self._replay_bar.show_position(  # noqa: E731
            ReplayPosition.of(self._player), self._player.recording.marks
        )
        guarded(self.faults, self._replay_bar, "standing", self._replay_bar.WHAT, show)

    def came_at(self, event: Event) -> float:
        """Then: a jump delivers at once what was said in an hour."""
        return event.at

    def action_refuse(self, label: str) -> None:
        """A key that steers a live session."""
        self.note(f"no {label} here: {WHY_NOT}")

    def action_pause_or_play(self) -> None:
        """Stand still, or go on."""
        self._player.toggle()
        self.sample()

    def action_speed(self, steps: int) -> None:
        """Faster, or slower."""
        self._player.change_speed(steps)
        self.sample()

    def action_go_by(self, seconds: float) -> None:
        """Jump within the run."""
        self._player.go_by(seconds)
        self.sample()

    def action_start_over(self) -> None:
        """To the beginning."""
        self._player.go_to(self._player.recording.begun_at)
        self.sample()

    def action_go_to_mark(self, step: int, kind: str = "") -> None:
        """To the next mark of that kind or of any, or the one before, and to its pane."""
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
        """What comes next is of another time; what waits is not of it."""
        self._bridge.forget()
        self.totals.forget()
        self.hours.clear()
        for pane in self.grid.panes:
            pane.clear()
            pane.hour = self.hours.of(pane.session)

    def _say_skipped(self, since: float, until: float) -> None:
        self.note(f"nothing was recorded {clock(since)} to {clock(until)}: skipped")
