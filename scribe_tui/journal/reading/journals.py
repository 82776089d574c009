"""The journals in a run's folder: one for each session, each in one or more parts."""

from __future__ import annotations

import errno
import json
import mmap
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from scribe_tui.errors import UsageError
from scribe_tui.journal.file_names import file_stem
from scribe_tui.journal.ownership import part_name
from scribe_tui.sanitize import harmless, harmless_line

_RENAME = b'\n{"type": "rename", '
_HEAD_LINES = 20
_LOOKS = 20
MAX_LINE_BYTES = 64 * 1024 * 1024
"""Longest line that is read; a longer one is skipped as not being a record."""


@dataclass(frozen=True, slots=True)
class Journal:
    """One session's files. `session` is its id, `paths` its parts in the order they were written.

    `name` is the user's name for it when the newest part was begun, or the last one
    (`called_last`). `inodes` are those of the paths: while a session is recorded, parts may be
    renamed (`parts.Parts` finds them again).
    """

    session: str
    name: str
    stem: str
    paths: tuple[Path, ...]
    inodes: tuple[int, ...] = ()

    @property
    def size(self) -> int:
        """Bytes of all parts that are there."""
        return sum(map(_size_of, self.paths))


def journals_of(run: Path) -> list[Journal]:
    """The journals in a run, sorted by stem. Raises UsageError if the folder cannot be read."""
    before: list[Path] | None = None
    files, found = _files(run), list[Journal]()
    for _ in range(_LOOKS):  # until no part is renamed between listing and reading
        if files == before:
            break
        found = _made_of(files)
        before, files = files, _files(run)
    return found


def _made_of(files: Iterable[Path]) -> list[Journal]:
    parts: dict[str, list[tuple[Path, int]]] = {}
    heads: dict[str, _Head] = {}
    for path in sorted(files, key=_place):
        head, inode = _first_record(path)
        stem = part_name(path).stem
        if head is not None and stem.startswith(head.stem):
            parts.setdefault(stem, []).append((path, inode))
            heads[stem] = head
    return [
        Journal(heads[stem].session, heads[stem].name, stem, *zip(*found, strict=True))
        for stem, found in sorted(parts.items())
    ]


def present_paths(journal: Journal) -> list[Path]:
    """The present paths of the journal's parts; the known ones if they cannot be looked up."""
    if not journal.paths:
        return []
    try:
        files = _files(journal.paths[0].parent)
    except UsageError:
        return list(journal.paths)
    ours = (path for path in files if part_name(path).stem == journal.stem)
    known = set(journal.paths)
    parts = (path for path in ours if path in known or _first_record(path)[0] is not None)
    return sorted(parts, key=_place)


def _place(path: Path) -> float:
    """Sort key of a part among those of its session: the newest one has no number."""
    number = part_name(path).number
    return float("inf") if number is None else number


def strangers_in(run: Path, journals: Iterable[Journal]) -> list[Path]:
    """Files with a journal's suffix that hold no session's records. Raises UsageError."""
    known = {path for journal in journals for path in journal.paths}
    return [path for path in _files(run) if path not in known]


def named(journals: Iterable[Journal], name: str | None) -> list[Journal]:
    """The journals of the source called `name` (last name, id or file stem); None: all.

    They carry the last names of their sessions. Raises UsageError if there is none.
    """
    journals = [called_last(journal) for journal in journals]
    if name is None:
        return journals
    found = [item for item in journals if name in (item.name, item.session, item.stem)]
    if not found:
        known = ", ".join(item.name for item in journals) or "none"
        raise UsageError(
            "no such source",
            f"There is no source called {harmless_line(name)} in this run.",
            f"Its sources: {harmless_line(known)}.",
        )
    return found


def labels_of(journals: Iterable[Journal]) -> dict[str, str]:
    """A label for each journal, by session, so that those of the same name can be told apart."""
    called = [called_last(journal) for journal in journals]
    counts = Counter(journal.name for journal in called)
    return {
        each.session: each.name if counts[each.name] == 1 else f"{each.name} ({each.stem})"
        for each in called
    }


def only(journals: Sequence[Journal], name: str) -> Journal:
    """The only journal found by `name`. Raises UsageError if several sources have that name."""
    by_id = [one for one in journals if name in (one.session, one.stem)]
    if len(by_id) == 1:
        return by_id[0]
    if len(journals) > 1:
        ids = ", ".join(journal.session for journal in journals)
        raise UsageError(
            "several sources",
            f"{len(journals)} sources of this run are called {journals[0].name}.",
            f"Name one by its id: {harmless_line(ids)}.",
        )
    return journals[0]


def called_last(journal: Journal) -> Journal:
    """The journal with the last name of its session. Reads its newest part."""
    try:
        with (
            journal.paths[-1].open("rb") as file,
            mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content,
        ):
            begin = content.rfind(_RENAME)
            end = content.find(b"\n", begin + 1)
            record = json.loads(content[begin:end]) if 0 <= begin < end else {}
    except (OSError, ValueError, RecursionError):  # an empty file cannot be mapped
        return journal
    name = record.get("name")
    return replace(journal, name=harmless_line(name)) if isinstance(name, str) else journal


def lines_of(path: Path, start: int = 0, inode: int | None = None) -> Iterator[bytes]:
    """The lines of a file from the byte `start` on.

    A line longer than `MAX_LINE_BYTES` comes in pieces; `is_piece` is true for all but the last.
    Raises OSError; FileNotFoundError also if `path` no longer leads to `inode`.
    """
    with path.open("rb") as file:
        if inode is not None and os.fstat(file.fileno()).st_ino != inode:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path))
        file.seek(start)
        while line := file.readline(MAX_LINE_BYTES):
            yield line


def _size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # deleted, or set aside under another name, a moment ago
        return 0


def is_piece(line: bytes) -> bool:
    """Whether this is the beginning or middle of a line that is too long to be read."""
    return len(line) >= MAX_LINE_BYTES and not line.endswith(b"\n")


def _files(run: Path) -> list[Path]:
    try:
        return sorted(path for path in run.iterdir() if path.suffix == ".jsonl" and path.is_file())
    except OSError as error:
        raise UsageError(
            "unreadable run",
            f"{harmless_line(str(run))} cannot be read: {error.strerror}.",
        ) from None


class _Head(NamedTuple):
    """Id and name of a session as in its events, and the stem of its files."""

    session: str
    name: str
    stem: str


def _first_record(path: Path) -> tuple[_Head | None, int]:
    """The session of the file's first record, and the file's inode.

    Where the first line is damaged, one of the next lines is used.
    """
    try:
        with path.open("rb") as file:
            lines = islice(iter(partial(file.readline, MAX_LINE_BYTES), b""), _HEAD_LINES)
            head = next((head for line in lines if (head := _told_by(line))), None)
            return head, os.fstat(file.fileno()).st_ino
    except OSError:
        return None, 0


def _told_by(line: bytes) -> _Head | None:
    try:
        record: Any = json.loads(line)
        session = record["session"]
        name = record.get("name", session)
        if not (isinstance(record["type"], str) and isinstance(session, str)):
            return None
        shown = harmless_line(name) if isinstance(name, str) else ""
        return _Head(harmless(session), shown or harmless_line(session), file_stem(session))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
