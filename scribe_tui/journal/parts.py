"""The two files of one session, and when they are set aside for new ones."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from scribe_tui.event_records import iso, to_line, to_record
from scribe_tui.events import Event, SessionOpened
from scribe_tui.journal.append_file import AppendFile
from scribe_tui.journal.bounded_queue import LinesLost
from scribe_tui.journal.readable import to_continued, to_lost, to_readable
from scribe_tui.journal.retention import Keeping


class SessionFiles:
    """`STEM.jsonl` and `STEM.txt`: one item becomes a line in one or both.

    They are set aside together, as `STEM.0001.jsonl` and `STEM.0001.txt` and so on, at a
    size of the first one or when the day changes. Each new file begins with what a reader
    of it alone must know.
    """

    def __init__(self, run: Path, stem: str, keeping: Keeping) -> None:
        self.record = AppendFile(run / f"{stem}.jsonl")
        self.readable = AppendFile(run / f"{stem}.txt")
        self.both = (self.record, self.readable)
        self.part = 1
        self._keeping = keeping
        self._opened: SessionOpened | None = None
        self._part_bytes = 0
        self._part_day: date | None = None

    @property
    def held_bytes(self) -> int:
        """Bytes of the lines that are not on disk."""
        return sum(log.held_bytes for log in self.both)

    def add(self, item: Event | LinesLost, now: float) -> None:
        """Take one item at `now`, wall clock."""
        today = datetime.fromtimestamp(now).date()
        if self._part_bytes and self._keeping.ends_part(self._part_bytes, self._part_day, today):
            self._begin_part(now)
        self._part_day = today
        if isinstance(item, LinesLost):
            record = {"type": "lines_lost", "session": item.session, "at": iso(now)}
            self._add({**record, "lines": item.lines}, to_lost(item.lines, now))
            return
        if isinstance(item, SessionOpened):
            self._opened = item
        self._add(to_record(item), to_readable(item))

    def _add(self, record: dict[str, Any], readable: bytes | None) -> None:
        line = to_line(record)
        self.record.add(line)
        self._part_bytes += len(line)
        if readable is not None:
            self.readable.add(readable)

    def _begin_part(self, now: float) -> None:
        for log in self.both:
            log.end_part(self.part)
        self.part += 1
        if self._opened is not None:
            opened = to_record(replace(self._opened, at=now))
            header = opened | {"type": "continued", "part": self.part}
            self._add(header | {"opened_at": iso(self._opened.at)}, to_continued(self._opened, now))
        self._part_bytes = 0
