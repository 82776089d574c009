"""FlowControl: how many bytes may be on their way to the terminal, so that keys act quickly.

What is written to a terminal may wait for many seconds in buffers on the way (SSH over a slow
line), and the effect of a key shows only after it. So a cursor report is requested after a frame:
the answer shows that everything before it has arrived, and how long that took. A terminal that does
not answer is not asked again; if it is remote, a low rate is assumed.

Pure: instants (monotonic seconds) and sizes (bytes) go in, decisions come out.
"""

from __future__ import annotations

from collections import deque
from math import inf
from typing import NamedTuple

ASK = "\x1b[6n"
PART_SECONDS = 0.3
"""Longest time in which a thin line should deliver all that is on the way: keys wait this long."""
EVERY_SECONDS = 1.0
"""Seconds between reports requested on a line that is not thin, while something is painted."""
GRACE_SECONDS = 0.15
"""An answer that takes this many seconds more than the shortest shows that the line is busy."""
MOST_SHORTEST_SECONDS = 1.0
"""Longest round trip assumed for an idle line, satellites included; more is time in buffers."""
MUTE_SECONDS = 5.0
"""Seconds without an answer after which a request counts as unanswered."""
MOST_UNANSWERED = 2
LATE_SECONDS = 60.0
"""Seconds after which an answer is no longer expected."""
LEAST_BYTES = 200
"""With fewer bytes on the way a late answer says nothing about the line rate."""
LEAST_EXCESS = 0.02
"""Seconds by which an answer must be late to count as a measurement."""
LOST_BYTES = 2_000
"""With fewer bytes on the way a missing answer is lost; with more it may still come."""
SEVERAL = 3
"""Number of agreeing measurements needed: a single one may be an accident."""
FIRST_WINDOW = 1_000.0
"""Bytes that may be on the way on a remote line that was not measured yet."""
LEAST_WINDOW = 300.0
GROWTH = 1.5
"""Factor by which the window grows after an answer in less than half the expected time."""
FAST = 30_000.0
"""A line of at least this many bytes per second is not thin."""


class Question(NamedTuple):
    """A requested report: when, after how many bytes, and how many of them had not arrived."""

    asked_at: float
    sent: int
    under_way: float


