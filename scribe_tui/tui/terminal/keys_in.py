"""The thread that reads the terminal: keys go on to the app, nothing else does.

Private names: `PRIVATE_NAMES`, which are the driver's too. Textual's own parser makes keys of
sequences; it gets none that is not known, because it would take the rest of it for keys.
"""

from __future__ import annotations

import errno
import os
import re
import selectors
import time
from collections.abc import Callable, Iterable
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
"""How long the screen's closing may go unnoticed here."""
READ_BYTES = 4096
MOST_CHARS = 32
"""What is longer Textual takes for keys, character by character."""

_REPORT = re.compile(r"\x1b\[(\d{1,7});(\d{1,7})R", re.ASCII)


class KeysIn:
    """Reads, sorts and passes on; runs in a thread of its own."""

    def __init__(
        self, pass_on: Callable[[Message], None], report: Callable[[int, int], None]
    ) -> None:
        """`pass_on` takes Textual's messages, `report` column and row of a cursor report."""
        self._pass_on = pass_on
        self._report = report
        self._keyboard = Keyboard()
        self._parser = XTermParser()

    def read_until(self, closing: Event, descriptor: int) -> bool:
        """Read until `closing`, then True; False if the terminal is gone. Never spins."""
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
        for item in items:
            if isinstance(item, Pasted):
                self._pass_on(events.Paste(item.text))
            elif isinstance(item, Plain):
                self._key(item.char)
            elif report := _REPORT.fullmatch(item.text):
                self._report(int(report[2]), int(report[1]))
            elif known := as_textual_takes(item.text):
                for message in self._parser.feed(known):
                    self._pass_on(message)

    def _key(self, char: str) -> None:
        if char == "\x1b":
            self._pass_on(events.Key("escape", char))
            return
        for message in self._parser.feed(char):
            self._pass_on(message)


def as_textual_takes(sequence: str) -> str | None:
    """`sequence` as Textual's parser takes it whole; None where it is nothing for it."""
    known = sequence if sequence in ANSI_SEQUENCES_KEYS else with_fit_numbers(sequence)
    return known if known is not None and len(known) <= MOST_CHARS else None
