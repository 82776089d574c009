"""Problems: what could not be read of journals, counted by file and reported once."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from scribe_tui.events import (
    Event,
    GapRecorded,
    SegmentCommitted,
    SessionClosed,
    SessionOpened,
    SessionRemoved,
)
from scribe_tui.journal.retention.locks import is_written
from scribe_tui.sanitize import harmless_line

_MOST_NAMED = 5
"""Most files that a sentence names; of further ones it gives the number."""


@dataclass(slots=True)
class Problems:
    """Counts of what could not be read; `sentences` reports them.

    `broken`, `torn`, `missing`: lines that are no records, last lines cut short, and segments
    whose numbers were passed over, by the name of their file. `headless`, `endless`: files that
    hold a session that did not begin in them, or that did not end. `unknown`: records by
    their type. `lines`: segments and gaps that were in the time asked for, where one was.
    """

    unknown: Counter[str] = field(default_factory=Counter)
    broken: Counter[str] = field(default_factory=Counter)
    torn: Counter[str] = field(default_factory=Counter)
    missing: Counter[str] = field(default_factory=Counter)
    headless: list[str] = field(default_factory=list)
    endless: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    lines: int = 0

    def strangers(self, paths: Iterable[Path]) -> None:
        """Note files with a journal's suffix that begin with no record of a session."""
        self.unreadable += [
            f"{harmless_line(path.name)} was passed over: {why_strange(path)}." for path in paths
        ]

    def not_read(self, path: Path, error: OSError) -> None:
        """Note a file that cannot be read, or not to its end."""
        self.unreadable.append(f"{harmless_line(path.name)} cannot be read: {error.strerror}.")

    @property
    def sentences(self) -> list[str]:
        """One sentence for each kind of problem; empty if there was none."""
        sentences = [
            f"{count} records of type {harmless_line(kind)} are unknown to this version and were "
            "passed over."
            for kind, count in self.unknown.items()
        ]
        if self.broken:
            sentences.append(f"Damaged lines, passed over: {by_file(self.broken)}.")
        if self.missing:
            sentences.append(
                f"Segments missing, by their numbers (cut out, or deleted): "
                f"{by_file(self.missing)}."
            )
        if self.headless:
            sentences.append(
                f"The beginning is missing (cut off, or deleted): {_listed(self.headless)}."
            )
        if self.endless:
            sentences.append(
                "The end of the session is missing, as after a crash, or cut off: "
                f"{_listed(self.endless)}."
            )
        if self.torn:
            sentences.append(f"Last lines torn, as after a crash: {by_file(self.torn)}.")
        return sentences + self.unreadable


def why_strange(path: Path) -> str:
    """Why a file with a journal's suffix does not count as one, as the end of a sentence."""
    if not os.access(path, os.R_OK):
        return "it cannot be read"
    return "it begins with no record of a session of its name"


class Numbering:
    """Finds segments whose whole lines are gone: their numbers are missing.

    Numbers rise by one, or begin at 1 again where a session was restarted.
    """

    def __init__(self, problems: Problems) -> None:
        self._problems = problems
        self._latest: int | None = None
        self._broken = 0

    def excuse(self) -> None:
        """Lines were lost here, and the journal itself says so."""
        self._latest = None

    def segment(self, number: int, file: str) -> None:
        """Record a segment read from `file`. Damaged lines before it explain missing numbers."""
        broken = self._problems.broken.total()
        if self._latest is not None and number > self._latest:
            missing = number - self._latest - 1 - (broken - self._broken)
            if missing > 0:
                self._problems.missing[file] += missing
        self._latest, self._broken = number, broken

    def end(self, segments: int, file: str) -> None:
        """Record the session's end read from `file`: it had `segments` segments in all."""
        if self._latest is not None and segments > self._latest:
            self.segment(segments + 1, file)
            self._latest = segments


class Wholeness:
    """Finds journals whose first or last lines are missing completely, so that none is torn."""

    def __init__(self, problems: Problems) -> None:
        self._problems = problems
        self._opened = False
        self._ended = True
        self._headless = False

    def excuse(self) -> None:
        """Lines were lost here, and the journal itself says so."""
        self._opened = True

    def event(self, event: Event, file: str) -> None:
        """Record an event read from `file`."""
        match event:
            case SessionOpened():
                self._opened, self._ended = True, False
            case SessionClosed() | SessionRemoved():
                self._ended = True
            case SegmentCommitted() | GapRecorded():
                self._ended = False
            case _:
                return
        if not (self._opened or self._headless or isinstance(event, SessionRemoved)):
            self._headless = True
            self._problems.headless.append(file)

    def end(self, last: Path, has_grown: Callable[[], bool]) -> None:
        """Record that everything was read up to the end of `last`.

        A session that is being recorded has no end yet. `has_grown` returns whether anything was
        written since, which may include the end.
        """
        torn = self._problems.torn[last.name]
        if self._ended and not torn:
            return
        if is_written(last.parent) or has_grown():
            del self._problems.torn[last.name]  # its line was being written
        elif not torn:
            self._problems.endless.append(last.name)


def _listed(files: list[str]) -> str:
    return by_file(Counter(files)).replace("1 in ", "")


def by_file(counts: Counter[str]) -> str:
    """Return counts as text: `3 in news.jsonl, 1 in talk.jsonl`."""
    named = [f"{count} in {harmless_line(file)}" for file, count in counts.most_common(_MOST_NAMED)]
    more = len(counts) - len(named)
    return ", ".join(named) + (f" and in {more} more files" if more else "")
