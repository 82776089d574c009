"""LagWarning: the warning a client gets when text comes late, and how often."""

from __future__ import annotations

import math
from typing import Final, Protocol

from scribe_tui.local.recognition.stream import RecognitionStream

CANNOT_FOLLOW_SECONDS: Final = 4.5
"""If speech that has ended waits this long for its text, the machine is too slow. It is below the
6 s without a message after which a client may give up waiting for the last text of a session."""
REPEAT_SECONDS: Final = 4.0
"""Interval at which the warning is repeated, as a sign that the machine still works."""


class Machine(Protocol):
    """The recogniser of all streams, as `LagWarning` sees it."""

    @property
    def streams(self) -> int:
        """How many streams are open."""

    @property
    def possible_streams(self) -> int:
        """About how many streams it can follow."""


class LagWarning:
    """Decides when one stream is warned. Instants are seconds on the caller's clock."""

    def __init__(self, machine: Machine, stream: RecognitionStream) -> None:
        self._machine = machine
        self._stream = stream
        self._warned_at = -math.inf

    def warning(self, now: float) -> str:
        """The sentence to send at `now`; "" for none."""
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
        """How late text is, in steps, so that a screen need not repaint the sentence each time."""
        waited = self._stream.waited_seconds
        step = next(step for step in (60, 10, 1) if waited >= step)
        late = f"{waited // 60:.0f} min" if step == 60 else f"{waited // step * step:.0f} s"
        return f"text comes more than {late} late, and ever later"
