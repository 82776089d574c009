"""LinePages: the saved lines of one session in pages, to read further back than memory holds."""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from scribe_tui.events import CommittedSegment, Gap, GapRecorded, SegmentCommitted, SessionOpened
from scribe_tui.journal import PAGE_LINES
from scribe_tui.journal.reading.journals import MAX_LINE_BYTES, journals_of
from scribe_tui.journal.reading.line_scan import record_type, says_something
from scribe_tui.journal.reading.parts import is_in_place
from scribe_tui.journal.reading.problems import Problems
from scribe_tui.journal.reading.reader import parse_line
from scribe_tui.journal.reading.rewrites import AppliedCorrections, Rewrites

_LOOKS = 5
"""How often a scan is repeated if parts are renamed meanwhile."""


@dataclass(frozen=True, slots=True)
class _Spot:
    """Where a page begins: the file (by inode, because rotation renames it) and the byte in it.

    `at`: wall-clock instant at which its first line began.
    """

    path: Path
    inode: int
    offset: int
    at: float


class LinePages:
    """Segments with a text and gaps, numbered from 0 over all parts of a session's journal.

    Its methods read files: call them in a thread. It holds a few bytes for each page. Lines come
    with redactions, edits and corrections applied.
    """

    def __init__(self, run: Path, session: str) -> None:
        """Pages of `session` in the folder `run`; nothing is read yet."""
        self._run = run
        self._session = session
        self._spots: list[_Spot] = []
        self._paths: tuple[Path, ...] = ()
        self._rewrites = Rewrites()
        self._corrected = AppliedCorrections()

    def page(self, number: int) -> list[CommittedSegment | Gap]:
        """Return `PAGE_LINES` lines from number `number * PAGE_LINES` on.

        Fewer at the end of the journal, none beyond it. Raises OSError or UsageError if the journal
        cannot be read.
        """
        if number >= len(self._spots) or not self._is_where_it_was(self._spots[number]):
            self._scan()
        if number >= len(self._spots):
            return []
        spot = self._spots[number]
        return list(islice(self._lines_from(spot), PAGE_LINES))

    def lines(self, numbers: range) -> list[CommittedSegment | Gap]:
        """The lines with these numbers, as far as they exist. Raises as `page` does."""
        if not numbers:
            return []
        first, last = numbers[0] // PAGE_LINES, numbers[-1] // PAGE_LINES
        found = [line for page in range(first, last + 1) for line in self.page(page)]
        start = numbers[0] - first * PAGE_LINES
        return found[start : start + len(numbers)]

    def those(
        self, numbers: range, wanted: Callable[[CommittedSegment | Gap], bool]
    ) -> Iterator[tuple[int, CommittedSegment | Gap]]:
        """The lines among these numbers that are `wanted`, each with its number, in order.

        Raises as `page` does.
        """
        if not numbers:
            return
        for page in range(numbers[0] // PAGE_LINES, numbers[-1] // PAGE_LINES + 1):
            for number, line in enumerate(self.page(page), page * PAGE_LINES):
                if number in numbers and wanted(line):
                    yield number, line

    def number_at(self, at: float) -> int | None:
        """Return the number of the line spoken at an instant; None before the first line."""
        self._scan()
        page = bisect_right(self._spots, at, key=lambda spot: spot.at) - 1
        if page < 0:
            return None
        began = [line.started_at for line in self.page(page)]
        return page * PAGE_LINES + max(0, bisect_right(began, at) - 1)

    def number_of(self, segment_number: int) -> int | None:
        """Return the number of the line with that segment; None if there is none."""
        self._scan()
        for page in range(len(self._spots)):
            for place, line in enumerate(self.page(page)):
                if isinstance(line, CommittedSegment) and line.number == segment_number:
                    return page * PAGE_LINES + place
        return None

    def _is_where_it_was(self, spot: _Spot) -> bool:
        try:
            return spot.path.stat().st_ino == spot.inode
        except OSError:
            return False

    def _scan(self) -> None:
        """Find where pages begin, and what rewrites their lines; few lines are parsed."""
        for _ in range(_LOOKS):
            found = [one for one in journals_of(self._run) if one.session == self._session]
            self._scan_parts(found[0].paths if found else ())
            if all(is_in_place(journal) for journal in found):
                return

    def _scan_parts(self, paths: tuple[Path, ...]) -> None:
        spots: list[_Spot] = []
        rewrites, count = Rewrites(), 0
        for path in paths:
            with path.open("rb") as file:
                inode = os.fstat(file.fileno()).st_ino
                offset = 0
                while line := file.readline(MAX_LINE_BYTES):
                    if _is_line(line):
                        if count % PAGE_LINES == 0:
                            spots.append(_Spot(path, inode, offset, self._began(line)))
                        count += 1
                    else:
                        rewrites.scan((line,))
                        if record_type(line) in ("session_start", "continued"):
                            self._learn(line)
                    offset += len(line)
        self._spots, self._rewrites, self._paths = spots, rewrites, paths

    def _learn(self, line: bytes) -> None:
        event = parse_line(line, Problems(), continued=True)
        if isinstance(event, SessionOpened):
            self._corrected.learn(event.corrections)

    def _began(self, line: bytes) -> float:
        event = parse_line(line, Problems(), words=False)
        if isinstance(event, SegmentCommitted):
            return event.segment.started_at
        return event.gap.started_at if isinstance(event, GapRecorded) else 0.0

    def _lines_from(self, spot: _Spot) -> Iterator[CommittedSegment | Gap]:
        paths = self._paths[self._paths.index(spot.path) :]
        for path in paths:
            with path.open("rb") as file:
                file.seek(spot.offset if path == spot.path else 0)
                while line := file.readline(MAX_LINE_BYTES):
                    if _is_line(line):
                        event = parse_line(line, Problems(), words=False)
                        if isinstance(event, GapRecorded):
                            yield event.gap
                        elif isinstance(event, SegmentCommitted):
                            event = self._corrected.event(self._rewrites.event(event, 0))
                            assert isinstance(event, SegmentCommitted)
                            yield event.segment


def _is_line(line: bytes) -> bool:
    """Whether this record is shown as a line; an incomplete one is not."""
    if not line.endswith(b"\n"):
        return False
    kind = record_type(line)
    return kind == "gap" or (kind == "segment" and says_something(line))
