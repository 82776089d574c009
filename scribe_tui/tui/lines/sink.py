"""LineSink: turns events into plain lines and keeps names, hits, text and standing errors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from scribe_tui.events import (
    CommittedSegment,
    ErrorCleared,
    ErrorRaised,
    Event,
    Half,
    ScheduleChanged,
    SegmentCommitted,
    SessionOpened,
    SessionRemoved,
    SessionRenamed,
    TitleChanged,
)
from scribe_tui.transcript import Transcript
from scribe_tui.tui.faults import StandingFaults
from scribe_tui.tui.finding.hits import KnownHits
from scribe_tui.tui.finding.marks import Marks
from scribe_tui.tui.finding.places import KnownPlaces
from scribe_tui.tui.finding.quotes import Titles
from scribe_tui.tui.lines.sentences import line_of

KEPT_LINES = 2000
"""Most lines kept of each source, to be read again, searched and copied."""


class LineSink:
    """Turns the engine's events into lines, in order; a standing error is said once."""

    def __init__(self, say: Callable[[str], None], faults: StandingFaults | None = None) -> None:
        """`say` takes each line, `faults` records bugs in handling events."""
        self._faults = faults or StandingFaults()
        self.hits = KnownHits()
        self.places = KnownPlaces()
        self._say = say
        self._names: dict[str, str] = {}
        self._said: dict[str, Transcript] = {}
        self._titles: dict[str, Titles] = {}
        self._marks: dict[str, Marks] = {}
        self._seen: dict[str, int] = {}
        self._off: set[str] = set()
        self._wrong: dict[tuple[str, Half], str] = {}
        self._open = True

    def fail(self, session: str, error: Exception) -> None:
        """Report that an event of `session` failed to be handled; the same bug is said once."""
        before = self._faults.standing
        name = self._names.get(session, session)
        text = self._faults.stand(
            self, f"missed {session}", f"a line of {name}", error, "cannot be said"
        )
        if text not in before:
            self._say(text)

    def receive(self, event: Event) -> None:
        """Handle one event of the engine."""
        if not self._open:
            return
        self.hits.receive(event)
        self.places.receive(event)
        self.transcript_of(event.session).apply(event)
        name = self._names.get(event.session, event.session)
        match event:
            case SessionOpened(session=session, name=new):
                self._names[session] = new
                return
            case SessionRenamed(session=session, name=new):
                self._names[session] = new
            case TitleChanged(session=session, at=at, title=title):
                self.titles_of(session).add(at, title)
            case ScheduleChanged(session=session, on=on):
                (self._off.discard if on else self._off.add)(session)
        if self._is_news(event) and (line := self._line(event, name)):
            self._say(line)
        if isinstance(event, SessionRemoved):
            self._forget(event.session)

    def transcript_of(self, session: str) -> Transcript:
        """Return the transcript of that source, as far as it is kept."""
        if session not in self._said:
            self._said[session] = Transcript(max_lines=KEPT_LINES)
        return self._said[session]

    def titles_of(self, session: str) -> Titles:
        """Return the titles played by that source, with their times."""
        return self._titles.setdefault(session, Titles())

    def marks_of(self, session: str) -> Marks:
        """Return the marked lines of that source."""
        return self._marks.setdefault(session, Marks())

    def is_off(self, session: str) -> bool:
        """Return whether its schedule keeps the source off."""
        return session in self._off

    def unseen(self, session: str) -> int:
        """Return how many lines were said since the user last asked for that source."""
        transcript = self.transcript_of(session)
        return transcript.end - max(transcript.first, self._seen.get(session, 0))

    def seen(self, session: str) -> None:
        """Take note that the user asked for that source."""
        self._seen[session] = self.transcript_of(session).end
        self.hits.looked_at(session)

    def close(self) -> None:
        """Stop passing on events."""
        self._open = False

    def _line(self, event: Event, name: str) -> str:
        """Return the line for `event`; a segment's text is the transcript's, with corrections."""
        if isinstance(event, SegmentCommitted) and event.segment.text:
            transcript = self.transcript_of(event.session)
            kept = transcript.line(transcript.end - 1)
            if isinstance(kept, CommittedSegment):
                event = replace(event, segment=kept)
        return line_of(event, name)

    def _forget(self, session: str) -> None:
        self._said.pop(session, None)
        self._titles.pop(session, None)
        self._marks.pop(session, None)
        self._seen.pop(session, None)
        self._off.discard(session)

    def _is_news(self, event: Event) -> bool:
        """Return False for an error that stands already, and for the end of one that did not."""
        if isinstance(event, ErrorRaised):
            known = self._wrong.get((event.session, event.half))
            self._wrong[event.session, event.half] = event.message
            return known != event.message
        if isinstance(event, ErrorCleared):
            return self._wrong.pop((event.session, event.half), None) is not None
        return True
