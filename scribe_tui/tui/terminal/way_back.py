"""How long the way to the terminal and back is: a frame ahead of the eye helps nobody.

What is written to a terminal may lie for many seconds in buffers on the way (SSH over a thin
line), and a key then shows its effect as late. So now and then a cursor report is asked for
behind a frame; until the answer comes, no more than a moment's frames follow it. A terminal
that answers none is asked no more.

Pure: instants go in, decisions come out.
"""

from __future__ import annotations

from collections import deque

ASK = "\x1b[6n"
EVERY_SECONDS = 1.0
"""How often a terminal that answers at once is asked, while there is something to paint."""
GRACE_SECONDS = 0.15
"""How much longer than the shortest way back is taken for a line that is busy."""
MOST_SHORTEST_SECONDS = 1.0
"""The way itself is not longer, even over satellites: the rest is what waits on it."""
MUTE_SECONDS = 5.0
"""No answer for so long: not a slow line but a terminal that does not answer, or did not now."""
MOST_UNANSWERED = 2
LATE_SECONDS = 60.0
"""An answer that comes later is not expected any more."""
LEAST_BYTES = 200
"""Fewer that come late say nothing about how much the line takes."""
LEAST_EXCESS = 0.02
"""Seconds; less is not measured."""
LOST_BYTES = 2_000
SEVERAL = 3
"""Measurements."""
FIRST_WINDOW, PROVED = 1_000.0, 16_000.0
"""Bytes: so many go out over a line of which nothing is known, twice as many after each answer in
time; one that takes as many at once as the second says is not thin."""
FAST = 30_000.0
"""Bytes a second; a line that takes so many is not thin."""


class WayBack:
    """Measures round trips and how much the line takes; says when to ask and when to hold."""

    def __init__(self) -> None:
        """Not asked yet."""
        self.shortest: float | None = None
        self.latest: float | None = None
        self.rate: float | None = None
        """Bytes a second that the line takes; None: it has not been seen to be thin."""
        self._due: deque[tuple[float, int, int]] = deque()
        self._asked_at: float | None = None
        self._asked_sent = 0
        self._next_at = 0.0
        self._unanswered = 0
        self._late = 0
        self._window = FIRST_WINDOW
        self._answered_sent = 0

    def room(self, sent: int) -> float | None:
        """How many bytes more may follow the `sent` ones before an answer tells of the line.

        None: as many as there are, for it has taken much at once; or its rate is known.
        """
        if self.rate is not None or self._window >= PROVED:
            return None
        return self._window - (sent - self._answered_sent)

    @property
    def thin_rate(self) -> float | None:
        """`rate`, once several measurements said that the line is thin: one may be a hiccup."""
        return self.rate if self._late >= SEVERAL else None

    @property
    def is_waiting(self) -> bool:
        """Whether an answer is due."""
        return self._asked_at is not None

    @property
    def answers(self) -> bool:
        """Whether the terminal answers at all, as far as is known."""
        return self.shortest is not None and self._unanswered < MOST_UNANSWERED

    def should_ask(self, now: float, room: float | None = None) -> bool:
        """Whether to ask behind the frame that is written at `now` and leaves so much room."""
        if self._asked_at is not None or self._unanswered >= MOST_UNANSWERED:
            return False
        if now >= self._next_at or self.rate is not None:
            return True
        return room is not None and room < self._window / 2

    def asked(self, now: float, sent: int = 0) -> float:
        """It was asked behind all the `sent` bytes that were written to the terminal so far.

        Returns after how many seconds without an answer frames must wait.
        """
        self._due.append((now, sent - self._asked_sent, sent))
        self._asked_at, self._asked_sent = now, sent
        return min(self.shortest or 0.0, MOST_SHORTEST_SECONDS) + GRACE_SECONDS

    def answered(self, now: float) -> None:
        """An answer came, in the order of the questions; one that nobody asked for is none."""
        while self._due and now - self._due[0][0] > LATE_SECONDS:
            self._due.popleft()
        if not self._due:
            return
        asked_at, size, self._answered_sent = self._due.popleft()
        took = now - asked_at
        self.latest = took
        self.shortest = took if self.shortest is None else min(self.shortest, took)
        excess = took - min(self.shortest, MOST_SHORTEST_SECONDS)
        self._measure(size, excess)
        self._unanswered = 0
        if asked_at == self._asked_at:
            self._asked_at = None
            self._next_at = now if excess > GRACE_SECONDS else now + EVERY_SECONDS

    def _measure(self, size: int, excess: float) -> None:
        """`size` bytes took `excess` seconds longer than none."""
        if excess > GRACE_SECONDS:
            if size >= LEAST_BYTES:
                rate = size / excess
                self.rate = rate if self.rate is None else (self.rate + rate) / 2
                self._late += 1
        elif self.rate is None:
            if size >= self._window / 2:
                self._window *= 2
        elif size / max(excess, LEAST_EXCESS) > 2 * self.rate:
            self.rate *= 1.5  # a line as thin as that would have taken longer
            self._late = 0
        if self.rate is not None and self.rate > FAST:
            self.rate, self._window = None, PROVED

    def was_asked_at(self, asked_at: float) -> bool:
        """Whether the answer to the question of that instant is still due."""
        return self._asked_at == asked_at

    def another(self) -> None:
        """It may be another terminal from now on: one that answers."""
        self._unanswered = 0

    def give_up(self, now: float) -> None:
        """No answer came within `MUTE_SECONDS`; behind few bytes none will, it is lost."""
        if self._due and self._due[-1][0] == self._asked_at and self._due[-1][1] < LOST_BYTES:
            self._due.pop()  # else the next answer would seem to be this one, and very late
        self._asked_at = None
        self._unanswered += 1
        self._next_at = now + EVERY_SECONDS
