"""A question in plain lines, and what is typed in answer to it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from scribe_tui.tui.debounce import ANSWER_SECONDS

MAX_CHARS = 2000
ESCAPE, ENTER, BACK = "\x1b", "\r\n", "\x7f\b"
_OTHER_KEYS = re.compile(r"\x1b(?:\[[0-9;]*[A-Za-z~]|O.)")
"""Sequences of arrows and similar keys, which type no text."""


class TypedLine:
    """A typed line; `done` is called with it, or with None if it was given up."""

    def __init__(self, done: Callable[[str | None], None], *, secret: bool = False) -> None:
        """Start with no text; a `secret` line is not echoed."""
        self._done = done
        self._secret = secret
        self._text = ""

    def take(self, typed: str) -> tuple[str, bool]:
        """Take typed characters; return what to echo, and whether the line is finished."""
        if typed == ESCAPE:
            self._done(None)
            return "\n", True
        echo, over = self._taken(typed)
        if self._secret:
            echo = "\n" if over else ""
        return echo, over

    def _taken(self, typed: str) -> tuple[str, bool]:
        echo = ""
        for char in _OTHER_KEYS.sub("", typed):
            if char in ENTER:
                self._done(self._text.strip())
                return f"{echo}\n", True
            if char in BACK:
                if self._text:
                    self._text, echo = self._text[:-1], f"{echo}\b \b"
            elif char.isprintable() and len(self._text) < MAX_CHARS:
                self._text += char
                echo += char
        return echo, False


class YesNo:
    """A yes-or-no question; a yes that comes too early to be an answer is ignored."""

    def __init__(self, yes: Callable[[], object], no: Callable[[], object]) -> None:
        """Start the question now."""
        self._yes = yes
        self._no = no
        self._asked_at = time.monotonic()

    def take(self, typed: str) -> tuple[str, bool]:
        """Take typed characters; return what to echo (nothing), and whether it is answered."""
        if typed in ("n", "N", ESCAPE, "q", "\x03"):
            self._no()
            return "", True
        if typed in ("y", "Y") and time.monotonic() >= self._asked_at + ANSWER_SECONDS:
            self._yes()
            return "", True
        if typed not in ("y", "Y"):
            self._asked_at = time.monotonic()  # the user is typing a text: a y may be part of it
        return "", False
