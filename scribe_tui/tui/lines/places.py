"""Plain lines: marks, the list of places to come back to, and a clock time in all sources."""

from __future__ import annotations

import time

from scribe_tui.errors import UsageError
from scribe_tui.tui.finding.places import Kind, Place, hit_places
from scribe_tui.tui.finding.search import line_at, text_of
from scribe_tui.tui.lines.chosen import Acts, Chosen
from scribe_tui.tui.lines.reader import Reader
from scribe_tui.tui.lines.sentences import read_line
from scribe_tui.tui.screens.find_keys import instant_of
from scribe_tui.tui.text import clock, count_of


class Places:
    """The keys that mark a line, and those that go to one by what is there or when it was."""

    def __init__(self, chosen: Chosen, reader: Reader) -> None:
        """Moves `reader`'s cursor, and chooses the source of the place."""
        self._chosen = chosen
        self._app = chosen.app
        self._reader = reader
        self.acts: Acts = {"mark": self._mark, "time": self._ask_time}
        self.acts_without_source: Acts = {"places": self._list}

    def _mark(self) -> None:
        feed, session = self._app.bridge, self._chosen.session
        number = self._reader.here
        if number is None:
            self._app.say("There is no line to mark yet.")
            return
        at = feed.transcript_of(session).line(number).started_at
        is_marked = feed.marks_of(session).toggle(number, at)
        self._app.say(f"Marked: {clock(at)}." if is_marked else f"No mark any more at {clock(at)}.")

    def _list(self) -> None:
        feed = self._app.bridge
        places = [*feed.places.places, *hit_places(feed.hits.newest_first), *self._marked()]
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
        """The marked lines that are held, of all sources."""
        found = []
        for session in self._chosen.controls.sessions:
            text = self._app.bridge.transcript_of(session)
            for number, at in self._app.bridge.marks_of(session).items():
                if text.first <= number < text.end:
                    said = text_of(text.line(number))
                    found.append(Place(session, at, Kind.MARK, said, line=number))
        return found

    def _go_to(self, place: Place) -> None:
        if place.session not in self._chosen.controls.sessions:
            self._app.say("That source is gone.")
            return
        text = self._app.bridge.transcript_of(place.session)
        number = place.line
        if place.segment_number is not None:
            number = text.number_of(place.segment_number)
        elif number is None:
            number = line_at(text, place.at)
        self._reader.go_to(place.session, number)

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
            at = instant_of(text, time.time())
        except UsageError as error:
            self._app.say(error.sentence)
            return
        others = [one for one in self._chosen.controls.sessions if one != self._chosen.session]
        lines = [line for line in (self._line_at(one, at) for one in others) if line]
        self._reader.say_last(lines)
        self._read_at(at)
        self._app.say(f"{count_of(len(lines), 'other source')} with a line at {clock(at)}.")

    def _line_at(self, session: str, at: float) -> str:
        """What was said at an instant; empty where nothing is held of that time."""
        held = self._app.bridge.transcript_of(session)
        number = line_at(held, at)
        line = held.line(number) if number is not None else None
        if line is None or line.started_at > at:
            return ""
        return read_line(line, self._chosen.name_of(session))

    def _read_at(self, at: float) -> None:
        held = self._app.bridge.transcript_of(self._chosen.session)
        number = line_at(held, at)
        if number is not None and held.line(number).started_at > at:
            self._app.say("Nothing is held of that time; this is the oldest line that is.")
        self._reader.go_to(self._chosen.session, number)
