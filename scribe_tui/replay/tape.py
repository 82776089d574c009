"""Tape: one journal as a stream of events that can be wound to any instant."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from scribe_tui.events import (
    ErrorRaised,
    Event,
    GapRecorded,
    PartialChanged,
    SegmentCommitted,
    SessionOpened,
    WatchHit,
)
from scribe_tui.journal.ownership import part_name
from scribe_tui.journal.reading.journals import Journal, is_piece, lines_of
from scribe_tui.journal.reading.problems import Problems
from scribe_tui.journal.reading.reader import parse_line
from scribe_tui.replay.dating import Dating
from scribe_tui.replay.facts import Facts
from scribe_tui.replay.index import MOST_LINE_BYTES, IndexEntry, Indexer, is_unparsed

LINES_BEFORE = 200
"""Lines of text that a pane is given when it is wound to somewhere."""
MOST_BYTES_BEFORE = 4 << 20
MOST_SHOWN = 2000
_SHOWN = SegmentCommitted | GapRecorded | SessionOpened | WatchHit | ErrorRaised
"""What a pane and the lists beside it make of the past; state is in the facts."""


@dataclass(slots=True)
class _Where:
    """How far a journal has been read: the place of the next line, and what dates it."""

    part: int
    offset: int
    dating: Dating
    now: float
    opened: bool


class Tape:
    """A journal at one place. `facts` are those of that place, `next_at` when it goes on.

    `next_at` is None at the end. Every event comes under the id `session`, and in the last
    form that the journal gives its text.
    """

    def __init__(self, journal: Journal, session: str, number: int, *, grows: bool = False) -> None:
        """Read the journal through for its index, and stand at its beginning.

        `grows`: it is being written to.
        """
        self.session = session
        self._parts: list[tuple[Path, int]] = list(zip(journal.paths, journal.inodes, strict=True))
        self._grows = grows
        self._indexer = Indexer(Facts(session, journal.name), number)
        self._indexer.read(self._parts, grows=grows)
        self.index = self._indexer.index
        self.facts = Facts(session, journal.name)
        self._events: Generator[tuple[float, Event]] | None = None
        self._head: tuple[float, Event] | None = None
        self._place: _Where | None = None
        self._damaged: set[int] = set()
        if self.index.places:
            self._stand_at(self.index.places[0])

    def grow(self, journal: Journal, *, grows: bool) -> bool:
        """Take in what was written since, in the journal's present parts; whether anything was.

        Parts that were deleted meanwhile keep their numbers: places count from the first one.
        """
        known = {inode: number for number, (_, inode) in enumerate(self._parts)}
        last = len(self._parts) - 1
        for part in zip(journal.paths, journal.inodes, strict=True):
            number = known.get(part[1])
            # The newest part may have got the inode of one that was deleted.
            if number is None or (number < last and part_name(part[0]).number is None):
                self._parts.append(part)
            else:
                self._parts[number] = part
        self._grows = grows
        if not self._indexer.read(self._parts, grows=grows):
            return False
        if self._place is None and self.index.places:
            self._stand_at(self.index.places[0])
        elif self._place is not None and self._head is None:
            self._events = self._read_on(self._place)
            self._advance()
        return True

    @property
    def next_at(self) -> float | None:
        """When the next event comes, on the replay's clock."""
        return None if self._head is None else self._head[0]

    def take(self) -> Event:
        """The next event; the facts are those behind it. Only where `next_at` is not None."""
        if self._head is None:
            raise IndexError("the tape is at its end")
        at, event = self._head
        self.facts.apply(event, at)
        self._advance()
        return event

    def wind(self, at: float) -> list[Event]:
        """Stand behind all that happened up to `at`; what a pane is to show there."""
        if not self.index.places:
            return []
        self._stand_at(self.index.place(at, LINES_BEFORE, MOST_BYTES_BEFORE))
        shown: deque[Event] = deque(maxlen=MOST_SHOWN)
        opening, partial = self.facts.opening, None
        while self.next_at is not None and self.next_at <= at:
            event = self.take()
            if isinstance(event, PartialChanged):
                partial = event
            elif isinstance(event, _SHOWN):
                shown.append(event)
                partial = None if isinstance(event, SegmentCommitted) else partial
        first = [] if opening is None else [replace(opening, session=self.session)]
        return [*first, *shown, *([partial] if partial is not None else [])]

    def close(self) -> None:
        """Close the files."""
        if self._events is not None:
            self._events.close()
        self._events = self._head = None

    def _stand_at(self, place: IndexEntry) -> None:
        self.close()
        self.facts = place.facts.copy()
        first = place is self.index.places[0]
        self._place = _Where(place.part, place.offset, place.dating.copy(), place.at, not first)
        self._events = self._read_on(self._place)
        self._advance()

    def _advance(self) -> None:
        self._head = next(self._events, None) if self._events is not None else None

    def _read_on(self, where: _Where) -> Generator[tuple[float, Event]]:
        for line in self._lines_from(where):
            event = parse_line(line, Problems(), words=False, continued=not where.opened)
            if event is None:
                self._say_damaged(line, where)
                continue
            where.opened = True
            where.now = max(where.now, where.dating.date(event.at))
            event = self.index.rewrites.event(event, self.facts.segments + 1)
            yield (
                where.now,
                event if event.session == self.session else replace(event, session=self.session),
            )

    def _say_damaged(self, line: bytes, where: _Where) -> None:
        """A line of text is looked at only when it is played; counted once, wherever wound to."""
        if is_unparsed(line) and where.offset not in self._damaged:
            self._damaged.add(where.offset)
            self.index.problems.broken[self._parts[where.part][0].name] += 1

    def _lines_from(self, where: _Where) -> Iterator[bytes]:
        """Whole lines up to the end that there is now; `where` goes along with them."""
        while where.part < len(self._parts):
            path, inode = self._parts[where.part]
            try:
                for line in lines_of(path, where.offset, inode if self._grows else None):
                    if not line.endswith(b"\n") and not is_piece(line):
                        break
                    where.offset += len(line)
                    if len(line) <= MOST_LINE_BYTES:
                        yield line
                    elif not is_piece(line):
                        self._say_damaged(line, where)
            except OSError as error:  # gone since the index was made: what is left is played
                is_last = where.part == len(self._parts) - 1
                if not (self._grows and is_last and isinstance(error, FileNotFoundError)):
                    self.index.say_unreadable(path, error)
            if where.part == len(self._parts) - 1:
                return
            where.part, where.offset = where.part + 1, 0
