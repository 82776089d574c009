"""Rows of wrapped lines by their places, and which of them is at the top of a view.

Pure: how many rows a line takes is asked when it matters, so that no line is wrapped that is
neither shown nor passed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Place = tuple[int, int]
"""A row: number of the line, row within it. What is not committed yet is line `end`."""


@dataclass(frozen=True, slots=True)
class RowPlaces:
    """Lines `first` to `end`, the last included; `count`: the number of rows of a line."""

    first: int
    end: int
    count: Callable[[int], int]

    def tail(self, height: int) -> Place:
        """The top row when the last row is at the bottom of `height` rows."""
        number, rows = self.end, self.count(self.end)
        while rows < height and number > self.first:
            number -= 1
            rows += self.count(number)
        return number, max(0, rows - height)

    def clamped(self, place: Place) -> Place:
        """The nearest place that still exists."""
        number, row = place
        if number < self.first:
            return self.first, 0
        number = min(number, self.end)
        return number, max(0, min(row, self.count(number) - 1))

    def moved(self, place: Place, rows: int) -> Place:
        """The place that many rows further down, or up if negative."""
        number, row = place
        row += rows
        while row < 0 and number > self.first:
            number -= 1
            row += self.count(number)
        while number < self.end and row >= (count := self.count(number)):
            number += 1
            row -= count
        return number, max(0, row)

    def by_thirds(self, before: Place, height: int) -> Place:
        """The top row of a view that moves up by a third at once; `before` was at its top.

        Moving up repaints every row: that costs more than all the words in it.
        """
        tail = self.tail(height)
        before = self.clamped(before)
        if before < tail:
            return self.moved(tail, max(1, height // 3))
        return before if before <= self.moved(tail, height // 2) else tail
