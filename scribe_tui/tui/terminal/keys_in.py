"""The thread that reads the terminal and passes keys, mouse, focus and pastes on to the app.

Private names: `PRIVATE_NAMES`, which the driver needs, too. Textual's own parser turns sequences
into keys; it is given known ones only, because it would take parts of an unknown one for keys.
"""

from __future__ import annotations

import errno
import os
import re
import selectors
import time
from collections.abc import Callable, Iterable
from itertools import zip_longest
from threading import Event

from textual import events
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._xterm_parser import XTermParser
from textual.message import Message

from scribe_tui.tui.terminal.keyboard import Item, Keyboard, Pasted, Plain
from scribe_tui.tui.terminal.sequences import with_fit_numbers

PRIVATE_NAMES = (
    "textual._ansi_sequences:ANSI_SEQUENCES_KEYS",
    "textual._xterm_parser:XTermParser.feed",
)

LOOK_SECONDS = 0.1
"""Seconds after which at the latest this thread notices that the screen closes."""
READ_BYTES = 1024
MOST_AHEAD = 64
"""Most messages passed on before waiting until the app has handled them.

Nobody types further ahead, and keys that are read late would look like a paste.
"""
MOST_CHARS = 32
"""Longest sequence given to Textual, which takes a longer one for keys, one per character."""

_FOCUS = (events.AppFocus, events.AppBlur)
_REPORT = re.compile(r"\x1b\[(\d{1,7});(\d{1,7})R", re.ASCII)


class KeysIn:
    """Reads the terminal, sorts the input and passes it on; runs in its own thread."""

    def __init__(
        self,
        pass_on: Callable[[Message], None],
        report: Callable[[int, int], None],
        *,
        rest: Callable[[], None] = lambda: None,
        cut: Callable[[], None] = lambda: None,
    ) -> None:
        """`pass_on` takes Textual's messages; `report` takes column and row of a cursor report.

        `rest` returns when the app has handled what was passed on, so that a flood of mouse reports
        waits in the terminal and not in the app. `cut` is called after a paste that lost its end.
        """
        self._pass_on = pass_on
        self._report = report
        self._rest = rest
        self._cut = cut
        self._ahead = 0
        self._focus: type[Message] | None = None
        self._keyboard = Keyboard()
        self._parser = XTermParser()

    def read_until(self, closing: Event, descriptor: int) -> bool:
        """Read until `closing` is set, then return True; False if the terminal is gone."""
        with selectors.DefaultSelector() as selector:
            selector.register(descriptor, selectors.EVENT_READ)
            while not closing.is_set():
                due_at = self._keyboard.due_at
                wait = LOOK_SECONDS if due_at is None else due_at - time.monotonic()
                ready = selector.select(min(LOOK_SECONDS, max(0.0, wait)))
                if not ready:
                    self._take(self._keyboard.tick(time.monotonic()))
                    continue
                try:
                    data = os.read(descriptor, READ_BYTES)
                except BlockingIOError:
                    closing.wait(LOOK_SECONDS)
                    continue
                except OSError as error:
                    if error.errno == errno.EINTR:
                        continue
                    return False
                if not data:
                    return False
                self._take(self._keyboard.feed(data, time.monotonic()))
        return True

    def _take(self, items: Iterable[Item]) -> None:
        messages: list[Message] = []
        is_cut = False
        for item in items:
            if isinstance(item, Pasted):
                messages.append(events.Paste(item.text))
                is_cut |= item.is_cut
            elif isinstance(item, Plain):
                messages += self._key(item.char)
            elif report := _REPORT.fullmatch(item.text):
                self._report(int(report[2]), int(report[1]))
            elif known := as_textual_takes(item.text):
                messages += self._parser.feed(known)
        for message in self._newest(messages):
            self._pass_on(message)
            self._ahead += 1
        if is_cut:
            self._cut()
        if self._ahead >= MOST_AHEAD:
            self._ahead = 0
            self._rest()

    def _newest(self, messages: list[Message]) -> Iterable[Message]:
        """Yield the messages, but of successive mouse moves and of focus changes only the last.

        Focus is a state, and each change of it repaints the whole screen.
        """
        last_focus = next((m for m in reversed(messages) if isinstance(m, _FOCUS)), None)
        for message, following in zip_longest(messages, messages[1:]):
            if isinstance(message, _FOCUS):
                if message is last_focus and type(message) is not self._focus:
                    self._focus = type(message)
                    yield message
            elif not (isinstance(message, events.MouseMove) and type(following) is type(message)):
                yield message

    def _key(self, char: str) -> Iterable[Message]:
        if char == "\x1b":
            return [events.Key("escape", char)]
        return self._parser.feed(char)


def as_textual_takes(sequence: str) -> str | None:
    """Return `sequence` as Textual's parser takes it whole; None if it must not have it."""
    known = sequence if sequence in ANSI_SEQUENCES_KEYS else with_fit_numbers(sequence)
    return known if known is not None and len(known) <= MOST_CHARS else None
