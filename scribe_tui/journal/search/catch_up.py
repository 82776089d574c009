"""Catching up: bring the index up to date with the journals, reading only what is new."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from scribe_tui.corrections import Corrections
from scribe_tui.errors import UsageError
from scribe_tui.event_records import from_record, instant_of
from scribe_tui.events import (
    Event,
    SegmentCommitted,
    SegmentEdited,
    SegmentRedacted,
    SessionOpened,
    SessionRenamed,
)
from scribe_tui.journal.reading.journals import MAX_LINE_BYTES, Journal, is_piece, journals_of
from scribe_tui.journal.reading.line_scan import parsed_without_words, record_type
from scribe_tui.journal.reading.parts import is_in_place
from scribe_tui.journal.search.block_sums import plain_transaction
from scribe_tui.journal.search.lines import LineWriter, drop_lines
from scribe_tui.sanitize import harmless

Transaction = Callable[[sqlite3.Connection], AbstractContextManager[None]]

BATCH_BYTES = 8_000_000
"""Bytes read in one transaction, from any number of files; then other programs can write. A few
large transactions cost much less than many small ones: each makes a segment that FTS5 merges
later."""

TURN_SECONDS = 0.03
"""Pause between two transactions: a program that waits for the index polls at about this interval,
and would otherwise never find it free."""

_LOOKS = 10
"""How often a run is scanned again if its parts are renamed meanwhile."""
_WANTED = frozenset({"session_start", "continued", "rename", "redaction", "edit"})
"""Types of records that are read besides segments."""
_TAIL_BYTES = 256
_NUMBERS = (float, int)


class _UnreadableError(Exception):
    """A journal's file cannot be read, or not to its end."""

    def __init__(self, path: Path) -> None:
        self.path = path


@dataclass(slots=True)
class _IndexedPart:
    """A journal's part as the index has it.

    `offset` bytes are read, `damaged` lines are in them.
    """

    id: int
    journal: int
    offset: int
    damaged: int


def catch_up(
    database: sqlite3.Connection,
    runs: list[Path],
    *,
    stop: Callable[[], bool],
    transaction: Transaction = plain_transaction,
    unreadable: Callable[[Path], object] = lambda path: None,
) -> bool:
    """Index what is new in these runs; False if `stop` returned True before the end.

    The work is divided into transactions. Files that cannot be read are passed to `unreadable`; the
    index keeps what it has of them. Raises sqlite3.Error.
    """
    for run in runs:
        closed = _closed_to_us(run)
        for path in closed:
            unreadable(path)
        if run in closed:
            continue
        for _ in range(_LOOKS):
            journals, failed = _journals_in(run), dict[Path, None]()
            while _read_some(database, run.name, journals, failed, transaction):
                if stop():
                    return False
                time.sleep(TURN_SECONDS)
            if all(is_in_place(journal) for journal in journals):
                break
        else:  # what files are called is not known for long enough to say which are gone
            continue
        known = {path.name for path in chain(closed, *(item.paths for item in journals))}
        # Only now: one that was renamed is known again by its first line, and one in whose place
        # another was written is gone, too.
        _forget_parts(database, run.name, known, transaction)
        for path in failed:
            if path.exists():  # else it was set aside or deleted a moment ago
                unreadable(path)
    return True


def forget_others(
    database: sqlite3.Connection, runs: list[Path], transaction: Transaction = plain_transaction
) -> None:
    """Remove all runs but these from the index: they were deleted. Raises sqlite3.Error."""
    known = {run.name for run in runs}
    for (run,) in database.execute("SELECT DISTINCT run FROM parts").fetchall():
        if run not in known:
            _forget_parts(database, run, set(), transaction)


def _journals_in(run: Path) -> list[Journal]:
    try:
        return journals_of(run)
    except UsageError:
        return []


def _closed_to_us(run: Path) -> list[Path]:
    """The run's folder if it cannot be read, else the files in it that cannot."""
    if not os.access(run, os.R_OK | os.X_OK):
        return [run] if run.exists() else []
    return [path for path in run.glob("*.jsonl") if not os.access(path, os.R_OK)]


