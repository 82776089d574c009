"""The parts of one journal, each found again if rotation renames it while it is read.

Rotation renames the newest file (`news.jsonl` becomes `news.0003.jsonl`) and begins a new one. So
files are identified by their inodes.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from scribe_tui.journal.ownership import part_name
from scribe_tui.journal.reading.journals import MAX_LINE_BYTES, Journal, present_paths

Failed = Callable[[Path, OSError], object]
"""Called with a file that cannot be read, and the error."""
_LOOKS = 20


@dataclass(frozen=True, slots=True)
class JournalPart:
    """One part of a journal when it was listed: its path, (device, inode), size in bytes."""

    path: Path
    identity: tuple[int, int]
    size: int

    def lines(self, journal: Journal, failed: Failed) -> Iterator[bytes]:
        """The lines within `size` bytes; see `journals.lines_of` for long lines."""
        try:
            with self._opened(journal) as file:
                left = self.size
                while left > 0 and (line := file.readline(MAX_LINE_BYTES)):
                    left -= len(line)
                    yield line
        except OSError as error:
            failed(self.path, error)

    def _opened(self, journal: Journal) -> BinaryIO:
        for path in chain((self.path,), self._moved(journal)):  # looked for only if it moved
            try:
                file = path.open("rb")
            except FileNotFoundError:
                continue
            if _identity(os.fstat(file.fileno())) == self.identity:
                return file
            file.close()
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(self.path))

    def _moved(self, journal: Journal) -> Iterator[Path]:
        """The paths that the newest part may have after a rotation.

        A new part may have the inode of a deleted one, and must not be mistaken for it.
        """
        if part_name(self.path).number is not None:
            return
        for path, status in _looked_at(journal):
            if _identity(status) == self.identity and part_name(path).number is not None:
                yield path


class Parts:
    """The parts of a journal when this is created: what is written later is not read.

    So all lines are of one moment, whatever is written or redacted meanwhile.
    """

    def __init__(self, journal: Journal, failed: Failed) -> None:
        """`failed` is called for files that are missing or cannot be examined."""
        self._journal = journal
        self.each = _present(journal, failed)

    def __iter__(self) -> Iterator[JournalPart]:
        return iter(self.each)

    def has_grown(self) -> bool:
        """Whether anything was written since."""
        known = {part.identity: part.size for part in self.each}
        now = _present(self._journal, lambda *_: None)
        return any(part.size > known.get(part.identity, -1) for part in now)


def lines_in(journal: Journal, failed: Failed) -> Iterator[bytes]:
    """The lines of all parts in order."""
    for part in Parts(journal, failed):
        yield from part.lines(journal, failed)


def is_in_place(journal: Journal) -> bool:
    """Whether no part was renamed by rotation since the journal was listed."""
    for path, inode in zip(journal.paths, journal.inodes, strict=True):
        try:
            if path.stat().st_ino != inode:
                return False
        except FileNotFoundError:
            return False
        except OSError:
            continue
    return True


def _present(journal: Journal, failed: Failed) -> list[JournalPart]:
    """The parts that exist, with their present paths."""
    found = _looked_at(journal)
    for _ in range(_LOOKS):  # until no part is renamed between listing and looking
        before, found = found, _looked_at(journal)
        if [_named(each) for each in before] == [_named(each) for each in found]:
            break
    inodes = {status.st_ino for _, status in found}
    for path, inode in zip(journal.paths, journal.inodes, strict=True):
        if inode not in inodes:
            failed(path, FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT)))
    return [JournalPart(path, _identity(status), status.st_size) for path, status in found]


def _looked_at(journal: Journal) -> list[tuple[Path, os.stat_result]]:
    found = []
    for path in present_paths(journal):
        with suppress(OSError):
            found.append((path, path.stat()))
    return found


def _named(found: tuple[Path, os.stat_result]) -> tuple[Path, tuple[int, int]]:
    return found[0], _identity(found[1])


def _identity(status: os.stat_result) -> tuple[int, int]:
    return status.st_dev, status.st_ino
