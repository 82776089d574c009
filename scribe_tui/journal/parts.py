"""SessionFiles: the two files of one session, and their rotation into numbered parts."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from scribe_tui.event_records import iso, to_line, to_record
from scribe_tui.events import Event, SessionOpened, SessionRemoved
from scribe_tui.journal.append_file import AppendFile
from scribe_tui.journal.bounded_queue import LinesLost
from scribe_tui.journal.chain import Chain
from scribe_tui.journal.readable import ReadableLines
from scribe_tui.journal.retention.policy import JournalPolicy
from scribe_tui.journal.syncer import SyncJob


class SessionFiles:
    """`STEM.jsonl` and `STEM.txt`: one item becomes a line in one or both.

    Both are rotated together, to `STEM.0001.jsonl` and `STEM.0001.txt` and so on, at a size of the
    first one or when the day changes. Each new file begins with a header, so that it can be read
    alone.

    `removed`: the session was removed, the files may be closed. `waiting_since`: when the oldest
    unwritten line was added (monotonic clock), None if there is none.
    """

    def __init__(self, run: Path, stem: str, policy: JournalPolicy) -> None:
        self.record = AppendFile(run / f"{stem}.jsonl")
        self.readable = AppendFile(run / f"{stem}.txt")
        self.both = (self.record, self.readable)
        self.part = 1
        self.waiting_since: float | None = None
        self.removed = False
        self._policy = policy
        self._chain = Chain() if policy.chained else None
        self._lines = ReadableLines()
        self._opened: SessionOpened | None = None
        self._part_bytes = 0
        self._part_day: date | None = None

    @property
    def held_bytes(self) -> int:
        """Bytes of the lines that are not yet in their files."""
        return self.record.held_bytes + self.readable.held_bytes

    @property
    def held_lines(self) -> int:
        """Number of records that are not yet in their file."""
        return self.record.held_lines

    def sync_jobs(self) -> list[SyncJob]:
        """The files to sync to the disk; the .txt is left to the system."""
        for job in self.readable.sync_jobs():
            job.file.let_go()
        return self.record.sync_jobs()

    def add(self, item: Event | LinesLost, now: float) -> None:
        """Add one item at `now` (wall clock)."""
        today = datetime.fromtimestamp(now).date()
        if self._part_bytes and self._policy.ends_part(self._part_bytes, self._part_day, today):
            self._begin_part(now)
        self._part_day = today
        if isinstance(item, LinesLost):
            record = {"type": "lines_lost", "session": item.session, "at": iso(now)}
            self._add({**record, "lines": item.lines}, self._lines.lost(item.lines, now))
            return
        if isinstance(item, SessionOpened):
            self._opened = item
        self.removed = isinstance(item, SessionRemoved)
        self._add(to_record(item), self._lines.of(item))

    def close(self) -> None:
        """Close both files; what is added later opens them again."""
        for file in self.both:
            file.close()

    def _add(self, record: dict[str, Any], readable: bytes | None) -> None:
        line = self._chain.line_of(record) if self._chain else to_line(record)
        self.record.add(line)
        self._part_bytes += len(line)
        if readable is not None:
            self.readable.add(readable)

    def _begin_part(self, now: float) -> None:
        for file in self.both:
            file.end_part(self.part)
        self.part += 1
        self._lines.begin_file()
        if self._opened is not None:
            opened = to_record(replace(self._opened, at=now))
            header = opened | {"type": "continued", "part": self.part}
            line = self._lines.continued(self._opened, now)
            self._add(header | {"opened_at": iso(self._opened.at)}, line)
        self._part_bytes = 0
