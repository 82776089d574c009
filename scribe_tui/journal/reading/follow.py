"""Follower: the events of a run as they are being recorded, across rotations."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from scribe_tui.events import Event
from scribe_tui.journal.ownership import part_name
from scribe_tui.journal.reading.journals import MAX_LINE_BYTES, Journal, is_piece, journals_of
from scribe_tui.journal.reading.order import as_said
from scribe_tui.journal.reading.problems import Problems
from scribe_tui.journal.reading.reader import parse_line
from scribe_tui.journal.reading.rewrites import AppliedCorrections
from scribe_tui.journal.retention.locks import is_written

_TOO_LONG = b"too long"


class Follower:
    """Reads what is appended to a run's files. The caller must call `close`."""

    def __init__(self, run: Path, wanted: Callable[[Journal], bool], problems: Problems) -> None:
        self._run = run
        self._wanted = wanted
        self._problems = problems
        self._tails: dict[str, _Tail] = {}

    def events(self) -> Iterator[Event]:
        """All events written since the last call; the first call begins at the beginning.

        They are in the order in which they were said, among those of one call. Redactions come as
        they were written: after their segments.
        """
        journals = [journal for journal in journals_of(self._run) if self._wanted(journal)]
        streams = [
            self._tails.setdefault(journal.stem, _Tail(self._problems)).events(journal)
            for journal in journals
        ]
        return as_said(streams)

    @property
    def is_over(self) -> bool:
        """Whether no program writes to the run."""
        return not is_written(self._run)

    def close(self) -> None:
        """Close the files."""
        for tail in self._tails.values():
            tail.close()


class _Tail:
    """One session's parts, read to their ends one after the other; the newest stays open."""

    def __init__(self, problems: Problems) -> None:
        self._problems = problems
        self._corrected = AppliedCorrections()
        self._done: set[int] = set()  # inodes of parts that were set aside, read to the end
        self._file: BinaryIO | None = None
        self._rest = b""
        self._name = ""
        self._opened = False

    def events(self, journal: Journal) -> Iterator[Event]:
        """Yield what is new in the session's parts, under their present names."""
        # A new part may get the inode of one that was deleted.
        self._done.intersection_update(journal.inodes)
        for path, inode in zip(journal.paths, journal.inodes, strict=True):
            try:
                status = path.stat()
                if status.st_ino != inode:  # set aside a moment ago
                    return
                if inode in self._done and part_name(path).number is not None:
                    continue
                if not self._has_open(status):
                    yield from self._finish()
                    self._file = path.open("rb")
                    self._name = path.name
            except OSError:  # renamed a moment ago: the next call finds it
                return
            if self._file is not None:
                yield from self._read(self._file)

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
        self._file = None
        self._rest = b""

    def _has_open(self, status: os.stat_result) -> bool:
        return self._file is not None and os.path.samestat(os.fstat(self._file.fileno()), status)

    def _finish(self) -> Iterator[Event]:
        """Read to the end of a part that was set aside, and leave it."""
        if self._file is not None:
            status = os.fstat(self._file.fileno())
            yield from self._read(self._file)
            self._done.add(status.st_ino)
            self.close()

    def _read(self, file: BinaryIO) -> Iterator[Event]:
        if os.fstat(file.fileno()).st_size < file.tell():  # truncated: read from the start
            file.seek(0)
            self._rest = b""
        while line := file.readline(MAX_LINE_BYTES):
            self._rest += line
            if is_piece(self._rest):  # too long for a record: counted as damaged at its end
                self._rest = _TOO_LONG
                continue
            if not self._rest.endswith(b"\n"):
                return
            whole, self._rest = self._rest, b""
            event = parse_line(whole, self._problems, self._name, continued=not self._opened)
            if event is not None:
                self._opened = True
                yield self._corrected.event(event)
