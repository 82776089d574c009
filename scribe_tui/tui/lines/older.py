"""Plain lines: reading lines that are no longer in memory from the journal."""

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
    """All lines of all sources by number: from memory, else read from the journal in a thread."""

    def __init__(self, app: MonitorDialog) -> None:
        """Use the lines in memory of `app`, and the journal of its run."""
        self._app = app
        self._pages: dict[str, LinePages] = {}
        self._reading = asyncio.Lock()

    def first(self, session: str) -> int:
        """Return the number of the oldest line that can be read."""
        held = self._app.bridge.transcript_of(session)
        return held.first if self._pages_of(session) is None else 0

    def reads(self, session: str) -> bool:
        """Return whether there are lines that are only in the journal and can be read."""
        held = self._app.bridge.transcript_of(session)
        return bool(held.first) and self._pages_of(session) is not None

    def take(self, session: str, numbers: range, then: Callable[[list[Line]], None]) -> None:
        """Call `then` with these lines: now if memory holds them all, else once they are read."""
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
        """Return whether what was said at `at` is no longer in memory and can be read."""
        held = self._app.bridge.transcript_of(session)
        return self.reads(session) and at < held.line(held.first).started_at

    async def number_at(self, session: str, at: float) -> int | None:
        """Return the number of the line that was being said at `at`; None: before the first."""
        if not self.is_older(session, at):
            return line_at(self._app.bridge.transcript_of(session), at)
        return await self._read(session, lambda pages: pages.number_at(at))

    async def read_at(self, session: str, at: float) -> tuple[int, Line] | None:
        """Return the line being said at `at`, read from the journal; else the first line of all."""

        def read(pages: LinePages) -> tuple[int, Line] | None:
            number = pages.number_at(at) or 0
            lines = pages.lines(range(number, number + 1))
            return (number, lines[0]) if lines else None

        return await self._read(session, read)

    async def number_of(self, session: str, segment_number: int) -> int | None:
        """Return the number of a segment's line; None if it is not saved."""
        return await self._read(session, lambda pages: pages.number_of(segment_number))

    async def holding(self, session: str, wanted: str, numbers: range) -> list[tuple[int, Line]]:
        """Return those of the saved lines `numbers` that contain `wanted`, with their numbers."""
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
        assert pages is not None  # callers check `reads` first
        async with self._reading:
            return await asyncio.to_thread(partial(ask, pages))
