"""Which rows of wrapped lines a view shows: the tail, or where a reader has scrolled to.

Pure: the number of rows of a line is requested when needed, so that only lines that are shown or
passed are wrapped.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

RowPlace = tuple[int, int]
"""A row: number of its line, and row within it. The uncommitted text is line `end`."""


@dataclass(frozen=True, slots=True)
class RowPlaces:
    """The lines `first` to `end`, inclusive; `count` returns the number of rows of a line."""

    first: int
    end: int
    count: Callable[[int], int]

    def tail(self, height: int) -> RowPlace:
        """Return the top row that puts the last row at the bottom of a view of `height` rows."""
        number, rows = self.end, self.count(self.end)
        while rows < height and number > self.first:
            number -= 1
            rows += self.count(number)
        return number, max(0, rows - height)

    def clamped(self, place: RowPlace) -> RowPlace:
        """Return the nearest row that still exists."""
        number, row = place
        if number < self.first:
            return self.first, 0
        number = min(number, self.end)
        return number, max(0, min(row, self.count(number) - 1))

    def moved(self, place: RowPlace, rows: int) -> RowPlace:
        """Return the place `rows` further down, or up if negative, within the lines."""
        number, row = place
        row += rows
        while row < 0 and number > self.first:
            number -= 1
            row += self.count(number)
        while number < self.end and row >= (count := self.count(number)):
            number += 1
            row -= count
        return number, max(0, row)

    def by_thirds(self, before: RowPlace, height: int) -> RowPlace:
        """Return the top row of a view that scrolls by a third of its height; `before` was the top.

        Scrolling repaints every row, which costs more than all the words in it.
        """
        tail = self.tail(height)
        before = self.clamped(before)
        if before < tail:
            return self.moved(tail, max(1, height // 3))
        return before if before <= self.moved(tail, height // 2) else tail


class Viewport:
    """Follows the tail until it is scrolled; then its top row stays, whatever is added below.

    Heights are in rows of the view.
    """

    def __init__(self, places: Callable[[], RowPlaces]) -> None:
        """`places` returns the places of the present text, wrapped as it is shown."""
        self._places = places
        self._top: RowPlace | None = None
        self._live_top: RowPlace = (0, 0)
        self._end_when_scrolled = 0
        self.held = False
        """Whether it does not move although its tail is visible."""

    @property
    def follows(self) -> bool:
        """Whether it follows the tail."""
        return self._top is None

    @property
    def new_lines(self) -> int | None:
        """Number of lines added since the tail was left; None while it is followed."""
        return None if self._top is None else self._places().end - self._end_when_scrolled

    def first_row(self, height: int, *, by_thirds: bool) -> RowPlace:
        """Return the top row; `by_thirds`: a full view scrolls by a third of its height."""
        places = self._places()
        if self._top is not None:
            return places.clamped(self._top)
        tail = places.by_thirds(self._live_top, height) if by_thirds else places.tail(height)
        self._live_top = tail
        return tail

    def follow(self) -> None:
        """Follow the tail again."""
        self._top = None
        self.held = False

    def hold(self, top: RowPlace) -> None:
        """Stop following; keep `top` as the top row if the tail was followed."""
        if self._top is None:
            self._top = top
            self._end_when_scrolled = self._places().end

    def scroll(self, top: RowPlace, rows: int, height: int) -> bool:
        """Scroll from `top` by `rows`, up if negative; return False if the tail is reached."""
        places = self._places()
        tail = places.tail(height)
        there = places.moved(min(top, tail), rows)
        if self._top is None:
            self._end_when_scrolled = places.end
        if there >= tail and not self.held:
            return False
        self._top = min(there, tail)
        return True

    def go_to_start(self, height: int, top: RowPlace) -> None:
        """Show the first line, unless everything is visible."""
        places = self._places()
        if (places.first, 0) < places.tail(height):
            self.hold(top)
            self._top = places.first, 0

    def go_to_line(self, number: int, height: int) -> None:
        """Put line `number` a third of the height below the top, if there is text below it."""
        if not height:
            self._top = number, 0
            return
        places = self._places()
        above = places.moved((number, 0), -(height // 3))
        self._top = min(above, places.tail(height))

    def reveal(self, number: int, height: int) -> None:
        """Scroll as little as needed to show the whole of line `number`."""
        if self._top is None:
            return
        places = self._places()
        top = places.clamped(self._top)
        rows = sum(places.count(line) for line in range(top[0], number + 1)) - top[1]
        if (number, 0) <= top or places.count(number) > height:
            top = number, 0
        elif rows > height:
            top = places.moved(top, rows - height)
        self._top = top

    def lowest_line(self, height: int) -> int:
        """Return the lowest visible line; the partial's line while the tail is followed."""
        places = self._places()
        if self._top is None:
            return places.end
        number, _ = places.moved(places.clamped(self._top), height - 1)
        return min(number, places.end)
