"""The index's tables: which bytes of which journals are indexed, and the lines themselves.

`words` finds words of scripts with spaces, regardless of case and accents; marks that stand for
vowels (Hindi, Arabic) are letters. Prefixes (`clos*`) have no table of their own: it would be a
third of the index, and without it only prefixes of one to three letters take longer than words
(`con*` 1.5 ms per day of twelve panes). `grams` finds sequences of three letters of scripts without
spaces. Both tables only point into `lines`, whose times are stored in few bytes: whole
milliseconds, and none if it follows from the id.
"""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from pathlib import Path

from scribe_tui.journal.search.block_sums import SUFFIX, plain_transaction

VERSION = 8
"""Version of this schema and its content; an index of another version is built anew."""

BUSY_SECONDS = 10.0
"""Longest wait in seconds for another writer of the index."""

_CACHE_KIB = 16 * 1024

_TABLES = """
CREATE TABLE parts (
  id INTEGER PRIMARY KEY, run TEXT NOT NULL, file TEXT NOT NULL, journal INTEGER NOT NULL,
  head BLOB NOT NULL, tail BLOB NOT NULL, offset INTEGER NOT NULL, size INTEGER NOT NULL,
  mtime_ns INTEGER NOT NULL, damaged INTEGER NOT NULL DEFAULT 0, UNIQUE (run, file)
);
CREATE TABLE journals (
  id INTEGER PRIMARY KEY, run TEXT NOT NULL, stem TEXT NOT NULL, session TEXT NOT NULL,
  name TEXT NOT NULL, corrections TEXT NOT NULL, UNIQUE (run, stem)
);
CREATE TABLE lines (
  id INTEGER PRIMARY KEY, journal INTEGER NOT NULL, part INTEGER NOT NULL,
  number INTEGER NOT NULL, at REAL, start_ms INTEGER NOT NULL, length_ms INTEGER NOT NULL,
  text TEXT NOT NULL
);
CREATE INDEX lines_number ON lines (journal, number);
CREATE TABLE rewrites (journal INTEGER NOT NULL, number INTEGER NOT NULL, text TEXT NOT NULL,
  PRIMARY KEY (journal, number)) WITHOUT ROWID;
CREATE VIRTUAL TABLE words USING fts5(
  text, content='lines', content_rowid='id', columnsize=0,
  tokenize="unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'");
CREATE VIRTUAL TABLE vocabulary USING fts5vocab('words', 'row');
CREATE VIRTUAL TABLE grams USING fts5(
  text, content='lines', content_rowid='id', columnsize=0, tokenize='trigram');
INSERT INTO words (words, rank) VALUES ('automerge', 8);
INSERT INTO words (words, rank) VALUES ('hashsize', 4194304);
"""


IN_MEMORY = ":memory:"
PASSING = ""
"""SQLite's name for an unnamed temporary file, which is deleted when closed."""


def open_index(path: Path | str) -> sqlite3.Connection:
    """Open the index at `path`, creating it if needed; or `IN_MEMORY` or `PASSING`.

    Only `BlockSums` checkpoints SQLite's WAL into the file at `path`. Raises sqlite3.Error: a
    `DatabaseError` that is not an `OperationalError` for a damaged or foreign file.
    """
    database = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    try:
        if not isinstance(path, Path):
            database.execute("PRAGMA journal_mode = MEMORY")
        else:
            path.chmod(0o600)
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = NORMAL")
            database.execute("PRAGMA wal_autocheckpoint = 0")
        database.execute("PRAGMA secure_delete = ON")
        database.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
        if _version(database) != VERSION:
            _make_tables(database)
    except BaseException:
        database.close()
        raise
    return database


def _version(database: sqlite3.Connection) -> int:
    return int(database.execute("PRAGMA user_version").fetchone()[0])


def _make_tables(database: sqlite3.Connection) -> None:
    """Create the tables in one transaction: another program may do the same.

    Raises sqlite3.Error.
    """
    with plain_transaction(database):
        version = _version(database)
        if version == VERSION:
            return
        if version or database.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            raise sqlite3.DatabaseError("another version")
        for statement in _TABLES.split(";\n"):
            database.execute(statement)
        database.execute(f"PRAGMA user_version = {VERSION}")


def delete(path: Path) -> None:
    """Delete an index and SQLite's files beside it. Raises OSError."""
    for suffix in ("-wal", "-shm", "-journal", SUFFIX):
        with suppress(FileNotFoundError):
            path.with_name(path.name + suffix).unlink()
    with suppress(FileNotFoundError):
        path.unlink()


def is_damage(error: sqlite3.Error) -> bool:
    """Whether an error means that the index itself is bad, not that it is locked or away."""
    if isinstance(error, sqlite3.OperationalError):
        text = str(error)
        return "no such table" in text or "no such column" in text or "malformed" in text
    return isinstance(error, sqlite3.DatabaseError)