def _read_some(
    database: sqlite3.Connection,
    run: str,
    journals: list[Journal],
    failed: dict[Path, None],
    transaction: Transaction,
) -> bool:
    """Read up to `BATCH_BYTES` of a run's journals in a transaction; returns whether there is more.

    A file that cannot be read, or was renamed or deleted just now, is added to `failed`, and the
    transaction is rolled back.
    """
    pending = [
        (journal, path)
        for journal in journals
        for path in journal.paths
        if path not in failed and not _is_read(database, run, path)
    ]
    if not pending:
        return False
    room = BATCH_BYTES
    try:
        with transaction(database):
            for journal, path in pending:
                room -= _read_part(database, run, journal, path, room)
                if room <= 0:
                    return True
    except _UnreadableError as error:
        failed[error.path] = None
        return True
    return False


def _is_read(database: sqlite3.Connection, run: str, path: Path) -> bool:
    try:
        status = path.stat()
    except OSError:
        return True
    row = database.execute(
        "SELECT size, mtime_ns, offset FROM parts WHERE run = ? AND file = ?", (run, path.name)
    ).fetchone()
    return row is not None and (row[0], row[1]) == (status.st_size, status.st_mtime_ns)


def _read_part(
    database: sqlite3.Connection, run: str, journal: Journal, path: Path, room: int
) -> int:
    """Continue reading a file, about `room` bytes; returns how many were read.

    Raises _UnreadableError, perhaps after a part was read.
    """
    try:
        return _read_on(database, run, journal, path, room)
    except OSError as error:
        raise _UnreadableError(path) from error


def _read_on(
    database: sqlite3.Connection, run: str, journal: Journal, path: Path, room: int
) -> int:
    with path.open("rb") as file:
        status = path.stat()
        head = _digest(file.readline(MAX_LINE_BYTES))
        owner = _journal_id(database, run, journal)
        part = _known(database, run, path, head, owner)
        if part.offset and not _continues(database, part, file.seek(0, 2), path):
            drop_lines(database, part.id)
            part.offset = part.damaged = 0
        file.seek(part.offset)
        writer = LineWriter(database, part.journal, part.id)
        corrections = _Corrections(database, part.journal)
        begun = part.offset
        while has_room := part.offset - begun < room:
            line = file.readline(MAX_LINE_BYTES)
            if not line.endswith(b"\n") and not is_piece(line):
                break
            if not is_piece(line) and not _take(line, writer, corrections):
                part.damaged += 1
            part.offset += len(line)
        writer.flush()
        seen = (status.st_size, status.st_mtime_ns) if has_room else (part.offset, 0)
        _keep(database, part, path, head, seen)
        return part.offset - begun


def _keep(
    database: sqlite3.Connection, part: _IndexedPart, path: Path, head: bytes, seen: tuple[int, int]
) -> None:
    database.execute(
        "UPDATE parts SET offset = ?, damaged = ?, head = ?, tail = ?, size = ?, mtime_ns = ? "
        "WHERE id = ?",
        (part.offset, part.damaged, head, _tail(path, part.offset), *seen, part.id),
    )


def _known(
    database: sqlite3.Connection, run: str, path: Path, head: bytes, journal: int
) -> _IndexedPart:
    """The part with this first line, whatever its present name; else a new one."""
    row = database.execute(
        "SELECT id, journal, offset, damaged FROM parts WHERE run = ? AND head = ? AND journal = ?",
        (run, head, journal),
    ).fetchone()
    other = database.execute(
        "SELECT id FROM parts WHERE run = ? AND file = ?", (run, path.name)
    ).fetchone()
    if other is not None and (row is None or other[0] != row[0]):
        # Another file has the name now: the one before was set aside, or is gone.
        database.execute("UPDATE parts SET file = ? WHERE id = ?", (f"?{other[0]}", other[0]))
    if row is not None:
        database.execute(
            "UPDATE parts SET file = ?, mtime_ns = 0 WHERE id = ?", (path.name, row[0])
        )
        return _IndexedPart(*row)
    added = database.execute(
        "INSERT INTO parts (run, file, journal, head, tail, offset, size, mtime_ns) "
        "VALUES (?, ?, ?, ?, x'', 0, 0, 0)",
        (run, path.name, journal, head),
    )
    return _IndexedPart(int(added.lastrowid or 0), journal, 0, 0)


def _continues(database: sqlite3.Connection, part: _IndexedPart, size: int, path: Path) -> bool:
    """Whether the indexed beginning of a file is unchanged, by its length and its last bytes.

    A file that changed without growing is indexed again, too.
    """
    tail, seen = database.execute(
        "SELECT tail, size FROM parts WHERE id = ?", (part.id,)
    ).fetchone()
    if size < part.offset or (size == seen and size == part.offset):
        return False
    return bool(_tail(path, part.offset) == tail)


