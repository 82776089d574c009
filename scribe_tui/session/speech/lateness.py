"""Lateness: how long a service takes from the end of a segment to its text, by this connection.

What a segment without usable word times ends at, and when nothing more can be on its way, both
depend on it: half a second as a rule, seconds or minutes for a service that is overloaded. No
clock: instants are seconds on the caller's.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import deque

_NOTED_EVERY_SECONDS = 0.05
_NOTES_KEPT = 12000
"""At least ten minutes of them."""
_HARDLY_QUICKER = 0.8
"""Hardly a segment comes in less than this part of the shortest time of the latest ones."""
_NEVER_QUICKER = 0.5
"""No answer to a commit comes in less than this part of the shortest time of the latest ones."""
_SOONER_SECONDS = 1.0
"""So much sooner than the segments that it ended by itself a service may answer a commit: that
takes no pause, and of those the end is an estimate."""
_HARDLY_SLOWER = 1.25
"""Hardly one takes more than so many times the longest."""
_RECENT = 8
"""Segments by which it is judged, the latest of them by the slowest."""


class Lateness:
    """When sound was sent, and how late the text of the latest segments came."""

    def __init__(self) -> None:
        self._sent: deque[tuple[int, float]] = deque(maxlen=_NOTES_KEPT)
        self._recent: deque[float] = deque(maxlen=_RECENT)
        self._assumed = 0.0

    def sent(self, samples: int, now: float) -> None:
        """`samples` in all have been sent on this connection by now."""
        if not self._sent or now - self._sent[-1][1] >= _NOTED_EVERY_SECONDS:
            self._sent.append((samples, now))

    def answered(self, decided: int, now: float) -> None:
        """The text of a segment came that the service closed on hearing sample `decided`."""
        instant = self._instant_of(decided)
        if instant is not None:
            self._recent.append(max(0.0, now - instant))

    def first_text(self, speech: int, now: float) -> None:
        """The first text came; `speech`: the first sample that it can be about."""
        instant = self._instant_of(speech)
        if instant is not None:
            self._assumed = max(0.0, now - instant)

    @property
    def seconds(self) -> float:
        """How late text is at most, as far as is known; before any segment, by the first text."""
        return max(self._recent, default=self._assumed)

    def heard_before(self, now: float) -> int:
        """How many samples it has certainly heard of what it has answered by now."""
        at = now - _HARDLY_SLOWER * self.seconds
        index = bisect_right(self._sent, at, key=lambda note: note[1])
        return self._sent[index - 1][0] if index else 0

    def heard_at_most(self, now: float) -> int | None:
        """How many samples it can have heard of what it has answered by now; None: any number.

        Only of a service that is late by seconds is that less than all that was sent.
        """
        return self._sent_within(now, _HARDLY_QUICKER * self._quickest - _SOONER_SECONDS)

    def commits_heard_at_most(self, now: float) -> int | None:
        """The same of one whose segments all answer commits, and so are all alike."""
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
        """The instant at which `samples` had been sent, None if nothing was."""
        if not self._sent:
            return None
        index = bisect_left(self._sent, samples, key=lambda note: note[0])
        return self._sent[min(index, len(self._sent) - 1)][1]
