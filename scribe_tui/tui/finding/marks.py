"""Marks: lines that the user marked, to return to."""

from __future__ import annotations

MAX_MARKS = 500


class Marks(dict[int, float]):
    """Wall-clock times of the marked lines of one session, by the transcript's line numbers."""

    def toggle(self, number: int, at: float) -> bool:
        """Mark or unmark a line, said at `at`; return whether it is marked now.

        Beyond `MAX_MARKS` the oldest mark is removed.
        """
        if number in self:
            del self[number]
            return False
        self[number] = at
        if len(self) > MAX_MARKS:
            del self[next(iter(self))]
        return True
