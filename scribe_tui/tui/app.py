"""The Textual app: one screen over the engine, and an orderly way out."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from functools import partial
from typing import Any, ClassVar

from textual.app import App, SystemCommand
from textual.binding import BindingType
from textual.screen import Screen
from textual.worker import Worker

from scribe_tui.errors import ScribeTuiError
from scribe_tui.session.controls import Controls
from scribe_tui.tui.bridge import Bridge
from scribe_tui.tui.keys import ALL_KEYS, APP_KEYS
from scribe_tui.tui.screens.help import HelpScreen
from scribe_tui.tui.screens.leave import DrainScreen, QuitScreen
from scribe_tui.tui.screens.monitor import MonitorScreen
from scribe_tui.tui.terminal.driver import PatientDriver

_log = logging.getLogger(__name__)

LEFT_AT_ONCE = 130
"""Return code when the user did not wait for the last words, as after a second SIGINT."""


class MonitorApp(App[None], inherit_bindings=False):
    """Runs the engine's `controls` from mount to exit; `bridge` is its sink for the screen."""

    CSS_PATH = "app.tcss"
    TITLE = "scribe-tui"
    BINDINGS: ClassVar[list[BindingType]] = [key.binding for key in APP_KEYS]
    COMMAND_PALETTE_BINDING = "ctrl+p"

    def __init__(
        self, controls: Controls, *, mouse: bool = False, clock: Callable[[], float] = time.time
    ) -> None:
        """Show and steer `controls`; `clock` gives seconds since the epoch."""
        # Decides how NO_COLOR is honoured: by leaving colours out, not by turning them grey.
        super().__init__(
            driver_class=PatientDriver, ansi_color=True if "NO_COLOR" in os.environ else None
        )
        self.bridge = Bridge()
        self.animation_level = "none"
        self._controls = controls
        self._mouse = mouse
        self._clock = clock
        self._draining = False
        self._engine: Worker[None] | None = None
        self._held = ExitStack()
        self._missed = False
        self.theme = "ansi-dark"
        self.set_class(self.no_color, "-no-color")

    def get_default_screen(self) -> Screen[None]:
        """The monitor."""
        return self.monitor

    def on_load(self) -> None:
        """Build the screen's panes, so that the bridge knows them before the engine runs."""
        self.monitor = MonitorScreen(self._controls, self.bridge, self._clock)

    def on_mount(self) -> None:
        """Start the engine once every pane is there."""
        self.call_after_refresh(self._start)

    async def run_async(self, *, mouse: bool = True, **options: Any) -> Any:
        """Run until the user leaves. `mouse` is Textual's; the constructor's word counts."""
        return await super().run_async(mouse=self._mouse, **options)

    def request_quit(self, ask: bool) -> None:
        """Begin to leave: ask first if `ask` and panes are live. Again while draining: go now."""
        if self._draining:
            self.action_leave_now()
            return
        live = self.monitor.live_panes()
        if ask and live:
            self.push_screen(QuitScreen(live), self._answered)
        else:
            self._drain()

    def action_quit_politely(self) -> None:
        """The q key."""
        self.request_quit(ask=True)

    def action_interrupt(self) -> None:
        """The ctrl+c key."""
        self.request_quit(ask=False)

    def action_leave_now(self) -> None:
        """Leave without waiting for the last words."""
        self.exit(return_code=LEFT_AT_ONCE)

    def action_help(self) -> None:
        """Show what the keys do."""
        self.push_screen(HelpScreen())

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """The palette: our own keys by name, every pane, and the theme."""
        for key in ALL_KEYS:
            if key.palette:
                namespace = self if key in APP_KEYS else self.monitor
                run = partial(self.run_action, key.action, namespace)
                yield SystemCommand(f"{key.label} ({key.shown})", key.tooltip, run)
        for pane in self.monitor.grid.panes:
            choose = partial(self.monitor.choose, pane)
            title = f"go to {pane.number} {pane.session}"
            yield SystemCommand(title, "Choose this pane.", choose, discover=False)
        yield SystemCommand("theme", "Choose other colours.", self.action_change_theme)

    def resume_painting(self, stalled: bool) -> None:
        """The terminal has caught up: paint what changed, or all if it may have missed some."""
        if (stalled or self._missed) and self.is_running:
            self._missed = False
            self.screen.refresh()
        self._held.close()
        self.monitor.frame_soon()

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        """Paint, unless the terminal is behind; then hold until `resume_painting`."""
        driver = self._driver
        if not isinstance(driver, PatientDriver):
            super()._display(screen, renderable)
        elif driver.behind:
            self._missed = True
        else:
            with driver.frame():
                super()._display(screen, renderable)
            if driver.behind:
                self._held.enter_context(self.batch_update())

    def _fatal_error(self) -> None:
        """A bug of the screen: told in the diagnostics, without local variables.

        Textual's own way prints them all, and spoken text is among them.
        """
        _log.exception("the screen failed by a bug")
        self._close_messages_no_wait()

    def _start(self) -> None:
        self._engine = self.run_worker(self._run_engine(), name="engine", exit_on_error=True)

    async def _run_engine(self) -> None:
        try:
            await self._controls.run()
        except ScribeTuiError as error:
            self.exit(return_code=1, message=error.sentence)

    def _answered(self, yes: bool | None) -> None:
        if yes:
            self._drain()

    def _drain(self) -> None:
        if self._draining:
            return
        self._draining = True
        self.push_screen(DrainScreen(self.monitor.live_panes))
        self.run_worker(self._finish(), name="drain")

    async def _finish(self) -> None:
        await self._controls.drain()
        if self._engine is not None:
            await self._engine.wait()
        self.exit(return_code=0)
