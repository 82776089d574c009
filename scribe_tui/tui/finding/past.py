"""Past: a cache of pages of a pane's older lines, which are loaded from the journal on demand."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence

from scribe_tui.journal import PAGE_LINES
from scribe_tui.transcript import Line

MAX_PAGES = 8
TRIES = 3
"""How many times an incomplete page is requested."""


class Past:
    """A few pages of lines; a missing page is requested once, and arrives later."""

    def __init__(self, ask: Callable[[int], None]) -> None:
        """`ask` is called with the number of a page; the answer arrives through `give`."""
        self._ask = ask
        self._pages: OrderedDict[int, Sequence[Line]] = OrderedDict()
        self._asked: set[int] = set()
        self._tries: dict[int, int] = {}

    def line(self, number: int) -> Line | None:
        """Return the line of that number; None until its page has arrived."""
        page, place = divmod(number, PAGE_LINES)
        lines = self._pages.get(page, ())
        if place < len(lines):
            self._pages.move_to_end(page)
            return lines[place]
        if page not in self._asked and self._tries.get(page, 0) < TRIES:
            self._asked.add(page)
            self._tries[page] = self._tries.get(page, 0) + 1
            self._ask(page)
        return None

    def give(self, page: int, lines: Sequence[Line]) -> None:
        """Store a page, perhaps an incomplete one; the least recently used page is dropped."""
        self._asked.discard(page)
        self._pages[page] = lines
        self._pages.move_to_end(page)
        if len(self._pages) > MAX_PAGES:
            gone, _ = self._pages.popitem(last=False)
            self._tries.pop(gone, None)