def _tail(path: Path, offset: int) -> bytes:
    with path.open("rb") as file:
        file.seek(max(0, offset - _TAIL_BYTES))
        return _digest(file.read(min(offset, _TAIL_BYTES)))


def _digest(content: bytes) -> bytes:
    return hashlib.sha256(content).digest()[:16]


def _journal_id(database: sqlite3.Connection, run: str, journal: Journal) -> int:
    row = database.execute(
        "SELECT id FROM journals WHERE run = ? AND stem = ?", (run, journal.stem)
    ).fetchone()
    if row is not None:
        return int(row[0])
    added = database.execute(
        "INSERT INTO journals (run, stem, session, name, corrections) VALUES (?, ?, ?, ?, '[]')",
        (run, journal.stem, journal.session, journal.name),
    )
    return int(added.lastrowid or 0)


class _Corrections:
    """A journal's corrections and name, kept in the index: reading resumes in the middle."""

    def __init__(self, database: sqlite3.Connection, journal: int) -> None:
        self._database, self._journal = database, journal
        (stored,) = database.execute(
            "SELECT corrections FROM journals WHERE id = ?", (journal,)
        ).fetchone()
        self._list = Corrections([tuple(pair) for pair in json.loads(stored)])

    def learn(self, event: SessionOpened) -> None:
        pairs = [(item.heard, item.right) for item in event.corrections]
        self._list = Corrections(pairs)
        self._database.execute(
            "UPDATE journals SET corrections = ?, name = ? WHERE id = ?",
            (json.dumps(pairs), event.name, self._journal),
        )

    def rename(self, name: str) -> None:
        self._database.execute("UPDATE journals SET name = ? WHERE id = ?", (name, self._journal))

    def apply(self, text: str) -> str:
        return self._list.apply(text)


def _take(line: bytes, writer: LineWriter, corrections: _Corrections) -> bool:
    """Add the record of a line to the index; False if the line is damaged."""
    kind = record_type(line)
    if kind == "segment":
        return _take_segment(line, writer, corrections)
    if kind in _WANTED:
        event = _event_of(_parsed(line))
        match event:
            case SessionOpened():
                corrections.learn(event)
            case SessionRenamed(name=name):
                corrections.rename(name)
            case SegmentRedacted(redacted_text=new) | SegmentEdited(edited_text=new):
                old, new = corrections.apply(event.text), corrections.apply(new)
                writer.rewrite(event.segment_number, old, new)
        return event is not None
    return bool(kind)


def _take_segment(line: bytes, writer: LineWriter, corrections: _Corrections) -> bool:
    """Add a segment without making an event of it: most lines are segments."""
    record = _parsed(line)
    if _is_plain_segment(record):
        try:
            instant_of(record["at"])
            at = instant_of(record["started_at"])
            start, end = float(record["start_seconds"]), float(record["end_seconds"])
        except (ValueError, OverflowError, OSError):
            return False
        writer.add(record["number"], at, start, end, corrections.apply(harmless(record["text"])))
        return True
    event = _event_of(record)
    if isinstance(event, SegmentCommitted):
        one = event.segment
        times = (one.started_at, one.start_seconds, one.end_seconds)
        writer.add(one.number, *times, corrections.apply(one.text))
        return True
    return False


def _is_plain_segment(record: Any) -> bool:
    """Whether a record has all fields that the index needs, with the types that we write."""
    try:
        return (
            record["v"] == 2
            and type(record["session"]) is type(record["at"]) is type(record["text"]) is str
            and type(record["started_at"]) is str
            and type(record["number"]) is int
            and type(record["start_seconds"]) in _NUMBERS
            and type(record["end_seconds"]) in _NUMBERS
        )
    except (LookupError, TypeError):
        return False


def _parsed(line: bytes) -> Any:
    try:
        return parsed_without_words(line)
    except (ValueError, RecursionError):
        return None


def _event_of(record: Any) -> Event | None:
    if isinstance(record, dict) and record.get("type") == "continued":
        record["type"] = "session_start"
    return from_record(record)


def _forget_parts(
    database: sqlite3.Connection, run: str, known: set[str], transaction: Transaction
) -> None:
    """Remove the lines of deleted files: those whose names are not in `known`."""
    rows = database.execute("SELECT id, file FROM parts WHERE run = ?", (run,)).fetchall()
    gone = [part for part, file in rows if file not in known]
    if not gone:
        return
    with transaction(database):
        for part in gone:
            drop_lines(database, part)
            database.execute("DELETE FROM parts WHERE id = ?", (part,))