class FlowControl:
    """Measures the line rate by requested reports; says when to request and when to wait.

    What it keeps of a line is its window: how many bytes may be on the way to a terminal that
    answers. It is infinite for a line that is not thin.
    """

    def __init__(self, blind_rate: float | None = None) -> None:
        """`blind_rate`: bytes per second that a remote line takes at least; None: it is local.

        A local line counts as fast until an answer is late, a remote one as thin until several
        answers came in time.
        """
        self.shortest: float | None = None
        self.latest: float | None = None
        """Seconds from the latest request to its answer; `shortest` is the least of these."""
        self._blind_rate = blind_rate
        self._window = inf if blind_rate is None else FIRST_WINDOW
        self._late = 0
        self._due: deque[Question] = deque()
        self._given_up_at = -inf
        self._unanswered = 0
        self._next_at = 0.0
        self._sent = self._arrived = 0
        self._reckoned, self._reckoned_at = 0.0, 0.0

    @property
    def answers(self) -> bool:
        """Whether the terminal answers requests, as far as is known."""
        return self.shortest is not None and self._unanswered < MOST_UNANSWERED

    @property
    def is_waiting(self) -> bool:
        """Whether an answer is still expected."""
        return bool(self._due) and self.is_due(self._due[-1].asked_at)

    @property
    def rate(self) -> float | None:
        """Bytes per second that the line takes; None: it was not found to be thin."""
        limit = self._limit()
        return None if limit is None else limit / PART_SECONDS

    @property
    def thin_rate(self) -> float | None:
        """`rate`, once several measurements found the line thin; a single one may be chance."""
        if self.answers:
            return self.rate if self._late >= SEVERAL else None
        return self._blind_rate if self._unanswered else None

    def _limit(self) -> float | None:
        """Return how many bytes may be on the way; None: no limit."""
        if self.answers:
            return None if self._window == inf else self._window
        return None if self._blind_rate is None else self._blind_rate * PART_SECONDS

    def _under_way(self, now: float) -> float:
        """Return the bytes written but not arrived; without answers, an estimate."""
        return self._sent - self._arrived if self.answers else self._unreckoned(now)

    def _unreckoned(self, now: float) -> float:
        """Return the bytes written that a line of the blind rate has not delivered by `now`."""
        if self._blind_rate is None:
            return 0.0
        return max(0.0, self._reckoned - (now - self._reckoned_at) * self._blind_rate)

    def room(self, now: float) -> float | None:
        """Return how many more bytes may be written; None: no limit."""
        limit = self._limit()
        return None if limit is None else max(0.0, limit - self._under_way(now))

    def has_room(self, now: float) -> bool:
        """Return whether there is room for a part worth sending: half the limit."""
        limit = self._limit()
        return limit is None or self._under_way(now) <= limit / 2

    def seconds_to_room(self, now: float) -> float | None:
        """Return the seconds until there is room; None: there is no limit, or an answer decides."""
        limit = self._limit()
        if limit is None or self._blind_rate is None or self.answers:
            return None
        return max(0.0, self._under_way(now) - limit / 2) / self._blind_rate

    def wrote(self, size: int, now: float) -> None:
        """Count `size` bytes as written at `now`."""
        self._reckoned, self._reckoned_at = self._unreckoned(now) + size, now
        self._sent += size

    def should_ask(self, now: float) -> bool:
        """Return whether to request a report after the frame written at `now`."""
        if self._unanswered >= MOST_UNANSWERED:
            return False
        limited = self._limit() is not None
        if self.is_waiting:
            return limited and self.answers
        return limited or now >= self._next_at

    def asked(self, now: float) -> float | None:
        """Record that a report was requested after all that was written so far.

        Returns the seconds without an answer after which frames must wait; None: no such limit.
        """
        self._due.append(Question(now, self._sent, self._sent - self._arrived))
        if not self.answers or self.shortest is None or self._window != inf:
            return None
        return min(self.shortest, MOST_SHORTEST_SECONDS) + GRACE_SECONDS

    def is_due(self, asked_at: float) -> bool:
        """Return whether the answer to the request of that instant is still expected."""
        due = bool(self._due) and self._due[0].asked_at <= asked_at
        return due and asked_at > self._given_up_at

    def answered(self, now: float) -> None:
        """Record an answer; answers come in the order of the requests."""
        while self._due and now - self._due[0].asked_at > LATE_SECONDS:
            self._due.popleft()
        if not self._due:
            return
        question = self._due.popleft()
        took = self.latest = now - question.asked_at
        self.shortest = took if self.shortest is None else min(self.shortest, took)
        excess = took - min(self.shortest, MOST_SHORTEST_SECONDS)
        self._arrived = max(self._arrived, question.sent)
        self._measure(question.under_way, excess)
        self._unanswered = 0
        self._next_at = now if excess > GRACE_SECONDS else now + EVERY_SECONDS

    def _measure(self, size: float, excess: float) -> None:
        """Adjust the window: `size` bytes delayed the answer by `excess` seconds."""
        if excess > GRACE_SECONDS:
            if size >= LEAST_BYTES:
                measured = size / excess * PART_SECONDS
                self._window = (self._window + measured) / 2 if self._late else measured
                self._late += 1
        elif size / max(excess, LEAST_EXCESS) > 2 * self._window / PART_SECONDS:
            self._window *= GROWTH  # a line as thin as the window says would have taken longer
            self._late = max(0, self._late - 1)
        self._window = max(LEAST_WINDOW, self._window)
        if self._window > FAST * PART_SECONDS:
            self._window, self._late = inf, 0

    def another(self) -> None:
        """Expect answers again: another terminal may be attached now."""
        self._unanswered = 0

    def give_up(self, now: float) -> None:
        """Stop waiting for answers, as none came within `MUTE_SECONDS`."""
        while self._due and self._due[-1].asked_at > self._given_up_at:
            if self._due[-1].under_way >= LOST_BYTES:
                break
            self._due.pop()  # else the next answer would be taken for this one
        self._given_up_at = now
        self._arrived = self._sent
        self._unanswered += 1
        self._next_at = now + EVERY_SECONDS
