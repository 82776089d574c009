"""Decorations of one pane's text: hits, found text, the cursor, marks, a range."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from typing import NamedTuple

from scribe_tui.events import CommittedSegment, Event, HitStatus, WatchHit
from scribe_tui.transcript import Line
from scribe_tui.tui.finding.marks import Marks
from scribe_tui.tui.finding.matching import Span, folded, spans

MAX_SEGMENTS = 4000
"""Most segments whose hits are remembered; older ones lose their highlights."""


class Highlight(NamedTuple):
    """Characters `start` to `end` (exclusive) of a text, drawn as `part`."""

    start: int
    end: int
    part: str


class Decor(NamedTuple):
    """The decorations of one line; equal ones are drawn alike."""

    heard: tuple[str, ...] = ()
    wanted: str = ""
    at_cursor: bool = False
    is_marked: bool = False
    in_range: bool = False


PLAIN = Decor()


class Decorations:
    """The decorations of one pane's text. Lines are identified by the transcript's numbers."""

    def __init__(self) -> None:
        """Start without decorations."""
        self.cursor: int | None = None
        self.range_start: int | None = None
        self.wanted = ""
        self.marks = Marks()
        self._hits: OrderedDict[int, dict[int, WatchHit]] = OrderedDict()
        self._open: dict[int, WatchHit] = {}

    def receive(self, event: Event) -> bool:
        """Handle one event; return whether highlights have changed."""
        if not isinstance(event, WatchHit):
            return False
        self._open.pop(event.hit, None)
        self._hits.get(event.segment_number, {}).pop(event.hit, None)
        if event.status is HitStatus.UNCONFIRMED:
            self._open[event.hit] = event
        elif event.status is HitStatus.CONFIRMED:
            self._hits.setdefault(event.segment_number, {})[event.hit] = event
            if len(self._hits) > MAX_SEGMENTS:
                self._hits.popitem(last=False)
        return True

    def of(self, number: int, line: Line) -> Decor:
        """Return the decorations of the line with that number."""
        hits = None
        if self._hits and isinstance(line, CommittedSegment):
            hits = self._hits.get(line.number)
        if not (hits or self.wanted or self.marks) and self.cursor is None:
            return PLAIN  # the common case
        return Decor(
            tuple(hit.heard for hit in hits.values()) if hits else (),
            self.wanted,
            number == self.cursor,
            number in self.marks,
            self.is_in_range(number),
        )

    def is_in_range(self, number: int) -> bool:
        """Return whether a line is between the start of the range and the cursor."""
        if self.range_start is None or self.cursor is None:
            return False
        first, last = sorted((self.range_start, self.cursor))
        return first <= number <= last

    def of_partial(self) -> Decor:
        """Return the decorations of the partial."""
        if not (self._open or self.wanted):
            return PLAIN
        return Decor(tuple(hit.heard for hit in self._open.values()), self.wanted)


def highlights_of(text: str, decor: Decor, hit_part: str, found_part: str) -> list[Highlight]:
    """Return highlights of a text, in order, without overlap; searched text takes precedence."""
    marks = [Highlight(first, last, found_part) for first, last in spans(text, decor.wanted)]
    if decor.heard:
        marks += _without_overlap(_hit_spans(text, decor.heard, hit_part), marks)
    return sorted(marks)


def _hit_spans(text: str, heard: Iterable[str], part: str) -> list[Highlight]:
    """Return the first places of each heard form, as many as it has hits."""
    wanted: dict[str, int] = {}
    for form in map(folded, heard):
        wanted[form] = wanted.get(form, 0) + 1
    return [
        Highlight(first, last, part)
        for form, count in wanted.items()
        for first, last in spans(text, form, whole_words=True, limit=count) or _rest(text, form)
    ]


def _rest(text: str, form: str) -> list[Span]:
    """Return where `text` begins with the rest of a hit that began in the line before."""
    words = form.split()
    for number in range(1, len(words)):
        found = spans(text, " ".join(words[number:]), whole_words=True, limit=1)
        if found and not text[: found[0][0]].strip():
            return found
    return []


def _without_overlap(new: list[Highlight], kept: list[Highlight]) -> list[Highlight]:
    free: list[Highlight] = []
    for mark in sorted(new, key=lambda one: (one.start, -one.end)):
        others = (*kept, *free)
        if all(mark.end <= other.start or mark.start >= other.end for other in others):
            free.append(mark)
    return free
