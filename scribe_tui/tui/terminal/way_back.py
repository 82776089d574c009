"""How long the way to the terminal and back is: a frame ahead of the eye helps nobody.

What is written to a terminal may lie for many seconds in buffers on the way (SSH over a thin
line), and a key then shows its effect as late. So now and then a cursor report is asked for
behind a frame; until the answer comes, no more than a moment's frames follow it. A terminal
that answers none is asked no more.

Pure: instants go in, decisions come out.
"""

from __future__ import annotations

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


class WayBack:
    """Measures round trips; says when to ask and when to hold frames back."""

    def __init__(self) -> None:
        """Not asked yet."""
        self.shortest: float | None = None
        self.latest: float | None = None
        self._asked_at: float | None = None
        self._next_at = 0.0
        self._unanswered = 0

    @property
    def is_waiting(self) -> bool:
        """Whether an answer is due."""
        return self._asked_at is not None

    def should_ask(self, now: float) -> bool:
        """Whether to ask behind the frame that is written at `now`."""
        return (
            self._asked_at is None and now >= self._next_at and (self._unanswered < MOST_UNANSWERED)
        )

    def asked(self, now: float) -> float:
        """It was asked; returns after how many seconds without an answer frames must wait."""
        self._asked_at = now
        return min(self.shortest or 0.0, MOST_SHORTEST_SECONDS) + GRACE_SECONDS

    def answered(self, now: float) -> None:
        """An answer came; one that nobody asked for is none."""
        if self._asked_at is None:
            return
        took = now - self._asked_at
        self.latest = took
        self.shortest = took if self.shortest is None else min(self.shortest, took)
        slow = took > self.shortest + GRACE_SECONDS
        self._next_at = now if slow else now + EVERY_SECONDS
        self._asked_at = None
        self._unanswered = 0

    def was_asked_at(self, asked_at: float) -> bool:
        """Whether the answer to the question of that instant is still due."""
        return self._asked_at == asked_at

    def give_up(self, now: float) -> None:
        """No answer came within `MUTE_SECONDS`."""
        self._asked_at = None
        self._unanswered += 1
        self._next_at = now + EVERY_SECONDS
