"""ReadBack: older lines than memory holds, read from the journal in threads, by pages."""

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
    """Gives panes lines that memory does not hold, if the journal can be read."""

    def equip(self, pane: Pane) -> None:
        """Let `pane` read back to its first line, if the run has a journal."""
        if (
            self.context.run is None
            or not self.context.reads_back
            or pane.transcript.past is not None
        ):
            return
        pane.transcript.past = Past(lambda page: self._fetch(pane, page))

    def reads_older(self, pane: Pane) -> bool:
        """Return whether older lines than memory holds can be read."""
        return bool(pane.transcript.transcript.first) and pane.transcript.past is not None

    async def look_further_back(self, pane: Pane, wanted: str) -> bool:
        """Search older lines for `wanted`; return False if the pane has another search by then."""
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
        """Return the newest of the older lines that contain `wanted`, with their numbers."""
        if (pages := self._pages_of(pane)) is None:
            return []
        older = range(pane.transcript.transcript.first)
        of_them = lambda line: holds(line_text(line), wanted)  # noqa: E731
        return await self._read(lambda: [*deque(pages.those(older, of_them), most)]) or []

    def reach_time(self, pane: Pane, at: float) -> bool:
        """Go to what was being said at `at`; return False if there is nothing."""
        held = pane.transcript.transcript
        is_older = bool(held.first) and at < held.line(held.first).started_at
        if is_older and (pages := self._pages_of(pane)) is not None:
            self._go_when_found(pane, partial(pages.number_at, at))
            return True
        return pane.go_to_time(at)

    def reach_segment(self, pane: Pane, segment_number: int) -> bool:
        """Go to the line of a segment; return False if it cannot be read."""
        if pane.go_to_segment(segment_number):
            return True
        pages = self._pages_of(pane)
        if pages is None or not pane.transcript.transcript.first:
            return False
        self._go_when_found(pane, partial(pages.number_of, segment_number))
        return True

    async def chosen_lines(self, pane: Pane) -> list[Line]:
        """Return the lines of the range, else the cursor line or the latest, also from the journal.

        If the journal cannot be read, this is said, and only lines in memory are returned.
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
        """Return the journal pages of `pane`, created on first use; None: it has none."""
        run = self.context.run
        if pane.pages is None and run is not None and pane.transcript.past is not None:
            from scribe_tui.journal.reading.pages import LinePages

            pane.pages = LinePages(run, pane.session)
        return pane.pages

    def _fetch(self, pane: Pane, page: int) -> None:
        pages = self._pages_of(pane)
        assert pages is not None  # only panes with pages have a `past`

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
        """Call `read` in a thread, one at a time; return None and say so if it fails."""
        try:
            async with self._journal_reading:
                return await asyncio.to_thread(read)
        except Exception as error:  # noqa: BLE001 - said and logged; what memory holds is there
            self.faults.log("The journal could not be read back.", error)
            self.say(f"The journal could not be read back: {type(error).__name__}.")
            return None
