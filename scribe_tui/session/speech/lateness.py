"""Lateness: how long the service takes from the end of a segment to its text, on one connection.

It is used to estimate where a segment without usable word times ends, and to decide when no more
text can be on its way. It is half a second as a rule, and seconds or minutes if the service is
overloaded. No clock: instants are seconds on the caller's clock.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import deque

_NOTED_EVERY_SECONDS = 0.05
_NOTES_KEPT = 12000
"""How many notes (samples sent, instant) are kept: those of ten minutes at least."""
_HARDLY_QUICKER = 0.8
"""A segment rarely takes less than this share of the shortest time of the latest ones."""
_NEVER_QUICKER = 0.5
"""An answer to a commit takes at least this share of the shortest time of the latest ones."""
_SOONER_SECONDS = 1.0
"""A commit may be answered this many seconds sooner than a segment that the VAD ends: no pause has
to pass, and where such a segment ended is an estimate."""
_HARDLY_SLOWER = 1.25
"""A segment rarely takes more than this many times the longest time of the latest ones."""
_RECENT = 8
"""How many of the latest segments are considered."""


class Lateness:
    """When sound was sent, and how late the text of the latest segments came."""

    def __init__(self) -> None:
        self._sent: deque[tuple[int, float]] = deque(maxlen=_NOTES_KEPT)
        self._recent: deque[float] = deque(maxlen=_RECENT)
        self._assumed = 0.0

    def sent(self, samples: int, now: float) -> None:
        """Note that `samples` in all have been sent on this connection at the instant `now`."""
        if not self._sent or now - self._sent[-1][1] >= _NOTED_EVERY_SECONDS:
            self._sent.append((samples, now))

    def answered(self, decided: int, now: float) -> None:
        """Note that a segment came which the service closed after hearing `decided` samples."""
        instant = self._instant_of(decided)
        if instant is not None:
            self._recent.append(max(0.0, now - instant))

    def first_text(self, speech: int, now: float) -> None:
        """Note that the first text came; `speech` is the first sample that it can be about."""
        instant = self._instant_of(speech)
        if instant is not None:
            self._assumed = max(0.0, now - instant)

    @property
    def seconds(self) -> float:
        """The longest time of the latest segments; before any segment, that of the first text."""
        return max(self._recent, default=self._assumed)

    def heard_before(self, now: float) -> int:
        """How many samples the service had certainly heard when it sent what arrives `now`."""
        at = now - _HARDLY_SLOWER * self.seconds
        index = bisect_right(self._sent, at, key=lambda note: note[1])
        return self._sent[index - 1][0] if index else 0

    def heard_at_most(self, now: float) -> int | None:
        """How many samples it can have heard when it sent what arrives `now`; None: all sent.

        That is less than all that was sent only where the service is late by seconds.
        """
        return self._sent_within(now, _HARDLY_QUICKER * self._quickest - _SOONER_SECONDS)

    def commits_heard_at_most(self, now: float) -> int | None:
        """The same for a service whose segments all answer commits, and so take alike."""
        return self._sent_within(now, _NEVER_QUICKER * self._quickest)

    @property
    def _quickest(self) -> float:
        return min(self._recent, default=0.0)

    def _sent_within(self, now: float, seconds: float) -> int | None:
        """How many samples had been sent so many seconds before `now`, at most; None: all."""
        if seconds <= 0:
            return None
        index = bisect_right(self._sent, now - seconds, key=lambda note: note[1])
        return self._sent[index][0] if index < len(self._sent) else None

    def _instant_of(self, samples: int) -> float | None:
        """The instant at which `samples` had been sent; None if nothing was sent."""
        if not self._sent:
            return None
        index = bisect_left(self._sent, samples, key=lambda note: note[0])
        return self._sent[min(index, len(self._sent) - 1)][1]
