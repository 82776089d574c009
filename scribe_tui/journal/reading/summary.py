"""Summary of a run: counts of what it holds, without parsing every record."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from scribe_tui.journal.reading.journals import Journal, called_last, journals_of, lines_of
from scribe_tui.journal.reading.line_scan import record_type
from scribe_tui.journal.reading.parts import lines_in
from scribe_tui.journal.retention.locks import is_written
from scribe_tui.journal.retention.scan import begun_at

_AT = re.compile(rb'"at": ?"([0-9T:.+Z-]{10,40})"')
QUIET_SECONDS = 3600.0
"""A source that is being recorded may write nothing for this long."""
_HEAD_LINES = 20
_HITS = frozenset({"hit", "watch_hit"})
_CONFIRMED = re.compile(rb'"status": ?"confirmed"')


@dataclass(frozen=True, slots=True)
class RunSummary:
    """One run. Instants are seconds since the epoch; `recording`: a process writes to it.

    `size`: bytes of all files in its folder, kept sound and exports, too.
    """

    path: Path
    begun_at: float
    ended_at: float
    sources: tuple[str, ...]
    segments: int
    gaps: int
    hits: int
    size: int
    recording: bool

    @property
    def seconds(self) -> float:
        """From the start to the last record."""
        return max(0.0, self.ended_at - self.begun_at)


def summarise(run: Path) -> RunSummary:
    """Count what a run holds. Raises UsageError for a folder that cannot be read."""
    journals = journals_of(run)
    counts = [_count(journal) for journal in journals]
    begun = begun_at(run) or min((found.first for found in counts if found.first), default=0.0)
    return RunSummary(
        path=run,
        begun_at=begun,
        ended_at=max((found.last for found in counts), default=begun),
        sources=tuple(called_last(journal).name for journal in journals),
        segments=sum(found.segments for found in counts),
        gaps=sum(found.gaps for found in counts),
        hits=sum(found.hits for found in counts),
        size=_size_of(run),
        recording=is_written(run),
    )


def _size_of(run: Path) -> int:
    size = 0
    with suppress(OSError), os.scandir(run) as entries:
        for entry in entries:
            with suppress(OSError):  # deleted, or set aside under another name, a moment ago
                if entry.is_file(follow_symlinks=False):
                    size += entry.stat(follow_symlinks=False).st_size
    return size


def span_of(run: Path, journals: Iterable[Journal]) -> tuple[float, float]:
    """When a run was begun and when its last record was written, as epoch seconds.

    For a run that is being recorded the end is now.
    """
    journals = list(journals)
    ends = [_last_at(journal.paths[-1]) for journal in journals]
    firsts = [at for journal in journals if (at := _first_at(journal.paths[0]))]
    begun = begun_at(run) or min(firsts, default=0.0)  # a copy may have any name
    ended = max([begun, *ends])
    now = time.time()
    # Where nothing can be locked every run seems to go on.
    goes_on = ended < now < ended + QUIET_SECONDS and is_written(run)
    return begun, now if goes_on else ended


@dataclass(slots=True)
class _Counts:
    segments: int = 0
    gaps: int = 0
    hits: int = 0
    first: float = 0.0
    last: float = 0.0


def _count(journal: Journal) -> _Counts:
    counts = _Counts()
    for line in lines_in(journal, lambda *_: None):
        kind = record_type(line)
        counts.segments += kind == "segment"
        counts.gaps += kind == "gap"
        counts.hits += kind in _HITS and _CONFIRMED.search(line) is not None
        if not counts.first:
            counts.first = _at(line)
    counts.last = _last_at(journal.paths[-1])
    return counts


def _first_at(path: Path) -> float:
    """The instant of one of the first records in a file, 0 if there is none."""
    try:
        return next((at for line in islice(lines_of(path), _HEAD_LINES) if (at := _at(line))), 0.0)
    except OSError:
        return 0.0


def _last_at(path: Path) -> float:
    """The instant of the last whole record in a file, 0 if there is none."""
    try:
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - 1_000_000))
            lines = file.read().splitlines(keepends=True)
    except OSError:
        return 0.0
    return next((at for line in reversed(lines) if line.endswith(b"\n") and (at := _at(line))), 0.0)


def _at(line: bytes) -> float:
    match = _AT.search(line, 0, 4096)
    try:
        return datetime.fromisoformat(match[1].decode("ascii")).timestamp() if match else 0.0
    except ValueError:
        return 0.0
