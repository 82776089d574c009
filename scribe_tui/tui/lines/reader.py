"""Plain lines: the cursor that moves from line to line and reads each aloud."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import TypeVar

from scribe_tui.events import CommittedSegment, WatchHit
from scribe_tui.transcript import Line, Transcript
from scribe_tui.tui.finding.search import line_at
from scribe_tui.tui.lines.chosen import Acts, Chosen
from scribe_tui.tui.lines.older import OlderLines
from scribe_tui.tui.lines.sentences import read_line
from scribe_tui.tui.text import clock, quoted

T = TypeVar("T")

MOST_READ = 10
"""Most lines in one answer."""
PAGE = 10


class Reader:
    """The cursor in the chosen source; None: at the end, where new lines are added."""

    def __init__(self, chosen: Chosen) -> None:
        """Start at the end."""
        self._chosen = chosen
        chosen.on_change = self._leave
        self._app = chosen.app
        self.older = OlderLines(chosen.app)
        self._cursor: int | None = None
        self._range_start: int | None = None
        self.acts: Acts = {
            "cursor-up": lambda: self._move(-1),
            "cursor-down": lambda: self._move(1),
            "line-up": lambda: self._move(-1),
            "line-down": lambda: self._move(1),
            "page-up": lambda: self._move(-PAGE),
            "page-down": lambda: self._move(PAGE),
            "home": self._home,
            "end": self._end,
            "unzoom": self._end,
            "range": self._range,
        }

    def _leave(self) -> None:
        """Go to the end, because another source is chosen."""
        self._cursor = self._range_start = None

    @property
    def _transcript(self) -> Transcript:
        return self._app.bridge.transcript_of(self._chosen.session)

    def end_range(self) -> None:
        """Drop the range."""
        self._range_start = None

    @property
    def cursor(self) -> int | None:
        """The number of the line read last; None: at the end."""
        return self._cursor

    @property
    def has_cursor(self) -> bool:
        """Whether the cursor is on a line, not at the live end."""
        return self._cursor is not None

    @property
    def here(self) -> int | None:
        """The number of the line at the cursor, or of the latest; None if nothing was said."""
        text = self._transcript
        if text.first == text.end:
            return None
        return text.end - 1 if self._cursor is None else self._held(self._cursor)

    async def line_of_hit(self, hit: WatchHit) -> CommittedSegment | None:
        """Return the line of a confirmed hit, from memory or the journal; None if in neither."""
        from scribe_tui.tui.actions.clipping import segment_of

        session, number = hit.session, hit.segment_number
        line = self._app.bridge.transcript_of(session).segment(number)
        if line is None:
            line = await asyncio.to_thread(segment_of, self._app.context.run, session, number)
        return line

    def with_cursor_line(self, then: Callable[[Line | None], None]) -> None:
        """Call `then` with the line at the cursor, once it is read; with None at the end."""
        here = None if self._cursor is None else self.here
        if here is None:
            then(None)
        else:
            numbers = range(here, here + 1)
            self.older.take(self._chosen.session, numbers, lambda found: then(_only(found)))

    def go_to(self, session: str, number: int | None) -> None:
        """Choose `session` and read its line `number`; None: say that it cannot be read."""
        if session != self._chosen.session:
            self._chosen.choose(session)
        if number is None or not self._first <= number < self._transcript.end:
            self._app.say("That line is no longer held in memory.")
        else:
            self.read(number)

    def go_to_segment(self, session: str, segment_number: int) -> None:
        """Choose `session` and read the line of that segment."""
        number = self._app.bridge.transcript_of(session).number_of(segment_number)
        if number is not None or not self.older.reads(session):
            self.go_to(session, number)
            return

        async def find() -> None:
            self.go_to(session, await self.older.number_of(session, segment_number))

        self._app.begin("reading back", find())

    def go_to_time(self, session: str, at: float) -> None:
        """Choose `session` and read what was being said at `at`."""
        if not self.older.is_older(session, at):
            self.go_to(session, line_at(self._app.bridge.transcript_of(session), at))
            return

        async def find() -> None:
            self.go_to(session, await self.older.number_at(session, at))

        self._app.begin("reading back", find())

    @property
    def chosen(self) -> range:
        """The numbers of the range, of the line at the cursor, or of the latest; may be empty."""
        if (here := self.here) is None:
            return range(0)
        start = here if self._range_start is None else self._held(self._range_start)
        first, last = sorted((start, here))
        return range(first, last + 1)

    def with_chosen_lines(self, then: Callable[[list[Line]], None]) -> None:
        """Call `then` with the lines of `chosen`, once they are read."""
        self.older.take(self._chosen.session, self.chosen, then)

    @property
    def _first(self) -> int:
        return self.older.first(self._chosen.session)

    def _held(self, number: int) -> int:
        return max(self._first, min(number, self._transcript.end - 1))

    def _move(self, lines: int) -> None:
        text = self._transcript
        if (here := self.here) is None:
            self._nothing()
            return
        at_end = self._cursor is None
        there = here if at_end and lines < 0 else here + lines
        if lines < -1 and at_end:
            there = here + lines + 1
        if there >= text.end:
            self._cursor = None
            self._app.say("The end: what is said now follows.")
            return
        if there < self._first:
            there = self._first
            if here == there:
                self._app.say("This is the oldest line that is held.")
        self.read(there)

    def _home(self) -> None:
        if self._transcript.first == self._transcript.end:
            self._nothing()
        else:
            self.read(self._first)

    def _end(self) -> None:
        self._cursor = self._range_start = None
        text = self._transcript
        if text.first == text.end:
            self._nothing()
        else:
            self._app.say(read_line(text.line(text.end - 1), self._chosen.name))

    def read(self, number: int) -> None:
        """Put the cursor on the line of that number and read it."""
        self._cursor = number
        name = self._chosen.name

        def say(found: list[Line]) -> None:
            line = _only(found)
            self._app.say(read_line(line, name) if line else f"{name}: that line is not saved.")

        self.older.take(self._chosen.session, range(number, number + 1), say)

    def _nothing(self) -> None:
        self._app.say(f"{self._chosen.name}: nothing yet")

    def _range(self) -> None:
        if self._range_start is not None:
            self._range_start = None
            self._app.say("No range any more.")
        elif (here := self.here) is not None:
            self._range_start = here
            self.older.take(self._chosen.session, range(here, here + 1), self._say_range)
        else:
            self._nothing()

    def _say_range(self, found: list[Line]) -> None:
        at = f" at {clock(found[0].started_at)}" if found else " here"
        self._app.say(f"The range begins{at}; the cursor keys move its other end.")

    def ask_which(self, lines: Sequence[str], things: Sequence[T], go: Callable[[T], None]) -> None:
        """Say the last of `lines` with numbers (the latest is 1); call `go` with the one chosen."""
        self.say_numbered(lines)

        def done(text: str | None) -> None:
            if not text:
                return
            place = int(text) if text.isdecimal() and len(text) < 6 else 0
            if 1 <= place <= len(things):
                go(things[-place])
            else:
                self._app.say(f"There is no number {quoted(text[:40])} in that list.")

        self._app.ask("Which number?", done)

    def say_numbered(self, lines: Sequence[str]) -> None:
        """Say the last of `lines` with numbers; the latest comes last and is number 1."""
        self.say_last([f"{len(lines) - place} {line}" for place, line in enumerate(lines)])

    def say_last(self, lines: Sequence[str]) -> None:
        """Say the last of `lines`, at most MOST_READ."""
        if len(lines) > MOST_READ:
            self._app.say(f"The last {MOST_READ} of {len(lines)}:")
        for line in lines[-MOST_READ:]:
            self._app.say(line)


def _only(found: list[Line]) -> Line | None:
    return found[0] if found else None
