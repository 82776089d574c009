"""A terminal emulator that reports which rows an output changed."""

from __future__ import annotations

import codecs
from collections.abc import Callable

import pyte


class _Screen(pyte.Screen):
    """pyte's screen with functions that tmux also uses: repeated characters, scroll commands."""

    def __init__(self, columns: int, rows: int):
        super().__init__(columns, rows)
        self._last = " "

    def draw(self, data: str) -> None:
        """Draw, and remember the last character for `repeat`."""
        self._last = data[-1]
        super().draw(data)

    def repeat(self, count: int = 1) -> None:
        """Handle REP: repeat the last character."""
        super().draw(self._last * (count or 1))

    def scroll_up(self, count: int = 1) -> None:
        """Handle SU: the rows between the margins move up."""
        self._at_top(self.delete_lines, count or 1)

    def scroll_down(self, count: int = 1) -> None:
        """Handle SD: the rows between the margins move down."""
        self._at_top(self.insert_lines, count or 1)

    def _at_top(self, method: Callable[[int], None], count: int) -> None:
        x, y = self.cursor.x, self.cursor.y
        self.cursor.y = self.margins.top if self.margins else 0
        method(count)
        self.cursor.x, self.cursor.y = x, y


class _Stream(pyte.Stream):
    csi = pyte.Stream.csi | {"b": "repeat", "S": "scroll_up", "T": "scroll_down"}
    events = pyte.Stream.events | {"repeat", "scroll_up", "scroll_down"}


class Screen:
    """A screen of `columns` x `rows` cells, fed with what a program wrote."""

    def __init__(self, columns: int, rows: int):
        self.columns = columns
        self._screen = _Screen(columns, rows)
        self._stream = _Stream(self._screen)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def feed(self, data: bytes) -> list[int]:
        """Draw `data`; return the numbers of the changed rows, in order."""
        self._screen.dirty.clear()
        self._stream.feed(self._decoder.decode(data))
        return sorted(self._screen.dirty)

    def row(self, number: int) -> str:
        """Return the row's characters, one per cell; the second cell of a wide one is left out."""
        cells = self._screen.buffer[number]
        return "".join(cells[column].data for column in range(self.columns))
