"""LineApp: the monitor for a screen reader, over the same controls and keys as the screen."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from typing import Any

from scribe_tui.events import State
from scribe_tui.session.controls import Controls
from scribe_tui.session.state import OVER
from scribe_tui.tui.app import Ending
from scribe_tui.tui.faults import StandingFaults, sentence
from scribe_tui.tui.key_map import name_of_character
from scribe_tui.tui.keys import ALL_KEYS, Key, unrepeated
from scribe_tui.tui.lines.commands import Commands
from scribe_tui.tui.lines.feed import LineFeed
from scribe_tui.tui.lines.sentences import plain
from scribe_tui.tui.lines.terminal import LineTerminal
from scribe_tui.tui.lines.typed import Line, YesNo
from scribe_tui.tui.screen_context import ScreenContext
from scribe_tui.tui.text import count_of
from scribe_tui.tui.typing import HeldKeys, Press

_log = logging.getLogger(__name__)

_SEQUENCES = {
    "\t": "tab",
    "\x1b[Z": "shift+tab",
    "\x1b": "escape",
    "\x03": "ctrl+c",
    "\x1b[A": "up",
    "\x1b[B": "down",
    "\x1b[F": "end",
    "\x1b[4~": "end",
    "\x1bOP": "f1",
}
MOST_AT_ONCE = 3
"""Nobody presses so many keys in one moment: it was pasted."""


class LineApp:
    """Says what happens, does what the keys mean. As `MonitorApp` to whoever runs it."""

    def __init__(
        self, controls: Controls, *, keys: Sequence[Key] = ALL_KEYS, ascii_only: bool = False
    ) -> None:
        """Over `controls`; `keys` as the user has them."""
        self.bridge = LineFeed(self.say)
        self.context = ScreenContext()
        self.faults = StandingFaults()
        self.keys = tuple(keys)
        self._by_name = {name: key for key in keys for name in key.keys.split(",")}
        self._unrepeated = unrepeated(keys)
        self._controls = controls
        self._terminal = LineTerminal(self._typed, self._gone, ascii_only)
        self._commands = Commands(self, controls)
        self._asked: Line | YesNo | None = None
        self._held_back: list[str] = []
        self._held_keys = HeldKeys()
        self._over: asyncio.Future[Ending] | None = None
        self._drain: asyncio.Task[None] | None = None

    async def run_async(self) -> Ending:
        """Until the user leaves."""
        self._over = asyncio.get_running_loop().create_future()
        self._terminal.open()
        try:
            self.say(
                f"scribe-tui: {count_of(len(self._controls.sessions), 'source')}. ? says keys."
            )
            return await self._over
        finally:
            self.bridge.close()
            self._terminal.close()
            if self._drain is not None:
                self._drain.cancel()

    def call_later(self, act: Callable[..., None], *given: Any) -> None:
        """Do it as soon as the loop can."""
        asyncio.get_running_loop().call_soon(act, *given)

    def write_beside_frames(self, data: bytes) -> None:
        """Bytes that say nothing, such as a bell. Raises OSError where none are taken."""
        self._terminal.write(data)

    def say(self, text: str) -> None:
        """Say a line, after the answer to a question if one is open."""
        if self._asked is None:
            self._terminal.say(plain(text))
        else:
            self._held_back = [*self._held_back[-499:], plain(text)]

    def ask(self, question: str, done: Callable[[str | None], None]) -> None:
        """Ask for a line."""
        self.say(f"{question} Enter ends it, escape gives up.")
        self._asked = Line(done)

    def ask_yes(self, question: str, yes: Callable[[], None], kept: str) -> None:
        """Ask y or n; `kept` is said after a no."""
        self.say(f"{question} y or n.")
        self._asked = YesNo(yes, lambda: self.say(kept))

    def live(self) -> int:
        """How many sources would have to be stopped."""
        states = [self._controls.snapshot(session).state for session in self._controls.sessions]
        return sum(state not in OVER and state is not State.IDLE for state in states)

    def leave(self, ending: Ending = Ending.LEFT) -> None:
        """Drain, then end; once more: at once."""
        if self._over is None or self._over.done():
            return
        if self._drain is not None:
            self._over.set_result(Ending.AT_ONCE)
            return
        self._asked = None
        self.say(f"Stopping: waiting for the last words of {count_of(self.live(), 'source')}.")
        self._drain = asyncio.create_task(self._drained(ending), name="drain")

    async def _drained(self, ending: Ending) -> None:
        try:
            await self._controls.drain()
        except Exception as error:  # noqa: BLE001 - told; it ends all the same
            self.faults.stand(self, "drain", "the end", error)
        if self._over is not None and not self._over.done():
            self.say("Saved.")
            self._over.set_result(ending)

    def _gone(self) -> None:
        self.leave(Ending.HUNG_UP)

    def _typed(self, typed: str) -> None:
        """Take what came from the terminal; a bug in what it means is said, and keys go on."""
        try:
            if typed == "\x03":
                self._asked = None
                self.leave()
            elif self._asked is not None:
                self._answer(typed)
            else:
                self._press(typed)
        except Exception as error:  # noqa: BLE001 - told and logged by the board
            self.faults.log("a key failed", error)
            self.say(sentence("what was asked for", error, "failed"))

    def _answer(self, typed: str) -> None:
        asked = self._asked
        if asked is None:
            return
        # What the answer does may ask in turn, and say something: after what was held back.
        self._asked = None
        held_back, self._held_back = self._held_back, []
        echo, over = asked.take(typed)
        if echo:
            self._terminal.echo(echo)
        if not over:
            self._asked, self._held_back = asked, held_back
            return
        for line in held_back:
            self.say(line)

    def _press(self, typed: str) -> None:
        names = [_SEQUENCES[typed]] if typed in _SEQUENCES else []
        if not names and not typed.startswith("\x1b"):
            if len(typed) > MOST_AT_ONCE:
                self.say("What is pasted is not taken for keys; a adds a source.")
                return
            names = [_SEQUENCES.get(char) or name_of_character(char) for char in typed]
        for name in names:
            press = self._held_keys.press(name, time.monotonic())
            if press is Press.NOW or (press is Press.LATER and name not in self._unrepeated):
                self._do(name)

    def _do(self, name: str) -> None:
        key = self._by_name.get(name)
        if key is not None:
            self._commands.run(key)
