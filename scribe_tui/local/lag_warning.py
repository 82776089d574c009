"""LagWarning: which warning a client gets when text comes late, and how often."""

from __future__ import annotations

import math
from typing import Final, Protocol

from scribe_tui.local.recognition.stream import RecognitionStream

CANNOT_FOLLOW_SECONDS: Final = 4.5
"""Ended speech that waits so long, with partials off, shows that the machine does not follow.
A client that waits for the last text of a session may give up after 6 s without a message."""
REPEAT_SECONDS: Final = 4.0
"""While it lasts the warning is repeated, as a sign that the machine still works."""


class Machine(Protocol):
    """What recognises all streams."""

    @property
    def streams(self) -> int:
        """How many streams are open."""

    @property
    def possible_streams(self) -> int:
        """About how many it can follow."""


class LagWarning:
    """Decides for one stream. Instants are seconds on the caller's clock."""

    def __init__(self, machine: Machine, stream: RecognitionStream) -> None:
        self._machine = machine
        self._stream = stream
        self._warned_at = -math.inf

    def warning(self, now: float) -> str:
        """A sentence to send now; "" for none."""
        if self._stream.waited_seconds < CANNOT_FOLLOW_SECONDS:
            return ""
        if now - self._warned_at < REPEAT_SECONDS:
            return ""
        self._warned_at = now
        return self._sentence()

    def _sentence(self) -> str:
        streams = self._machine.streams
        if self._stream.is_hurried:
            return "sound comes faster than this machine recognises it: text comes later."
        if streams <= 1:
            return f"this machine is too slow to follow one source: {self._lateness()}."
        possible = max(1, min(self._machine.possible_streams, streams - 1))
        many = "one" if possible == 1 else f"about {possible}"
        return (
            f"this machine cannot follow {streams} sources at once, only {many}: "
            f"{self._lateness()}."
        )

    def _lateness(self) -> str:
        """In steps, so that a screen that shows the sentence need not paint it anew each time."""
        waited = self._stream.waited_seconds
        step = next(step for step in (60, 10, 1) if waited >= step)
        late = f"{waited // 60:.0f} min" if step == 60 else f"{waited // step * step:.0f} s"
        return f"text comes more than {late} late, and ever later"
