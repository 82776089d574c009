"""Plain lines: lines that are no longer in memory are read from the journal."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from scribe_tui.transcript import Line
from scribe_tui.tui.finding.matching import holds
from scribe_tui.tui.finding.search import line_at, line_text
from scribe_tui.tui.lines.monitor_dialog import MonitorDialog

if TYPE_CHECKING:
    from scribe_tui.journal.reading.pages import LinePages

T = TypeVar("T")


class OlderLines:
    """All lines of all sources by their numbers: at once from memory, else read in a thread."""

    def __init__(self, app: MonitorDialog) -> None:
        """The lines that `app` has received, and those of its run."""
        self._app = app
        self._pages: dict[str, LinePages] = {}
        self._reading = asyncio.Lock()

    def first(self, session: str) -> int:
        """The number of the oldest line that can be read."""
        held = self._app.bridge.transcript_of(session)
        return held.first if self._pages_of(session) is None else 0

    def reads(self, session: str) -> bool:
        """Whether there are lines that memory does not hold, and they can be read."""
        held = self._app.bridge.transcript_of(session)
        return bool(held.first) and self._pages_of(session) is not None

    def take(self, session: str, numbers: range, then: Callable[[list[Line]], None]) -> None:
        """Call `then` with these lines, now if memory holds them all, else when they are read."""
        held = self._app.bridge.transcript_of(session)
        older = range(numbers.start, min(numbers.stop, held.first))
        newer = [held.line(number) for number in numbers[len(older) :]]
        if not older:
            then(newer)
            return

        async def read() -> None:
            then([*await self._read(session, lambda pages: pages.lines(older)), *newer])

        self._app.begin("reading back", read())

    def is_older(self, session: str, at: float) -> bool:
        """Whether what was said at an instant is beyond memory, and can be read."""
        held = self._app.bridge.transcript_of(session)
        return self.reads(session) and at < held.line(held.first).started_at

    async def number_at(self, session: str, at: float) -> int | None:
        """The number of the line that was being said at an instant; None: before the first."""
        if not self.is_older(session, at):
            return line_at(self._app.bridge.transcript_of(session), at)
        return await self._read(session, lambda pages: pages.number_at(at))

    async def read_at(self, session: str, at: float) -> tuple[int, Line] | None:
        """What was being said at an instant beyond memory, else the first line of all."""

        def read(pages: LinePages) -> tuple[int, Line] | None:
            number = pages.number_at(at) or 0
            lines = pages.lines(range(number, number + 1))
            return (number, lines[0]) if lines else None

        return await self._read(session, read)

    async def number_of(self, session: str, segment_number: int) -> int | None:
        """The number of the line of a segment; None where it is not saved."""
        return await self._read(session, lambda pages: pages.number_of(segment_number))

    async def holding(self, session: str, wanted: str, numbers: range) -> list[tuple[int, Line]]:
        """Of the saved lines of these numbers those that hold `wanted`, with their numbers."""
        of_them = lambda line: holds(line_text(line), wanted)  # noqa: E731
        return await self._read(session, lambda pages: list(pages.those(numbers, of_them)))

    def _pages_of(self, session: str) -> LinePages | None:
        context = self._app.context
        if context.run is None or not context.reads_back:
            return None
        if session not in self._pages:
            from scribe_tui.journal.reading.pages import LinePages

            self._pages[session] = LinePages(context.run, session)
        return self._pages[session]

    async def _read(self, session: str, ask: Callable[[LinePages], T]) -> T:
        pages = self._pages_of(session)
        assert pages is not None  # nothing is asked for where `reads` says no
        async with self._reading:
            return await asyncio.to_thread(partial(ask, pages))
