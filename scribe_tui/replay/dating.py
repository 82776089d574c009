"""Dating: the instants of a journal as times on a clock that never goes back.

The lines of a journal stand in the order of what happened, and their instants are the wall
clock's, which may have been set back meanwhile. Then all that follows counts on from there.
"""

from __future__ import annotations

from dataclasses import dataclass

DISORDER_SECONDS = 30.0
"""A clock that goes back by less was not set back, or it does not matter."""


@dataclass(slots=True)
class Dating:
    """How one journal is dated up to some place in it.

    It rests on the first instant of each minute alone, so that an index that looks at no
    others comes to the same times as a reader of every line.
    """

    minute_at: float | None = None
    shift: float = 0.0

    def date(self, at: float) -> float:
        """The time of what happened at the instant `at`.

        Before an earlier time by a little, where things were written out of their order.
        """
        if self.minute_at is None:
            self.minute_at = at
        elif at // 60 != self.minute_at // 60:
            if at > self.minute_at:
                self.minute_at = at
            elif self.minute_at - at > DISORDER_SECONDS:
                self.shift += self.minute_at - at
                self.minute_at = at
        return at + self.shift

    def copy(self) -> Dating:
        """The same, apart."""
        return Dating(self.minute_at, self.shift)
