"""Plain lines: output line by line, single keys, and questions with answers."""

from __future__ import annotations

import asyncio
import math
import time
from abc import ABC, abstractmethod
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any

from scribe_tui.tui.debounce import HeldKeys, Press
from scribe_tui.tui.faults import StandingFaults, sentence
from scribe_tui.tui.key_map import name_of_character
from scribe_tui.tui.lines.sentences import plain_line
from scribe_tui.tui.lines.terminal import LineTerminal
from scribe_tui.tui.lines.typed import TypedLine, YesNo

_SEQUENCES = {
    "\t": "tab",
    "\r": "enter",
    "\x1b[Z": "shift+tab",
    "\x1b": "escape",
    "\x03": "ctrl+c",
    "\x1b[A": "up",
    "\x1b[B": "down",
    "\x1bOA": "up",
    "\x1bOB": "down",
    "\x1b[5~": "pageup",
    "\x1b[6~": "pagedown",
    "\x1b[1;2A": "shift+up",
    "\x1b[1;2B": "shift+down",
    **dict.fromkeys(("\x1b[H", "\x1bOH", "\x1b[1~", "\x1b[7~"), "home"),
    **dict.fromkeys(("\x1b[F", "\x1bOF", "\x1b[4~", "\x1b[8~"), "end"),
    "\x1bOP": "f1",
}
MOST_AT_ONCE = 3
"""More characters at once than this were pasted, not typed."""
PASTE_REST_SECONDS = 0.3
"""Characters that arrive within this many seconds after a paste belong to it."""
MOST_HELD_BACK = 500
"""Most lines kept back while a question is open; the oldest are dropped."""


class Dialog(ABC):
    """Prints lines and asks questions on the terminal; one question at a time."""

    def __init__(self, ascii_only: bool, clock: Callable[[], float] = time.monotonic) -> None:
        """Start without output; `ascii_only`: only ASCII is written.

        `clock` (seconds) is used to distinguish held keys from keys pressed again.
        """
        self._clock = clock
        self.faults = StandingFaults()
        self.terminal = LineTerminal(self.typed, self.gone, ascii_only)
        self._asked: TypedLine | YesNo | None = None
        self._to_ask: deque[Callable[[], None]] = deque()
        self._held_back: list[str] = []
        self._held_keys = HeldKeys()
        self._pasted_at = -math.inf
        self._tasks: set[asyncio.Task[None]] = set()

    @abstractmethod
    def press(self, name: str, counts: bool) -> None:
        """Handle the key `name`; `counts`: it is not a repeat of a held key."""

    @abstractmethod
    def interrupt(self) -> None:
        """Handle ctrl+c."""

    @abstractmethod
    def gone(self) -> None:
        """Called when the terminal is gone and no more input will come."""

    def call_later(self, act: Callable[..., None], *given: Any) -> None:
        """Call `act` with `given` in the next turn of the event loop."""
        asyncio.get_running_loop().call_soon(act, *given)

    def say(self, text: str) -> None:
        """Print a line; while a question is open, after its answer."""
        if self._asked is None:
            self.terminal.say(plain_line(text))
        else:
            self._held_back = [*self._held_back[-MOST_HELD_BACK + 1 :], plain_line(text)]

    def ask(
        self, question: str, done: Callable[[str | None], None], *, secret: bool = False
    ) -> None:
        """Ask for a line and call `done` with it, or with None if it was given up.

        The input is not shown if it is `secret`.
        """

        def now() -> None:
            self.say(f"{question} Enter ends it, escape gives up.")
            self._asked = TypedLine(done, secret=secret)

        self._ask_in_turn(now)

    def ask_yes(self, question: str, yes: Callable[[], object], no: Callable[[], object]) -> None:
        """Ask a question for y or n; call `yes` or `no`."""

        def now() -> None:
            self.say(f"{question} y or n.")
            self._asked = YesNo(yes, no)

        self._ask_in_turn(now)

    def ask_no_more(self) -> None:
        """Withdraw all open questions."""
        self._asked = None
        self._to_ask.clear()
        self._say_held_back()

    def begin(self, what: str, act: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run `act` as a task named `what`, such as `adding`; a bug in it is said."""

        async def guarded() -> None:
            try:
                await act
            except Exception as error:  # noqa: BLE001 - said, and logged by `faults`
                self.faults.log(f"{what} failed", error)
                self.say(sentence(what, error, "failed"))

        task = asyncio.get_running_loop().create_task(guarded(), name=what)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def end_tasks(self) -> None:
        """Cancel the running tasks."""
        for task in self._tasks:
            task.cancel()

    def _ask_in_turn(self, now: Callable[[], None]) -> None:
        """Ask now, or after the open question is answered."""
        if self._asked is None:
            now()
        else:
            self._to_ask.append(now)

    def _say_held_back(self) -> None:
        held_back, self._held_back = self._held_back, []
        for line in held_back:
            self.say(line)

    def typed(self, typed: str) -> None:
        """Handle input from the terminal; a bug is said, and keys keep working."""
        try:
            since = self._clock() - self._pasted_at
            if typed == "\x03":
                self.interrupt()
            elif self._is_pasted(typed, since) and not isinstance(self._asked, TypedLine):
                if self._asked is None and since >= PASTE_REST_SECONDS:
                    self.say("What is pasted is not taken for keys; a adds a source.")
            elif self._asked is not None:
                self._answer(typed)
            else:
                self._press(typed)
        except Exception as error:  # noqa: BLE001 - said, and logged by `faults`
            self.faults.log("a key failed", error)
            self.say(sentence("what was asked for", error, "failed"))

    def _is_pasted(self, typed: str, since: float) -> bool:
        """Return whether the input was pasted; `since`: seconds since the last piece of a paste.

        A single line in answer to a question may be fast typing on a slow line.
        """
        many = len(typed) > MOST_AT_ONCE and not typed.startswith("\x1b")
        if isinstance(self._asked, TypedLine):
            many = many and len(typed.splitlines()) > 1
        if many or since < PASTE_REST_SECONDS:
            self._pasted_at = self._clock()
            return True
        return False

    def _answer(self, typed: str) -> None:
        asked = self._asked
        if asked is None:
            return
        # Lines and questions caused by the answer wait, as all others do, until its line is ended.
        try:
            echo, over = asked.take(typed)
        except Exception:
            self._asked = None
            self._say_held_back()
            raise
        if echo:
            self.terminal.echo(echo)
        if not over:
            return
        self._asked = None
        self._say_held_back()
        while self._asked is None and self._to_ask:
            self._to_ask.popleft()()

    def _press(self, typed: str) -> None:
        names = [_SEQUENCES[typed]] if typed in _SEQUENCES else []
        if not names and not typed.startswith("\x1b"):
            names = [_SEQUENCES.get(char) or name_of_character(char) for char in typed]
        for name in names:
            press = self._held_keys.press(name, self._clock())
            if press is not Press.NOT:
                self.press(name, counts=press is Press.NOW)
