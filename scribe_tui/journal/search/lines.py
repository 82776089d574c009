"""The lines in the index: inserted in batches, rewritten, removed.

A line's id is made of the instant it was said at, so that the newest lines are found first
without sorting all that match, over years as quickly as over a day.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from itertools import chain, repeat

from scribe_tui.event_records import MOST_SECONDS

_SPACELESS = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\U00020000-\U0003ffff]"
)
BATCH_LINES = 2000
_MOST_NUMBER = 2**62
_IDS_A_MS = 64
"""Ids per millisecond, one for each journal; further lines get a later id."""
_STEPS = (1, 2, 4, 8, 16)
_WIDE_STEP = 1_000_003

_INSERT = (
    "INSERT INTO lines (id, journal, part, number, at, start_ms, length_ms, text) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)
Row = tuple[int, int, int, int, float | None, int, int, str]


def is_spaceless(text: str) -> bool:
    """Return whether a text has letters of a script that puts no space between words."""
    return not text.isascii() and _SPACELESS.search(text) is not None


def id_at(instant: float) -> int:
    """Return the lowest id of a line that was said at an instant."""
    return round(instant * 1000) * _IDS_A_MS


AT = f"coalesce(at, lines.id / {_IDS_A_MS} / 1000.0)"
"""SQL for the instant of a line, which is stored only if it does not follow from the id."""
START, END = "start_ms / 1000.0", "(start_ms + length_ms) / 1000.0"


def _at_besides(line: int, instant: float) -> float | None:
    """Return `instant`, or None if it follows from the id `line`."""
    return None if line >= 0 and line // _IDS_A_MS / 1000.0 == instant else instant


class LineWriter:
    """Inserts the lines of one part of a journal; `flush` writes queued ones.

    Raises sqlite3.Error.
    """

    def __init__(self, database: sqlite3.Connection, journal: int, part: int) -> None:
        self._database, self._journal, self._part = database, journal, part
        self._place = journal % _IDS_A_MS
        self._waiting: list[Row] = []
        self._later = dict(
            database.execute("SELECT number, text FROM rewrites WHERE journal = ?", (journal,))
        )

    def add(self, number: int, at: float, start: float, end: float, text: str) -> None:
        """Insert the line of a segment, with the latest text known."""
        most = MOST_SECONDS
        if not (0 <= number <= _MOST_NUMBER and -most <= start <= most and -most <= end <= most):
            return  # no line of ours, and none that a reader takes
        if self._later:
            text = self._later.get(number, text)
        line = id_at(at) + self._place
        start_ms, end_ms = round(start * 1000), round(end * 1000)
        times = (_at_besides(line, at), start_ms, end_ms - start_ms)
        self._waiting.append((line, self._journal, self._part, number, *times, text))
        if len(self._waiting) >= BATCH_LINES:
            self.flush()

    def rewrite(self, number: int, old: str, new: str) -> None:
        """Replace the text of a segment, even if the segment is added later.

        Records of version 1 have no segment number: then every segment with the text `old` is
        replaced.
        """
        self.flush()
        database, journal = self._database, self._journal
        key: tuple[int, int | str] = (journal, number or old)
        query = f"journal = ? AND {'number' if number else 'text'} = ?"
        if number:
            self._later[number] = new
            values = (journal, number, new)
            database.execute("INSERT OR REPLACE INTO rewrites VALUES (?, ?, ?)", values)
        found = database.execute(f"SELECT id, text FROM lines WHERE {query}", key).fetchall()
        _unpoint(database, found)
        database.executemany(
            "UPDATE lines SET text = ? WHERE id = ?", [(new, line) for line, _ in found]
        )
        _point(database, [(line, new) for line, _ in found])

    def flush(self) -> None:
        """Write the queued lines."""
        rows, self._waiting = self._waiting, []
        if rows:
            _insert(self._database, rows)
            _point(self._database, [(row[0], row[-1]) for row in rows])


def drop_lines(database: sqlite3.Connection, part: int) -> None:
    """Remove the lines of a part."""
    rows = database.execute("SELECT id, text FROM lines WHERE part = ?", (part,))
    while batch := rows.fetchmany(BATCH_LINES):
        _unpoint(database, batch)
    database.execute("DELETE FROM lines WHERE part = ?", (part,))


def _insert(database: sqlite3.Connection, rows: list[Row]) -> None:
    """Insert lines; a line whose id is taken (several lines of one instant) gets another one.

    No savepoint is used, because FTS5 would begin a new segment at it.
    """
    begun = 0

    def rest() -> Iterator[Row]:
        nonlocal begun
        while begun < len(rows):
            begun += 1
            yield rows[begun - 1]

    while begun < len(rows):
        try:
            database.executemany(_INSERT, rest())
        except sqlite3.IntegrityError:
            rows[begun - 1] = _insert_somewhere(database, rows[begun - 1])


def _insert_somewhere(database: sqlite3.Connection, row: Row) -> Row:
    """Insert a line with the first free of some ids: its own, or a slightly later one."""
    line, at = row[0], row[4]
    instant = row[0] // _IDS_A_MS / 1000.0 if at is None else at
    for step in chain((0,), _STEPS, repeat(_WIDE_STEP)):
        line += step
        row = (line, *row[1:4], _at_besides(line, instant), *row[5:])
        try:
            database.execute(_INSERT, row)
        except sqlite3.IntegrityError:
            continue
        break
    return row


def _point(database: sqlite3.Connection, lines: list[tuple[int, str]]) -> None:
    database.executemany("INSERT INTO words (rowid, text) VALUES (?, ?)", lines)
    if grams := [line for line in lines if is_spaceless(line[1])]:
        database.executemany("INSERT INTO grams (rowid, text) VALUES (?, ?)", grams)


def _unpoint(database: sqlite3.Connection, lines: list[tuple[int, str]]) -> None:
    database.executemany("INSERT INTO words (words, rowid, text) VALUES ('delete', ?, ?)", lines)
    if grams := [line for line in lines if is_spaceless(line[1])]:
        database.executemany(
            "INSERT INTO grams (grams, rowid, text) VALUES ('delete', ?, ?)", grams
        )
