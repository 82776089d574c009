"""Reading back beyond memory: lines come from the journal, read in threads, a page at a time."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from scribe_tui.tui.finding.matching import holds
from scribe_tui.tui.finding.past import Past
from scribe_tui.tui.finding.search import line_text
from scribe_tui.tui.screens.monitor_base import MonitorBase
from scribe_tui.tui.widgets.pane import Pane

if TYPE_CHECKING:
    from scribe_tui.journal.reading.pages import LinePages
    from scribe_tui.transcript import Line

T = TypeVar("T")


class ReadBack(MonitorBase, inherit_bindings=False):
    """Gives panes the lines that memory does not hold, where the journal can be read."""

    def equip(self, pane: Pane) -> None:
        """Let `pane` be read back to its first line; nothing where no journal is known."""
        if (
            self.context.run is None
            or not self.context.reads_back
            or pane.transcript.past is not None
        ):
            return
        pane.transcript.past = Past(lambda page: self._fetch(pane, page))

    def reads_older(self, pane: Pane) -> bool:
        """Whether there are lines beyond memory that can be read."""
        return bool(pane.transcript.transcript.first) and pane.transcript.past is not None

    async def look_further_back(self, pane: Pane, wanted: str) -> bool:
        """Complete the pane's older matches of `wanted`; False if it looks for another text now."""
        matches = pane.older_matches
        matches.is_reading = True
        unread = matches.unread(pane.transcript.transcript.first)
        found = await self._numbers_holding(pane, unread, wanted)
        matches.add(unread, found or ())
        matches.is_reading = False
        return pane.older_matches is matches

    async def _numbers_holding(self, pane: Pane, numbers: range, wanted: str) -> list[int] | None:
        if (pages := self._pages_of(pane)) is None:
            return None
        return await self._read(
            lambda: [
                number
                for number, _ in pages.those(numbers, lambda line: holds(line_text(line), wanted))
            ]
        )

    async def lines_further_back(
        self, pane: Pane, wanted: str, most: int
    ) -> list[tuple[int, Line]]:
        """The newest of the lines beyond memory that hold `wanted`, with their numbers."""
        if (pages := self._pages_of(pane)) is None:
            return []
        older = range(pane.transcript.transcript.first)
        of_them = lambda line: holds(line_text(line), wanted)  # noqa: E731
        return await self._read(lambda: [*deque(pages.those(older, of_them), most)]) or []

    def reach_time(self, pane: Pane, at: float) -> bool:
        """Go to what was being said at an instant; False if nothing is there."""
        held = pane.transcript.transcript
        is_older = bool(held.first) and at < held.line(held.first).started_at
        if is_older and (pages := self._pages_of(pane)) is not None:
            self._go_when_found(pane, partial(pages.number_at, at))
            return True
        return pane.go_to_time(at)

    def reach_segment(self, pane: Pane, segment_number: int) -> bool:
        """Go to the line of a segment; False if it is not there."""
        if pane.go_to_segment(segment_number):
            return True
        pages = self._pages_of(pane)
        if pages is None or not pane.transcript.transcript.first:
            return False
        self._go_when_found(pane, partial(pages.number_of, segment_number))
        return True

    async def chosen_lines(self, pane: Pane) -> list[Line]:
        """The range, the cursor line or the latest, also where memory does not hold them.

        Where the journal cannot be read, that is said, and what memory holds is given.
        """
        view = pane.transcript
        numbers, held = view.chosen, view.transcript
        here = numbers[max(0, held.first - numbers.start) :]
        lines = [held.line(number) for number in here]
        older = range(numbers.start, min(numbers.stop, held.first))
        if older and (pages := self._pages_of(pane)) is not None:
            lines = [*(await self._read(partial(pages.lines, older)) or ()), *lines]
        return lines

    def _pages_of(self, pane: Pane) -> LinePages | None:
        """The journal behind `pane`, made when it is first asked for; None: it has none."""
        run = self.context.run
        if pane.pages is None and run is not None and pane.transcript.past is not None:
            from scribe_tui.journal.reading.pages import LinePages

            pane.pages = LinePages(run, pane.session)
        return pane.pages

    def _fetch(self, pane: Pane, page: int) -> None:
        pages = self._pages_of(pane)
        assert pages is not None  # it was equipped to be asked

        async def fetch() -> None:
            lines = await self._read(partial(pages.page, page))
            if pane.transcript.past is not None:
                pane.transcript.past.give(page, lines or [])
            pane.transcript.redraw()

        self.run_worker(fetch(), group="past", exit_on_error=False)

    def _go_when_found(self, pane: Pane, find: Callable[[], int | None]) -> None:
        async def go() -> None:
            number = await self._read(find)
            if number is None or not pane.go_to(number):
                self.say("That line is not in the journal.")

        self.run_worker(go(), group="past", exit_on_error=False)

    async def _read(self, read: Callable[[], T]) -> T | None:
        """What `read` returns, in a thread, one at a time; None where it fails, which is said."""
        try:
            async with self._journal_reading:
                return await asyncio.to_thread(read)
        except Exception as error:  # noqa: BLE001 - said and logged; what memory holds is there
            self.faults.log("The journal could not be read back.", error)
            self.say(f"The journal could not be read back: {type(error).__name__}.")
            return None
