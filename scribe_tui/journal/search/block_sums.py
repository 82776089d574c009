"""Checksums of the index file, so that damage is noticed before the index is used.

SQLite notices damage to the structure of its trees, but not to their content: a flipped bit in a
list of positions makes lines disappear from an answer. So a file next to the index has the CRC-32
of each of its blocks. SQLite's own log (WAL) has checksums already, and the index file changes only
when that log is checkpointed: the affected blocks are recorded first, then the log is checkpointed,
and their checksums are computed again. A process killed in between leaves blocks with unknown
checksums, which raise no false alarm.
"""

from __future__ import annotations

import json
import os
import sqlite3
import struct
import time
import zlib
from array import array
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scribe_tui.journal.retention.locks import lock_alone

SUFFIX = "-sums"
BLOCK_BYTES = 65536
CHECKED_BYTES = 64_000_000
"""An index up to this many bytes is checked completely before each search.

Checking a larger one would take longer than the search: it is checked when its modification time
shows that another program changed it, and once a day, because a disk may flip bits by itself.
"""
CHECKED_SECONDS = 86400.0
CARRIED_BYTES = 16_000_000
"""A WAL longer than this many bytes is checkpointed between two transactions."""
LOCK_SECONDS = 10.0
"""Longest wait in seconds for another search or the recorder.

Their transactions take a second or two, and reading all journals instead would take longer.
"""

_RETRY_SECONDS = 0.01
_MAGIC = b"sums 1 "
_FRAME_HEAD, _WAL_HEAD = 24, 32


@dataclass(slots=True)
class _Sums:
    """The checksums by block. `open`: blocks whose sum is unknown; None: all are unknown.

    `checked_at`: wall clock at which all blocks were last compared.
    """

    sums: array[int] = field(default_factory=lambda: array("I"))
    open: set[int] | None = None
    size: int = 0
    mtime_ns: int = 0
    checked_at: float = 0.0


