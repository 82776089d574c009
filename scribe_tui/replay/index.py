"""The index of one journal: where in its files each minute begins, and what was known there.

Made in one pass that parses no line of text but the last of each minute. Its size is bounded,
whatever the journal's.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from scribe_tui.event_records import instant_of
from scribe_tui.events import (
    ErrorRaised,
    Event,
    GapRecorded,
    HitStatus,
    SegmentCommitted,
    WatchHit,
)
from scribe_tui.journal.reading.journals import is_piece, lines_of
from scribe_tui.journal.reading.problems import Problems
from scribe_tui.journal.reading.reader import parse_line
from scribe_tui.journal.reading.rewrites import Rewrites
from scribe_tui.replay.dating import Dating
from scribe_tui.replay.facts import Facts
from scribe_tui.replay.timeline_marks import MOST_MARKS, MarkKind, TimelineMark
from scribe_tui.sanitize import harmless_line

MOST_PLACES = 20_000
"""Places in one journal: two weeks by the minute; a longer one is indexed every 2, 4... min."""
PLACE_BYTES = 1 << 20
"""A minute that is longer than this has several places."""
MOST_LINE_BYTES = 16 << 20
"""Twice the longest message of the service: a longer line is nothing of ours."""

_HEAD = re.compile(rb'\{"type": ?"([a-z_]{1,40})"')
_AT = re.compile(rb'"at": ?"([0-9T:.+Z-]{10,40})"')
_TEXT = frozenset({b"segment", b"partial", b"commit", b"entities"})
"""Types that make up most of a journal, and change nothing but the text."""


def is_unparsed(line: bytes) -> bool:
    """Whether the index reads only the beginning of a line.

    The rest is parsed when it is played.
    """
    head = _HEAD.match(line)
    return head is not None and head[1] in _TEXT and _AT.search(line, 0, 4096) is not None


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """A line in a journal's files, and what was known before it.

    `at` is its time on the replay's clock; `byte` counts over all parts, `offset` within
    part `part`; `lines` are the lines of text before it.
    """

    at: float
    part: int
    offset: int
    byte: int
    lines: int
    dating: Dating
    facts: Facts


@dataclass(slots=True)
class JournalIndex:
    """The index of one journal. `first_at` and `last_at`: its span, None if it is empty."""

    places: list[IndexEntry] = field(default_factory=list)
    marks: list[TimelineMark] = field(default_factory=list)
    rewrites: Rewrites = field(default_factory=Rewrites)
    problems: Problems = field(default_factory=Problems)
    first_at: float | None = None
    last_at: float | None = None
    zero_at: float | None = None

    def say_unreadable(self, path: Path, error: OSError) -> None:
        """A part cannot be read; reported once."""
        sentence = f"{harmless_line(path.name)} cannot be read: {error.strerror}."
        if sentence not in self.problems.unreadable:
            self.problems.unreadable.append(sentence)

    def place(self, at: float, lines: int, most_bytes: int) -> IndexEntry:
        """Where to read from to know all of `at`, with so many lines of text before it.

        Fewer where they would be more than `most_bytes` away. IndexError if it is empty.
        """
        last = max(0, bisect_right(self.places, at, key=lambda place: place.at) - 1)
        first, here = last, self.places[last]
        while first > 0 and here.lines - self.places[first].lines < lines:
            if here.byte - self.places[first - 1].byte > most_bytes:
                break
            first -= 1
        return self.places[first]


class Indexer:
    """Reads a journal through once for its index, and what is added to it from there on.

    Its marks are those of source number `source`.
    """

    def __init__(self, facts: Facts, source: int) -> None:
        self.index = self._index = JournalIndex()
        self._part = self._offset = 0
        self._file = ""
        self._facts = facts
        self._source = source
        self._dating = Dating()
        self._minute = b""
        self._last = b""
        self._now = 0.0
        self._lines = 0
        self._byte = 0
        self._stride = 1
        self._segment: bytes | None = None
        self._segment_shift = 0.0
        self._opened = False

    def read(self, parts: Sequence[tuple[Path, int]], *, grows: bool = False) -> bool:
        """Read on; whether there was anything. `parts` are all there ever were, with inodes.

        If the journal `grows`, a last line that is not whole is waited for, else it is torn, and
        a file that was set aside this moment is waited for until its name is known.
        """
        index, begun = self._index, self._byte
        while self._part < len(parts):
            (path, inode), is_last = parts[self._part], self._part == len(parts) - 1
            try:
                for line in lines_of(path, self._offset, inode if grows else None):
                    if is_last and grows and not line.endswith(b"\n"):
                        break
                    self._file = path.name
                    self._line(line, self._part, self._offset)
                    self._offset += len(line)
                    self._byte += len(line)
            except OSError as error:
                if grows and is_last and isinstance(error, FileNotFoundError):
                    break
                index.say_unreadable(path, error)
            if is_last:
                break
            self._part, self._offset = self._part + 1, 0
        if self._byte == begun:
            return False
        self._settle()
        if index.places:
            index.last_at = max(self._now, self._exactly(self._last))
        index.zero_at = self._facts.zero_at
        return True

    def _line(self, line: bytes, part: int, offset: int) -> None:
        head, at = _HEAD.match(line), _AT.search(line, 0, 4096)
        event = None
        if head is None or at is None or not is_unparsed(line):
            event = self._parsed(line)
            if event is None:
                return
            now = self._dating.date(event.at)
            self._minute = b""
        else:
            if not line.endswith(b"\n"):
                self._index.problems.torn[self._file] += 1
                return
            now = self._dated(at[1])
        self._now = max(now, self._now) if self._index.places else now
        self._add_place(part, offset)
        self._opened = True
        if event is not None:
            self._take(event)
        elif head is not None and head[1] == b"segment":
            self._lines += 1
            self._segment, self._segment_shift = line, self._dating.shift
            if self._facts.zero_at is None:
                self._settle()

    def _parsed(self, line: bytes) -> Event | None:
        if len(line) > MOST_LINE_BYTES:
            if not is_piece(line):
                self._index.problems.broken[self._file] += 1
            return None
        problems, file = self._index.problems, self._file
        return parse_line(line, problems, file, words=False, continued=not self._opened)

    def _dated(self, text: bytes) -> float:
        """The time of a line; that of one before it where both are of one minute."""
        minute = text[:16] + text[-6:]
        self._last = text
        if minute == self._minute:
            return self._now
        self._minute = minute
        return self._exactly(text)

    def _exactly(self, text: bytes) -> float:
        try:
            return self._dating.date(instant_of(text.decode("ascii")))
        except (ValueError, OverflowError, OSError):
            return self._now

    def _add_place(self, part: int, offset: int) -> None:
        places = self._index.places
        if places:
            before = places[-1]
            later = self._now // (60 * self._stride) != before.at // (60 * self._stride)
            if not later and self._byte - before.byte < PLACE_BYTES * self._stride:
                return
        else:
            self._index.first_at = self._now
        self._settle()
        # The place's own line dates itself once more, to the same time.
        place = IndexEntry(
            self._now,
            part,
            offset,
            self._byte,
            self._lines,
            self._dating.copy(),
            self._facts.copy(),
        )
        places.append(place)
        if len(places) > MOST_PLACES:
            del places[1::2]
            self._stride *= 2

    def _settle(self) -> None:
        """Take the last line of text into the facts: those before it say no more."""
        if self._segment is not None and len(self._segment) <= MOST_LINE_BYTES:
            event = parse_line(self._segment, Problems(), words=False)
            if event is not None:
                self._facts.apply(event, event.at + self._segment_shift)
        self._segment = None

    def _take(self, event: Event) -> None:
        kind = self._kind_of(event)
        if kind is not None and len(self._index.marks) < MOST_MARKS:
            self._index.marks.append(TimelineMark(self._now, kind, self._source))
        if isinstance(event, GapRecorded | SegmentCommitted):
            self._lines += 1
        if not self._index.rewrites.add(event):
            self._settle()
            self._facts.apply(event, self._now)

    def _kind_of(self, event: Event) -> MarkKind | None:
        """Tries that fail one after the other are one error."""
        if isinstance(event, GapRecorded):
            return MarkKind.GAP
        if isinstance(event, WatchHit) and event.status is HitStatus.CONFIRMED:
            return MarkKind.HIT
        if isinstance(event, ErrorRaised) and event.half not in self._facts.errors:
            return MarkKind.ERROR
        return None
