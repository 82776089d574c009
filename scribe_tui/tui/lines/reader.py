"""Plain lines: the cursor that goes from line to line and reads each, find, hits and places."""

from __future__ import annotations

from collections.abc import Sequence

from scribe_tui.transcript import Line, Transcript
from scribe_tui.tui.finding.matching import folded
from scribe_tui.tui.finding.search import matching_lines, next_place
from scribe_tui.tui.lines.chosen import Acts, Chosen
from scribe_tui.tui.lines.sentences import hit_line, read_line
from scribe_tui.tui.text import clock, count_of

MOST_READ = 10
"""Lines that an answer has at most."""
PAGE = 10


class Reader:
    """The cursor in the chosen source; None: at the end, where new lines come."""

    def __init__(self, chosen: Chosen) -> None:
        """At the end."""
        self._chosen = chosen
        self._app = chosen.app
        self._cursor: int | None = None
        self._range_start: int | None = None
        self._wanted = ""
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
            "find": self._find,
            "find-back": lambda: self._find_again(-1),
            "find-on": lambda: self._find_again(1),
            "find-all": self._find_all,
            "range": self._range,
            "hits": self._hits,
        }

    @property
    def _transcript(self) -> Transcript:
        return self._app.bridge.transcript_of(self._chosen.session)

    def leave(self) -> None:
        """Another source is chosen: its reader begins at the end."""
        self._cursor = self._range_start = None

    def end_range(self) -> None:
        """Drop the range."""
        self._range_start = None

    @property
    def has_cursor(self) -> bool:
        """Whether a line is chosen, rather than what is said now."""
        return self._cursor is not None

    def chosen_lines(self) -> list[Line]:
        """The range, the line at the cursor, or the latest; none where nothing was said."""
        text = self._transcript
        if text.first == text.end:
            return []
        here = text.end - 1 if self._cursor is None else self._held(self._cursor)
        start = here if self._range_start is None else self._held(self._range_start)
        first, last = sorted((start, here))
        return [text.line(number) for number in range(first, last + 1)]

    def _held(self, number: int) -> int:
        return max(self._transcript.first, min(number, self._transcript.end - 1))

    def _move(self, lines: int) -> None:
        text = self._transcript
        if text.first == text.end:
            self._nothing()
            return
        at_end = self._cursor is None
        here = text.end - 1 if at_end or self._cursor is None else self._held(self._cursor)
        there = here if at_end and lines < 0 else here + lines
        if lines < -1 and at_end:
            there = here + lines + 1
        if there >= text.end:
            self._cursor = None
            self._app.say("The end: what is said now follows.")
            return
        if there < text.first:
            there = text.first
            if here == there:
                self._app.say("This is the oldest line that is held.")
        self._read(there)

    def _home(self) -> None:
        if self._transcript.first == self._transcript.end:
            self._nothing()
        else:
            self._read(self._transcript.first)

    def _end(self) -> None:
        self._cursor = self._range_start = None
        text = self._transcript
        if text.first == text.end:
            self._nothing()
        else:
            self._app.say(read_line(text.line(text.end - 1), self._chosen.name))

    def _read(self, number: int) -> None:
        self._cursor = number
        self._app.say(read_line(self._transcript.line(number), self._chosen.name))

    def _nothing(self) -> None:
        self._app.say(f"{self._chosen.name}: nothing yet")

    def _find(self) -> None:
        def done(text: str | None) -> None:
            self._wanted = folded(text or "")
            found = list(matching_lines(self._transcript, self._wanted))
            self._app.say(f"{count_of(len(found), 'line')} of {self._chosen.name}.")
            if found:
                self._read(found[-1])

        self._app.ask(f"Find what in {self._chosen.name}?", done)

    def _find_again(self, step: int) -> None:
        found = list(matching_lines(self._transcript, self._wanted)) if self._wanted else []
        place = next_place(found, self._cursor, step)
        if place is None:
            self._app.say("Nothing is looked for here; the find key asks.")
        else:
            self._read(found[place])

    def _find_all(self) -> None:
        def done(text: str | None) -> None:
            wanted = folded(text or "")
            feed = self._app.bridge
            found = [
                (line.started_at, session, line)
                for session in self._chosen.controls.sessions
                for number in matching_lines(feed.transcript_of(session), wanted)
                for line in (feed.transcript_of(session).line(number),)
            ]
            found.sort(key=lambda one: one[0])
            self._say_last(
                [read_line(line, self._chosen.name_of(session)) for _, session, line in found]
            )
            self._app.say(f"{count_of(len(found), 'line')} in all sources.")

        self._app.ask("Find what in all sources?", done)

    def _range(self) -> None:
        if self._range_start is not None:
            self._range_start = None
            self._app.say("No range any more.")
        elif lines := self.chosen_lines():
            text = self._transcript
            self._range_start = text.end - 1 if self._cursor is None else self._held(self._cursor)
            at = clock(lines[-1].started_at)
            self._app.say(f"The range begins at {at}; the cursor keys move its other end.")
        else:
            self._nothing()

    def _hits(self) -> None:
        hits = self._app.bridge.hits.newest_first
        lines = [
            f"{clock(hit.at)} {self._chosen.name_of(hit.session)}: {hit_line(hit)}"
            for hit in reversed(hits)
        ]
        self._say_last(lines)
        self._app.say(f"{count_of(len(hits), 'hit')}.")
        self._app.bridge.hits.looked_at()

    def _say_last(self, lines: Sequence[str]) -> None:
        if len(lines) > MOST_READ:
            self._app.say(f"The last {MOST_READ} of {len(lines)}:")
        for line in lines[-MOST_READ:]:
            self._app.say(line)
