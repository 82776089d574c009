"""Rates: words per minute and money per hour, over spans long enough to be steady. Pure."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

from scribe_tui.events import CommittedSegment

STEP_SECONDS = 10.0
"""Seconds between changes of the figures."""
MOST_STEPS = 12
"""Words are counted over this many steps: the last two minutes."""
LEAST_STEPS = 3
"""Fewest steps for a first figure: half a minute of speech or silence."""
UNSETTLED_STEPS = 1
"""The latest steps are left out: their words are not committed yet."""
SPENDING_SECONDS = 60.0
"""Money per hour is that of the sound sent in this many seconds."""
LEAST_SPENDING_SECONDS = 10.0


class SpokenWords:
    """Counts words by when they were spoken, not by when their text came.

    Sound that a station sends in one burst when a listener joins, or sound sent late after an
    outage, was spoken earlier and does not make speech look fast.
    """

    def __init__(self) -> None:
        """Start without words."""
        self._steps: dict[int, float] = {}
        self._first: int | None = None

    def add(self, segment: CommittedSegment, ended_at: float) -> None:
        """Add a segment whose last sound was spoken at `ended_at`, on any steady clock."""
        seconds = max(0.0, segment.end_seconds - segment.start_seconds)
        began_at = ended_at - min(seconds, (MOST_STEPS + UNSETTLED_STEPS) * STEP_SECONDS)
        first, last = _step(began_at), _step(ended_at)
        share = words_in(segment) / (last - first + 1)
        for step in range(first, last + 1):
            self._steps[step] = self._steps.get(step, 0.0) + share
        self._first = first if self._first is None else min(self._first, first)
        for old in [step for step in self._steps if step < last - MOST_STEPS - UNSETTLED_STEPS]:
            del self._steps[old]

    def per_minute(self, now: float) -> int | None:
        """Return words per minute over the recent past; None while that is too short."""
        if self._first is None:
            return None
        end = _step(now) - UNSETTLED_STEPS
        first = max(self._first, end - MOST_STEPS)
        if end - first < LEAST_STEPS:
            return None
        words = sum(self._steps.get(step, 0.0) for step in range(first, end))
        return round(words * 60 / ((end - first) * STEP_SECONDS))


@dataclass(frozen=True, slots=True)
class _Sent:
    at: float
    seconds: float


class Spending:
    """How fast the sound of one session is sent to the service, and paid for."""

    def __init__(self) -> None:
        """Start with nothing sent."""
        self._sent: deque[_Sent] = deque()

    def look(self, billed_seconds: float, now: float) -> float | None:
        """Return the seconds of sound sent per second, silence included; None: not known yet.

        `billed_seconds` is the total ever sent, as of `now`.
        """
        sent = self._sent
        if len(sent) == 1 and sent[0].seconds == billed_seconds:
            sent.clear()  # the span begins when the first sound is sent
        if not sent or now - sent[-1].at >= STEP_SECONDS / 2:
            sent.append(_Sent(now, billed_seconds))
        while len(sent) > 1 and now - sent[1].at >= SPENDING_SECONDS:
            sent.popleft()
        span = now - sent[0].at
        if span < LEAST_SPENDING_SECONDS:
            return None
        return max(0.0, billed_seconds - sent[0].seconds) / span

    def begin_anew(self) -> None:
        """Discard the rate so far: the session was stopped or paused, or it waits."""
        self._sent.clear()


def words_in(segment: CommittedSegment) -> int:
    """Return the number of words in a segment: its words, else parts separated by blanks."""
    return sum(word.kind == "word" for word in segment.words) or len(segment.text.split())


def _step(at: float) -> int:
    return math.floor(at / STEP_SECONDS)
