"""LineApp: the monitor for a screen reader, with the same controls and keys as the screen."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence

from scribe_tui.events import State
from scribe_tui.session.controls import Controls
from scribe_tui.session.state import OVER
from scribe_tui.tui.app import ScreenEnding
from scribe_tui.tui.keys import ALL_KEYS, Shortcut, unrepeated
from scribe_tui.tui.lines.chosen import Chosen
from scribe_tui.tui.lines.commands import Commands
from scribe_tui.tui.lines.monitor_dialog import MonitorDialog
from scribe_tui.tui.text import count_of


class LineApp(MonitorDialog):
    """Prints what happens and does what keys mean; its callers use it like `MonitorApp`."""

    def __init__(
        self,
        controls: Controls,
        *,
        keys: Sequence[Shortcut] = ALL_KEYS,
        ascii_only: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Monitor the sources of `controls`; `keys` are as the user has configured them."""
        super().__init__(keys, ascii_only=ascii_only, clock=clock)
        self._by_name = {name: key for key in keys for name in key.keys.split(",")}
        self._unrepeated = unrepeated(keys)
        self._controls = controls
        chosen = Chosen(self, controls)
        self._commands = Commands(self, chosen)
        self._over: asyncio.Future[ScreenEnding] | None = None
        self.shown: Callable[[], None] = lambda: None
        """Called once the lines are open, as in `MonitorApp`."""
        self._ending: ScreenEnding | None = None
        self._drain: asyncio.Task[None] | None = None

    async def run_async(self) -> ScreenEnding:
        """Run until the user leaves; return how it ended."""
        self._over = asyncio.get_running_loop().create_future()
        self.terminal.open()
        self.shown()
        try:
            self.say(
                f"scribe-tui: {count_of(len(self._controls.sessions), 'source')}. ? says keys."
            )
            if self._ending is not None:
                self._begin_drain(self._ending)
            return await self._over
        finally:
            self.bridge.close()
            self.terminal.close()
            self.end_tasks()
            if self._drain is not None:
                self._drain.cancel()

    def live(self) -> int:
        """Return how many sources would have to be stopped."""
        states = [self._controls.snapshot(session).state for session in self._controls.sessions]
        return sum(state not in OVER and state is not State.IDLE for state in states)

    def waiting(self) -> int:
        """Return how many sources would start by schedule, which they cannot after leaving."""
        snapshots = map(self._controls.snapshot, self._controls.sessions)
        rest = (one.session for one in snapshots if one.state in OVER or one.state is State.IDLE)
        return sum(map(self.bridge.is_off, rest))

    def leave(self, ending: ScreenEnding = ScreenEnding.LEFT) -> None:
        """Drain, then end; does nothing if it is already ending.

        For timers, signals and a lost terminal.
        """
        if self._ending is not None:
            return
        self._ending = ending
        if self._over is not None:  # else done once it runs
            self._begin_drain(ending)

    def request_quit(self) -> None:
        """Leave as a person asks; a second request while the sessions drain ends at once."""
        if self._drain is None:
            self.leave()
        elif self._over is not None and not self._over.done():
            self._over.set_result(ScreenEnding.AT_ONCE)

    def _begin_drain(self, ending: ScreenEnding) -> None:
        self.ask_no_more()
        self.say(f"Stopping: waiting for the last words of {count_of(self.live(), 'source')}.")
        self._drain = asyncio.create_task(self._drained(ending), name="drain")

    def press(self, name: str, counts: bool) -> None:
        """Do what the key of that name means; `counts`: it is not a repeat of a held key."""
        key = self._by_name.get(name)
        if key is not None and (counts or name not in self._unrepeated):
            self._commands.run(key)

    def interrupt(self) -> None:
        """Leave without a question (ctrl+c)."""
        self.request_quit()

    def gone(self) -> None:
        """Leave because the terminal hung up."""
        self.leave(ScreenEnding.HUNG_UP)

    async def _drained(self, ending: ScreenEnding) -> None:
        try:
            await self._controls.drain()
        except Exception as error:  # noqa: BLE001 - reported; it ends all the same
            self.faults.stand(self, "drain", "the end", error)
        if self._over is not None and not self._over.done():
            self.say("Saved.")
            self._over.set_result(ending)
