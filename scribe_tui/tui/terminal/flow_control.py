"""FlowControl: how many bytes may be under way to the terminal, so that keys act without delay.

What is written to a terminal may lie for many seconds in buffers on the way (SSH over a thin
line), and the effect of a key is seen as much later. So cursor reports are asked for behind frames:
an answer shows that all before the question has arrived, and how long that took. A terminal
that answers none is asked no more; over a far line it is then reckoned to take little.

Pure: instants (monotonic seconds) and sizes (bytes) go in, decisions come out.
"""

from __future__ import annotations

from collections import deque
from math import inf
from typing import NamedTuple

ASK = "\x1b[6n"
PART_SECONDS = 0.3
"""Seconds that a thin line may need for all that is under way: keys wait no longer than that."""
EVERY_SECONDS = 1.0
"""How often a terminal is asked over a line that is not thin, while there is something to paint."""
GRACE_SECONDS = 0.15
"""How much longer than the shortest way back is taken for a line that is busy."""
MOST_SHORTEST_SECONDS = 1.0
"""The way itself is not longer, even over satellites: the rest is what waits on it."""
MUTE_SECONDS = 5.0
"""After this time without an answer the terminal counts as one that does not answer."""
MOST_UNANSWERED = 2
LATE_SECONDS = 60.0
"""An answer that comes later is not expected any more."""
LEAST_BYTES = 200
"""Fewer that come late say nothing about how much the line takes."""
LEAST_EXCESS = 0.02
"""Seconds by which an answer must be late to count as a measurement."""
LOST_BYTES = 2_000
"""An answer that does not come behind fewer bytes is lost; behind more it may still come."""
SEVERAL = 3
"""Number of agreeing measurements that are believed; a single one may be a hiccup."""
FIRST_WINDOW = 1_000.0
"""Bytes that may be under way on a far line that answers and was not measured yet."""
LEAST_WINDOW = 300.0
GROWTH = 1.5
"""How much more may be under way after an answer in less than half the expected time."""
FAST = 30_000.0
"""Bytes a second from which on a line is not thin."""


class Question(NamedTuple):
    """Asked at that instant, behind all the `sent` bytes, of which `under_way` had not arrived."""

    asked_at: float
    sent: int
    under_way: float


class FlowControl:
    """Measures what the line takes by questions and answers; says when to ask, when to wait.

    The one thing known of a line is its window: how many bytes may be under way to a terminal
    that answers. It is infinite for a line that is not thin.
    """

    def __init__(self, blind_rate: float | None = None) -> None:
        """`blind_rate`: bytes a second that a far line takes at least; None: the terminal is near.

        A near line is taken for fast until an answer is late, a far one for thin until several
        were in time.
        """
        self.shortest: float | None = None
        self.latest: float | None = None
        """Seconds from a question to its answer."""
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
        """Whether the terminal answers at all, as far as is known."""
        return self.shortest is not None and self._unanswered < MOST_UNANSWERED

    @property
    def is_waiting(self) -> bool:
        """Whether an answer is due."""
        return bool(self._due) and self.is_due(self._due[-1].asked_at)

    @property
    def rate(self) -> float | None:
        """Bytes a second that the line takes; None: it has not been seen to be thin."""
        limit = self._limit()
        return None if limit is None else limit / PART_SECONDS

    @property
    def thin_rate(self) -> float | None:
        """`rate`, once several measurements said that the line is thin: one may be a hiccup."""
        if self.answers:
            return self.rate if self._late >= SEVERAL else None
        return self._blind_rate if self._unanswered else None

    def _limit(self) -> float | None:
        """Most bytes that may be under way; None: as many as there are."""
        if self.answers:
            return None if self._window == inf else self._window
        return None if self._blind_rate is None else self._blind_rate * PART_SECONDS

    def _under_way(self, now: float) -> float:
        """Bytes written that have not arrived; without answers as many as is to be expected."""
        return self._sent - self._arrived if self.answers else self._unreckoned(now)

    def _unreckoned(self, now: float) -> float:
        """Bytes written that a line of the blind rate has not taken by `now`."""
        if self._blind_rate is None:
            return 0.0
        return max(0.0, self._reckoned - (now - self._reckoned_at) * self._blind_rate)

    def room(self, now: float) -> float | None:
        """How many bytes more may be written; None: as many as there are."""
        limit = self._limit()
        return None if limit is None else max(0.0, limit - self._under_way(now))

    def has_room(self, now: float) -> bool:
        """Whether there is room for a part that is worth it."""
        limit = self._limit()
        return limit is None or self._under_way(now) <= limit / 2

    def seconds_to_room(self, now: float) -> float | None:
        """After how long there will be room; None: the next answer decides."""
        limit = self._limit()
        if limit is None or self._blind_rate is None or self.answers:
            return None
        return max(0.0, self._under_way(now) - limit / 2) / self._blind_rate

    def wrote(self, size: int, now: float) -> None:
        """`size` bytes more were written."""
        self._reckoned, self._reckoned_at = self._unreckoned(now) + size, now
        self._sent += size

    def should_ask(self, now: float) -> bool:
        """Whether to ask behind the frame that is written at `now`."""
        if self._unanswered >= MOST_UNANSWERED:
            return False
        limited = self._limit() is not None
        if self.is_waiting:
            return limited and self.answers
        return limited or now >= self._next_at

    def asked(self, now: float) -> float | None:
        """It was asked behind all that was written so far.

        Returns after how many seconds without an answer frames must wait; None: they wait for
        room alone, or for nothing.
        """
        self._due.append(Question(now, self._sent, self._sent - self._arrived))
        if not self.answers or self.shortest is None or self._window != inf:
            return None
        return min(self.shortest, MOST_SHORTEST_SECONDS) + GRACE_SECONDS

    def is_due(self, asked_at: float) -> bool:
        """Whether the answer to the question of that instant is still due."""
        due = bool(self._due) and self._due[0].asked_at <= asked_at
        return due and asked_at > self._given_up_at

    def answered(self, now: float) -> None:
        """An answer came, in the order of the questions; one that nobody asked for is none."""
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
        """`size` bytes took `excess` seconds longer than none."""
        if excess > GRACE_SECONDS:
            if size >= LEAST_BYTES:
                measured = size / excess * PART_SECONDS
                self._window = (self._window + measured) / 2 if self._late else measured
                self._late += 1
        elif size / max(excess, LEAST_EXCESS) > 2 * self._window / PART_SECONDS:
            self._window *= GROWTH  # a line as thin as that would have taken longer
            self._late = max(0, self._late - 1)
        self._window = max(LEAST_WINDOW, self._window)
        if self._window > FAST * PART_SECONDS:
            self._window, self._late = inf, 0

    def another(self) -> None:
        """It may be another terminal from now on: one that answers."""
        self._unanswered = 0

    def give_up(self, now: float) -> None:
        """No answer came within `MUTE_SECONDS`: none is waited for any more."""
        while self._due and self._due[-1].asked_at > self._given_up_at:
            if self._due[-1].under_way >= LOST_BYTES:
                break
            self._due.pop()  # else the next answer would seem to be this one, and very late
        self._given_up_at = now
        self._arrived = self._sent
        self._unanswered += 1
        self._next_at = now + EVERY_SECONDS
