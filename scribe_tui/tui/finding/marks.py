"""Marks: lines that a person marked, to come back to."""

from __future__ import annotations

MAX_MARKS = 500


class Marks(dict[int, float]):
    """When the marked lines of one session were said, by the transcript's numbers."""

    def toggle(self, number: int, at: float) -> bool:
        """Mark a line, said at `at`, or take its mark away; whether it is marked now.

        Beyond `MAX_MARKS` the oldest mark goes.
        """
        if number in self:
            del self[number]
            return False
        self[number] = at
        if len(self) > MAX_MARKS:
            del self[next(iter(self))]
        return True
