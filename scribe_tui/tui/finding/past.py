"""The lines of one pane that are older than memory holds: pages that come when they are read."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence

from scribe_tui.journal import PAGE_LINES
from scribe_tui.transcript import Line

MAX_PAGES = 8
TRIES = 3
"""How often a page is asked for that comes shorter than it should be."""


class Past:
    """A few pages of lines; one that is missing is asked for, once, and comes later."""

    def __init__(self, ask: Callable[[int], None]) -> None:
        """`ask` is called with the number of a page; `give` answers."""
        self._ask = ask
        self._pages: OrderedDict[int, Sequence[Line]] = OrderedDict()
        self._asked: set[int] = set()
        self._tries: dict[int, int] = {}

    def line(self, number: int) -> Line | None:
        """The line of that number; None until it has come."""
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
        """A page has come, or what there is of it; the one unread for longest goes."""
        self._asked.discard(page)
        self._pages[page] = lines
        self._pages.move_to_end(page)
        if len(self._pages) > MAX_PAGES:
            gone, _ = self._pages.popitem(last=False)
            self._tries.pop(gone, None)