class BlockSums:
    """The checksums of the index at `path`, and the lock of its writer.

    Methods raise OSError, and `sqlite3.OperationalError` where another process holds the lock.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._sums_path = path.with_name(path.name + SUFFIX)
        self._log = path.with_name(path.name + "-wal")

    def check(self) -> bool:
        """Compare the index with its checksums; returns whether all of them were known.

        Raises sqlite3.DatabaseError if they differ.
        """
        with self._locked() as file:
            try:
                status = self._path.stat()
            except FileNotFoundError:
                status = None
            if status is None or not status.st_size:
                _write(file, _Sums())
                return True
            known = _read(file)
            if known.open is None:
                return False
            if not known.open and status.st_size != known.size:
                raise sqlite3.DatabaseError("damaged")
            unchanged = (status.st_size, status.st_mtime_ns) == (known.size, known.mtime_ns)
            is_due = abs(time.time() - known.checked_at) > CHECKED_SECONDS
            if not unchanged or is_due or status.st_size <= CHECKED_BYTES:
                self._compare(known, set(range(len(known.sums))))
                if (not unchanged or is_due) and not known.open:
                    known.mtime_ns, known.checked_at = status.st_mtime_ns, time.time()
                    _write(file, known)
            return not known.open

    @contextmanager
    def transaction(self, database: sqlite3.Connection) -> Iterator[None]:
        """A write transaction; the WAL is checkpointed if it has become long."""
        with self._locked() as file:
            with plain_transaction(database):
                yield
            if _size(self._log) > CARRIED_BYTES:
                self._carry_over(database, file)

    def close(self, database: sqlite3.Connection) -> None:
        """Checkpoint the WAL and close. Raises sqlite3.DatabaseError for damage."""
        try:
            with self._locked() as file:
                try:
                    self._carry_over(database, file)
                finally:
                    database.close()
        finally:
            database.close()

    def _carry_over(self, database: sqlite3.Connection, file: int) -> None:
        changed = set(_blocks_in(self._log))
        known = _read(file)
        if not changed and known.open is not None and not known.open:
            return
        if known.open is not None:
            # Blocks that are damaged already must not get new checksums below.
            self._compare(known, changed)
            known.open |= changed
        _write(file, known)
        if database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
            return  # another process reads: whoever closes last does the rest
        self._renew(known)
        _write(file, known)

    def _compare(self, known: _Sums, blocks: set[int]) -> None:
        checked = sorted(blocks - (known.open or set()))
        for block, content in self._contents(each for each in checked if each < len(known.sums)):
            if zlib.crc32(content) != known.sums[block]:
                raise sqlite3.DatabaseError("damaged")

    def _renew(self, known: _Sums) -> None:
        status = self._path.stat()
        count = -(-status.st_size // BLOCK_BYTES)
        renewed = set(range(count)) if known.open is None else known.open
        renewed |= set(range(len(known.sums), count))
        known.sums = known.sums[:count]
        known.sums.extend([0] * (count - len(known.sums)))
        for block, content in self._contents(sorted(each for each in renewed if each < count)):
            known.sums[block] = zlib.crc32(content)
        known.open, known.size, known.mtime_ns = set(), status.st_size, status.st_mtime_ns

    def _contents(self, blocks: Iterable[int]) -> Iterator[tuple[int, bytes]]:
        with self._path.open("rb", buffering=0) as file:
            for block in blocks:
                yield block, os.pread(file.fileno(), BLOCK_BYTES, block * BLOCK_BYTES)

    @contextmanager
    def _locked(self) -> Iterator[int]:
        """The checksum file, open and locked exclusively."""
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        file = os.open(self._sums_path, flags, 0o600)
        try:
            give_up_at = time.monotonic() + LOCK_SECONDS
            while True:
                try:
                    lock_alone(file)
                    break
                except BlockingIOError:
                    if time.monotonic() > give_up_at:
                        raise sqlite3.OperationalError("database is locked") from None
                    time.sleep(_RETRY_SECONDS)
            yield file
        finally:
            os.close(file)


@contextmanager
def plain_transaction(database: sqlite3.Connection) -> Iterator[None]:
    """A write transaction for an index that no other process sees."""
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
        database.execute("COMMIT")
    except BaseException:
        if database.in_transaction:  # SQLite rolls back by itself if the disk is full
            database.execute("ROLLBACK")
        raise


def _blocks_in(log: Path) -> Iterator[int]:
    """The blocks whose pages are in SQLite's WAL, including obsolete ones."""
    try:
        file = log.open("rb")
    except FileNotFoundError:
        return
    with file:
        head = file.read(_WAL_HEAD)
        if len(head) < _WAL_HEAD:
            return
        (page_bytes,) = struct.unpack_from(">I", head, 8)
        while len(frame := file.read(_FRAME_HEAD)) == _FRAME_HEAD:
            (page,) = struct.unpack_from(">I", frame)
            yield (page - 1) * page_bytes // BLOCK_BYTES
            file.seek(page_bytes, os.SEEK_CUR)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _read(file: int) -> _Sums:
    content = os.pread(file, os.fstat(file).st_size, 0)
    body, sum_ = content[:-4], content[-4:]
    try:
        if zlib.crc32(body).to_bytes(4, "big") != sum_ or not body.startswith(_MAGIC):
            raise ValueError
        head, _, sums = body.removeprefix(_MAGIC).partition(b"\n")
        fields: dict[str, Any] = json.loads(head)
        known = _Sums(size=fields["size"], mtime_ns=fields["mtime_ns"])
        known.checked_at = float(fields.get("checked_at", 0.0))
        known.open = None if fields["open"] is None else set(fields["open"])
        known.sums.frombytes(sums)
    except (ValueError, LookupError, TypeError):
        raise sqlite3.DatabaseError("damaged") from None
    return known


def _write(file: int, known: _Sums) -> None:
    open_ = None if known.open is None else sorted(known.open)
    head = {
        "size": known.size,
        "mtime_ns": known.mtime_ns,
        "checked_at": known.checked_at,
        "open": open_,
    }
    body = _MAGIC + json.dumps(head).encode() + b"\n" + known.sums.tobytes()
    content = body + zlib.crc32(body).to_bytes(4, "big")
    written = os.pwrite(file, content, 0)
    if written < len(content):
        os.pwrite(file, content[written:], written)
    os.ftruncate(file, len(content))
