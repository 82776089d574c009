"""TimelineMarks: the gaps, hits and errors of a past run by time, to jump to."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable
from enum import IntEnum
from typing import NamedTuple

MOST_MARKS = 100_000
"""Most marks of one source."""


class MarkKind(IntEnum):
    """What a mark stands for."""

    GAP = 0
    HIT = 1
    ERROR = 2

    @property
    def word(self) -> str:
        """As a person reads it."""
        return self.name.lower()


ALL_KINDS = frozenset(MarkKind)


class TimelineMark(NamedTuple):
    """A gap, hit or error at `at` (replay clock) in source number `source`."""

    at: float
    kind: MarkKind
    source: int


class TimelineMarks:
    """All marks of a run in order of time, in a few bytes each."""

    def __init__(self, marks: Iterable[TimelineMark]) -> None:
        """Marks in any order."""
        ordered = sorted(marks)
        self._at = array("d", [mark.at for mark in ordered])
        self._kinds = bytes([mark.kind for mark in ordered])
        self._sources = array("L", [mark.source for mark in ordered])
        self.counts: Counter[MarkKind] = Counter(mark.kind for mark in ordered)

    def after(self, at: float, kinds: frozenset[MarkKind]) -> TimelineMark | None:
        """The first one of these kinds later than `at`."""
        return self._first(range(bisect_right(self._at, at), len(self._at)), kinds)

    def before(self, at: float, kinds: frozenset[MarkKind]) -> TimelineMark | None:
        """The last one of these kinds earlier than `at`."""
        return self._first(range(bisect_left(self._at, at) - 1, -1, -1), kinds)

    def between(self, start: float, end: float) -> MarkKind | None:
        """The most serious kind from `start` to before `end`, None if there is nothing."""
        found = self._kinds[bisect_left(self._at, start) : bisect_left(self._at, end)]
        return MarkKind(max(found)) if found else None

    def _first(self, places: range, kinds: frozenset[MarkKind]) -> TimelineMark | None:
        for place in places:
            if (kind := MarkKind(self._kinds[place])) in kinds:
                return TimelineMark(self._at[place], kind, self._sources[place])
        return None
