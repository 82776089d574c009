"""Plain lines: marks, the list of notable places, and a clock time in all sources."""

from __future__ import annotations

import time

from scribe_tui.errors import UsageError
from scribe_tui.transcript import Line
from scribe_tui.tui.finding.places import Place, PlaceKind, hit_places
from scribe_tui.tui.finding.search import line_at, line_text
from scribe_tui.tui.lines.chosen import Acts, Chosen
from scribe_tui.tui.lines.reader import Reader
from scribe_tui.tui.lines.sentences import read_line
from scribe_tui.tui.screens.find_keys import typed_instant
from scribe_tui.tui.text import clock, count_of

Found = tuple[int, Line] | None
"""A line and its number; None: nothing had been said by then."""


class PlaceKeys:
    """The keys that mark a line, and those that go to a line by its mark, event or time."""

    def __init__(self, chosen: Chosen, reader: Reader) -> None:
        """Move the cursor of `reader` and choose the source of the place."""
        self._chosen = chosen
        self._app = chosen.app
        self._reader = reader
        self.acts: Acts = {"mark": self._mark, "time": self._ask_time}
        self.acts_without_source: Acts = {"places": self._list}

    def _mark(self) -> None:
        bridge, session = self._app.bridge, self._chosen.session
        number = self._reader.here
        if number is None:
            self._app.say("There is no line to mark yet.")
            return

        def mark(found: list[Line]) -> None:
            if not found:
                self._app.say("That line is not saved, and cannot be marked.")
                return
            at = found[0].started_at
            is_marked = bridge.marks_of(session).toggle(number, at)
            said = f"Marked: {clock(at)}." if is_marked else f"No mark any more at {clock(at)}."
            self._app.say(said)

        self._reader.older.take(session, range(number, number + 1), mark)

    def _list(self) -> None:
        bridge = self._app.bridge
        places = [*bridge.places.places, *hit_places(bridge.hits.newest_first), *self._marked()]
        if not places:
            self._app.say("No mark, error, gap or hit so far; the mark key marks a line.")
            return
        places.sort(key=lambda place: place.at)
        said = [
            f"{clock(place.at)} {self._chosen.name_of(place.session)}: {place.kind}, {place.text}"
            for place in places
        ]
        self._reader.ask_which(said, places, self._go_to)

    def _marked(self) -> list[Place]:
        """Return the marked lines of all sources that can be read."""
        found = []
        for session in self._chosen.controls.sessions:
            text = self._app.bridge.transcript_of(session)
            for number, at in self._app.bridge.marks_of(session).items():
                if text.first <= number < text.end:
                    said = line_text(text.line(number))
                elif self._reader.older.reads(session):
                    said = "beyond memory; its number reads it"
                else:
                    continue
                found.append(Place(session, at, PlaceKind.MARK, said, line=number))
        return found

    def _go_to(self, place: Place) -> None:
        if place.session not in self._chosen.controls.sessions:
            self._app.say("That source is gone.")
            return
        if place.segment_number is not None:
            self._reader.go_to_segment(place.session, place.segment_number)
        elif place.line is not None:
            self._reader.go_to(place.session, place.line)
        else:
            self._reader.go_to_time(place.session, place.at)

    def _ask_time(self) -> None:
        question = "All sources at which time, such as 10:41, 10:41:30 or -5m? Nothing is now."
        self._app.ask(question, self._go_to_time)

    def _go_to_time(self, text: str | None) -> None:
        if text is None:
            self._app.say("The cursor stays.")
            return
        if not text:
            self._reader.acts["end"]()
            return
        try:
            at = typed_instant(text, time.time())
        except UsageError as error:
            self._app.say(error.sentence)
            return
        older = self._reader.older
        numbers: dict[str, int | None] = {
            session: line_at(self._app.bridge.transcript_of(session), at)
            for session in self._chosen.controls.sessions
        }
        beyond = [session for session in numbers if older.is_older(session, at)]
        if not beyond:
            self._say_time(at, self._held(numbers))
            return

        async def read() -> None:
            found = self._held(numbers)
            for session in beyond:
                found[session] = await older.read_at(session, at)
            self._say_time(at, found)

        self._app.begin("reading back", read())

    def _held(self, numbers: dict[str, int | None]) -> dict[str, Found]:
        """Return the lines of these numbers by session, as far as memory holds them."""
        transcript_of = self._app.bridge.transcript_of
        return {
            session: None if number is None else (number, transcript_of(session).line(number))
            for session, number in numbers.items()
            if number is None or number >= transcript_of(session).first
        }

    def _say_time(self, at: float, found: dict[str, Found]) -> None:
        """Say what the other sources said then, and go there in the chosen one."""
        mine = self._chosen.session
        said = [
            read_line(one[1], self._chosen.name_of(session))
            for session, one in found.items()
            if session != mine and one is not None and one[1].started_at <= at
        ]
        self._reader.say_last(said)
        here = found.get(mine)
        if here is not None and here[1].started_at > at:
            self._app.say("Nothing is held of that time; this is the oldest line that is.")
        if here is None:
            self._app.say(f"{self._chosen.name}: nothing was said then")
        else:
            self._reader.go_to(mine, here[0])
        self._app.say(f"{count_of(len(said), 'other source')} with a line at {clock(at)}.")
