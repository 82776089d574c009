"""MonitorApp: the Textual app, which shows and steers the engine, and ends in good order."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from functools import partial
from typing import Any, ClassVar

from textual.app import SystemCommand
from textual.binding import BindingType
from textual.events import Event, Key
from textual.screen import Screen
from textual.widgets import Input

from scribe_tui.clock import seconds_since_boot
from scribe_tui.session.controls import Controls
from scribe_tui.tui.bridge import Bridge, BridgeSink
from scribe_tui.tui.debounce import REPEAT_SECONDS, HeldKeys, Press
from scribe_tui.tui.isolation import IsolatingApp
from scribe_tui.tui.keys import ALL_KEYS, APP_KEYS, PROGRAM, Shortcut, unrepeated
from scribe_tui.tui.layouts.layout import PaneLayout
from scribe_tui.tui.layouts.order import Order
from scribe_tui.tui.looks import Looks, ThemedApp
from scribe_tui.tui.monitor_context import MonitorContext
from scribe_tui.tui.screens.leave import DrainScreen, QuitScreen
from scribe_tui.tui.screens.monitor import MonitorScreen
from scribe_tui.tui.screens.question import QuestionScreen
from scribe_tui.tui.terminal.bandwidth import BLIND, BandwidthPolicy
from scribe_tui.tui.terminal.keyboard import MAX_CHARS as PASTE_CHARS


class ScreenEnding(StrEnum):
    """Why the screen closed. In no case has the app ended the engine itself."""

    LEFT = "left"
    """The user quit: all sessions are drained."""
    AT_ONCE = "at once"
    """The user left without waiting for the last words."""
    HUNG_UP = "hung up"
    """The terminal is gone: all sessions are drained."""
    FAILED = "failed"
    """The screen failed because of a bug; sessions go on."""


SAFE_ANSWERS = frozenset({"escape", "n", "ctrl+c"})
"""Keys that count as an answer to a question however soon they come."""
ALWAYS = frozenset({"ctrl+c", "q"})
"""Keys whose repeats never count, on any screen: a second press leaves at once."""
PASTE_CUT = f"Of what was pasted only the first {PASTE_CHARS:,} letters were taken."
RETURN_CODES = {
    ScreenEnding.LEFT: 0,
    ScreenEnding.AT_ONCE: 130,
    ScreenEnding.HUNG_UP: 129,
    ScreenEnding.FAILED: 1,
}


class MonitorApp(IsolatingApp[ScreenEnding], ThemedApp[ScreenEnding], inherit_bindings=False):
    """Shows and steers an engine that runs elsewhere; `sink` takes the engine's events.

    `run_async` returns a `ScreenEnding`. `faults.standing` has the parts that were failing then.
    """

    CSS_PATH = "app.tcss"
    TITLE = "scribe-tui"
    BINDINGS: ClassVar[list[BindingType]] = [key.binding for key in APP_KEYS]
    COMMAND_PALETTE_BINDING = "ctrl+p"

    def __init__(  # noqa: PLR0913 - each may be left out
        self,
        controls: Controls,
        *,
        context: MonitorContext | None = None,
        mouse: bool = False,
        fps: int = 30,
        low_bandwidth: bool | None = None,
        remote: bool = False,
        keys: Sequence[Shortcut] = ALL_KEYS,
        layout: PaneLayout = PaneLayout.GRID,
        order: Order = Order.NUMBER,
        looks: Looks | None = None,
        clock: Callable[[], float] = seconds_since_boot,
        wall_clock: Callable[[], float] = time.time,
    ) -> None:
        """Show and steer `controls` with at most `fps` frames per second.

        `low_bandwidth`: whether to send the terminal less; None: while the line is thin, which is
        also assumed of a `remote` terminal that answers nothing.

        `layout` and `order` are the first arrangement of the panes. `clock` is the clock of
        snapshots (`Clock.elapsed`); `wall_clock` is for labels.
        """
        super().__init__(looks=looks)
        self.bridge = Bridge()
        self.sink = BridgeSink(self.bridge)
        self.context = context or MonitorContext()
        self._controls = controls
        self._mouse = mouse
        self._fps = fps
        self._bandwidth = BandwidthPolicy(low_bandwidth)
        if low_bandwidth or (remote and low_bandwidth is None):
            self.blind_rate = BLIND
        self._keys = tuple(keys)
        self._arrangement = layout, order
        self._unrepeated = unrepeated(keys)
        self._clock = clock
        self._wall_clock = wall_clock
        self.shown: Callable[[], None] = lambda: None
        """Called once the first frame is written to the terminal."""
        self._ending: ScreenEnding | None = None
        self._held_keys = HeldKeys()
        self._waiting_key: Key | None = None
        self._task_factory: Any = None

    @property
    def guards_keys(self) -> bool:
        """Whether keys come from a terminal, not from a test that presses them."""
        return not self.is_headless

    def get_default_screen(self) -> Screen[None]:
        """Return the monitor screen."""
        return self.monitor

    def on_load(self) -> None:
        """Build the screen's panes; restore the event loop's own task factory.

        Where Python can (3.12), Textual makes every task of the loop start eagerly, also those of
        other parts, which may rely on starting a step later.
        """
        asyncio.get_running_loop().set_task_factory(self._task_factory)
        self.monitor = self.make_screen()
        if self._keys != ALL_KEYS:
            self.monitor.use_keys(self._keys)
            self.set_keymap({key.id: key.keys for key in self._keys})
        self.monitor.begin_with(*self._arrangement)
        self.monitor.frame_seconds = 1 / self._fps
        self.monitor.set_low_bandwidth(self._bandwidth.is_on(None, time.monotonic()))

    def on_ready(self) -> None:
        """Report that the first frame is written."""
        self.shown()

    def make_screen(self) -> MonitorScreen:
        """Return the main screen; for subclasses that show another one."""
        return MonitorScreen(
            self._controls, self.bridge, self._clock, self.context, self._wall_clock
        )

    async def run_async(self, *, mouse: bool = True, **options: Any) -> ScreenEnding:
        """Run until the user leaves. `mouse` is ignored: the constructor's value counts."""
        self._task_factory = asyncio.get_running_loop().get_task_factory()
        try:
            ending = await super().run_async(mouse=self._mouse, **options)
        finally:
            self.bridge.close()
        return ScreenEnding.FAILED if self.failed or ending is None else ending

    def request_quit(self, ask: bool) -> None:
        """Leave as a person asks; ask first if `ask` and panes run or wait for their schedule.

        A second request while the sessions drain leaves at once.
        """
        if self._ending is not None:
            self.action_leave_now()
            return
        running, waiting = self.monitor.live_panes(), self.monitor.waiting_panes()
        if ask and (running or waiting):
            self.push_screen(QuitScreen(running, waiting), self._answered)
        else:
            self.leave()

    def leave(self, ending: ScreenEnding = ScreenEnding.LEFT) -> None:
        """Drain, then close with `ending`; does nothing if it is already ending.

        For timers and signals.
        """
        if self._ending is not None:
            return
        self._ending = ending
        self.push_screen(DrainScreen(self.monitor.live_panes))
        self.run_worker(self._drain(), name="drain", exit_on_error=False)

    def action_quit_politely(self) -> None:
        """Handle the q key."""
        self.request_quit(ask=True)

    def action_interrupt(self) -> None:
        """Handle the ctrl+c key."""
        self.request_quit(ask=False)

    def action_leave_now(self) -> None:
        """Leave without waiting for the last words."""
        self._close(ScreenEnding.AT_ONCE)

    def action_help(self) -> None:
        """Show what the keys do."""
        from scribe_tui.tui.screens.help import HelpScreen

        self.push_screen(HelpScreen(self.monitor.keys, self.monitor.keys_now()))

    def terminal_gone(self) -> None:
        """Leave because nothing can be typed any more."""
        self.call_later(self.leave, ScreenEnding.HUNG_UP)

    def action_repaint(self) -> None:
        """Paint everything again."""
        self.repaint()

    def takes(self, event: Event) -> bool:
        """Return whether to handle an event: of key presses only those that a person means.

        A press that no focused widget used is forwarded here: it is the same press.
        """
        if not isinstance(event, Key) or event.is_forwarded:
            return True
        if self.guards_keys and not self._means(event):
            return False
        self.monitor.notice_key()
        return True

    def _means(self, event: Key) -> bool:
        """Return whether the key counts now; a quick second press counts a moment later."""
        screen = self.screen
        if isinstance(screen.focused, Input) and event.is_printable:
            return True  # typed into a line, where equal letters are normal
        if isinstance(screen, QuestionScreen) and event.key not in SAFE_ANSWERS:
            return screen.is_answer(event.key, event.time)
        waiting, self._waiting_key = self._waiting_key, None
        press = self._held_keys.press(event.key, event.time)
        if event.key not in self._unrepeated or (
            screen is not self.monitor and event.key not in ALWAYS
        ):
            if waiting is not None and waiting.key != event.key:
                self.call_next(self.take, waiting)
            return True
        if press is Press.LATER:
            self._waiting_key = event
            self.set_timer(REPEAT_SECONDS, partial(self._press_again, event))
        elif waiting is not None and waiting.key != event.key:
            self.call_next(self.take, waiting)
        return press is Press.NOW

    async def _press_again(self, event: Key) -> None:
        """Handle a delayed key: nothing followed it, so it was no repeat of a held key."""
        if self._waiting_key is event:
            self._waiting_key = None
            await self.take(event)

    def line_seen(self, rate: float | None) -> None:
        """Send less while the line takes little."""
        low_bandwidth = self._bandwidth.is_on(rate, time.monotonic())
        if low_bandwidth is not self.monitor.low_bandwidth:
            self.monitor.set_low_bandwidth(low_bandwidth)

    def frame_soon(self) -> None:
        """Show what has arrived meanwhile."""
        self.monitor.frame_soon()

    def paste_cut(self) -> None:
        """Say it in the key bar."""
        self.monitor.say(PASTE_CUT)

    def note_fault(self, sentence: str) -> None:
        """Say it in the key bar."""
        self.monitor.note(sentence)

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Yield the commands of the palette: our keys by name, every pane, and the theme."""
        for key in self.monitor.keys:
            if key.palette:
                namespace = self if key.group == PROGRAM else self.monitor
                run = partial(self.run_action, key.action, namespace)
                label = f"{key.label}/{key.undo}" if key.undo else key.label
                yield SystemCommand(f"{label} ({key.shown})", key.tooltip, run)
        for pane in self.monitor.grid.panes:
            choose = partial(self.monitor.choose, pane)
            title = f"go to {pane.number} {self._controls.snapshot(pane.session).name}"
            yield SystemCommand(title, "Choose this pane.", choose, discover=False)
        for layout in PaneLayout:
            use = partial(self.monitor.use_layout, layout)
            yield SystemCommand(f"layout {layout}", layout.sentence, use, discover=False)
        for order in Order:
            sort = partial(self.monitor.use_order, order)
            yield SystemCommand(f"order by {order}", order.sentence, sort, discover=False)
        yield SystemCommand("theme", "Choose other colours.", self.action_change_theme)

    def _answered(self, yes: bool | None) -> None:
        if yes:
            self.leave()

    async def _drain(self) -> None:
        try:
            await self._controls.drain()
        except Exception as error:  # noqa: BLE001 - reported; the screen closes all the same
            self.faults.stand(self, "drain", "the end", error)
        self._close(self._ending or ScreenEnding.LEFT)

    def _close(self, ending: ScreenEnding) -> None:
        self.exit(ending, return_code=RETURN_CODES[ending])
