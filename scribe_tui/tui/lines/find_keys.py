"""Plain lines: find text in one source or in all, in memory first, then in the journal."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from scribe_tui.journal.search import INDEX_NAME
from scribe_tui.transcript import Line
from scribe_tui.tui.finding.matching import folded
from scribe_tui.tui.finding.search import OlderMatches, matching_lines, next_place
from scribe_tui.tui.lines.chosen import Acts, Chosen
from scribe_tui.tui.lines.reader import Reader
from scribe_tui.tui.lines.sentences import plain_line, read_line
from scribe_tui.tui.text import count_of, quoted

MOST_EARLIER = 200
"""Most lines of earlier runs that are searched for."""


class FindKeys:
    """The keys that search for words; `reader` reads what is found."""

    def __init__(self, chosen: Chosen, reader: Reader) -> None:
        """Start without a search."""
        self._chosen = chosen
        self._app = chosen.app
        self._reader = reader
        self._wanted = ""
        self._older: dict[str, OlderMatches] = {}
        self.acts: Acts = {
            "find": self._find,
            "find-back": lambda: self._find_again(-1),
            "find-on": lambda: self._find_again(1),
            "find-all": self._find_all,
        }

    def _find(self) -> None:
        def done(text: str | None) -> None:
            self._wanted = folded(text or "")
            self._older.clear()
            self._with_found(self._say_found)

        self._app.ask(f"Find what in {self._chosen.name}?", done)

    def _say_found(self, found: list[int]) -> None:
        self._app.say(f"{count_of(len(found), 'line')} of {self._chosen.name}.")
        if found:
            self._reader.read(found[-1])

    def _find_again(self, step: int) -> None:
        if not self._wanted:
            self._app.say("Nothing is looked for here; the find key asks.")
            return

        def go(found: list[int]) -> None:
            place = next_place(found, self._reader.cursor, step)
            if place is None:
                self._app.say(f"No line of {self._chosen.name} holds {quoted(self._wanted)}.")
            else:
                self._reader.read(found[place])

        self._with_found(go)

    def _with_found(self, then: Callable[[list[int]], None]) -> None:
        """Call `then` with the numbers of all lines of the source that contain the text.

        At once if memory holds all lines, else after the journal was searched.
        """
        session, wanted = self._chosen.session, self._wanted
        text = self._app.bridge.transcript_of(session)
        held = list(matching_lines(text, wanted)) if wanted else []
        older = self._older.setdefault(session, OlderMatches())
        unread = older.unread(text.first)
        if not (wanted and unread and self._reader.older.reads(session)):
            then([*older.numbers, *held])
            return

        async def look() -> None:
            found = await self._reader.older.holding(session, wanted, unread)
            if self._older.get(session) is not older or self._chosen.session != session:
                return
            if older.unread(unread.stop):  # not searched meanwhile by a second press of the key
                older.add(unread, [number for number, _ in found])
            then([*older.numbers, *held])

        self._app.begin("looking further back", look())

    def _find_all(self) -> None:
        def done(text: str | None) -> None:
            wanted = folded(text or "")
            if not wanted:
                self._app.say("Nothing is looked for.")
                return
            bridge, sessions = self._app.bridge, self._chosen.controls.sessions
            found = [
                (session, bridge.transcript_of(session).line(number))
                for session in sessions
                for number in matching_lines(bridge.transcript_of(session), wanted)
            ]
            older = [session for session in sessions if self._reader.older.reads(session)]
            if older or self._indexed() is not None:
                look = self._find_older(older, text or "", found)
                self._app.begin("looking further back", look)
            else:
                self._say_all(found)

        self._app.ask("Find what in all sources?", done)

    def _indexed(self) -> Path | None:
        """Return the folder of all runs if a search index exists there, else None."""
        run = self._app.context.run
        return run.parent if run is not None and (run.parent / INDEX_NAME).exists() else None

    async def _find_older(
        self, sessions: Sequence[str], text: str, found: list[tuple[str, Line]]
    ) -> None:
        """Search the journal for lines not in memory; say all found, then those of earlier runs."""
        for session in sessions:
            numbers = range(self._app.bridge.transcript_of(session).first)
            older = await self._reader.older.holding(session, folded(text), numbers)
            found += [(session, line) for _, line in older]
        self._say_all(found)
        if (log_dir := self._indexed()) is not None:
            await self._find_earlier(log_dir, text)

    async def _find_earlier(self, log_dir: Path, text: str) -> None:
        """Say the lines found in earlier runs, and problems with their files."""
        from scribe_tui.journal.search.index import Asked, search

        run, notes = self._app.context.run, list[str]()
        phrase = '"' + text.replace('"', " ") + '"'
        asked = Asked(phrase, limit=MOST_EARLIER)
        answer = await asyncio.to_thread(search, log_dir, asked, notes.append)
        lines = [one.line for one in answer.found if run is None or one.line.run != run.name]
        lines.sort(key=lambda line: line.at)
        self._reader.say_last(
            [
                plain_line(f"{_day_and_clock(line.at)} {line.name}, run {line.run}: {line.text}")
                for line in lines
            ]
        )
        count = count_of(len(lines), "line") if not answer.more else f"over {len(lines)} lines"
        self._app.say(f"{count} in earlier runs.")
        for note in notes:
            self._app.say(note)

    def _say_all(self, found: list[tuple[str, Line]]) -> None:
        found.sort(key=lambda one: one[1].started_at)
        names = {session: self._chosen.name_of(session) for session, _ in found}
        self._reader.say_last([read_line(line, names[session]) for session, line in found])
        self._app.say(f"{count_of(len(found), 'line')} in all sources.")


def _day_and_clock(at: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(at))
