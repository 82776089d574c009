"""The journals in a run's folder: one a session, each perhaps in several parts."""

from __future__ import annotations

import json
import mmap
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from scribe_tui.errors import UsageError
from scribe_tui.journal.file_names import file_stem
from scribe_tui.journal.ownership import part_name
from scribe_tui.sanitize import harmless, harmless_line

_RENAME = b'\n{"type": "rename", '
_HEAD_LINES = 20
MAX_LINE_BYTES = 64 * 1024 * 1024
"""Longest line that is read; a longer one is passed over as something that is no record."""


@dataclass(frozen=True, slots=True)
class Journal:
    """One session's files. `session` is its id, `paths` its parts in the order they were written.

    `name` is what the user called it: when the newest part was begun, or last (`called_last`).
    """

    session: str
    name: str
    stem: str
    paths: tuple[Path, ...]

    @property
    def size(self) -> int:
        """Bytes of all parts that are there."""
        return sum(map(_size_of, self.paths))


def journals_of(run: Path) -> list[Journal]:
    """The journals in a run, sorted by stem. Raises UsageError if the folder cannot be read."""
    parts: dict[str, list[tuple[float, Path]]] = {}
    heads: dict[str, _Head] = {}
    for path in _files(run):
        head = _first_record(path)
        name = part_name(path)
        if head is None or not name.stem.startswith(head.stem):
            continue
        number = float("inf") if name.number is None else name.number
        parts.setdefault(name.stem, []).append((number, path))
        heads[name.stem] = head
    return [
        Journal(
            heads[stem].session, heads[stem].name, stem, tuple(path for _, path in sorted(found))
        )
        for stem, found in sorted(parts.items())
    ]


def strangers_in(run: Path, journals: Iterable[Journal]) -> list[Path]:
    """Files named as journals are that hold no session's records. Raises UsageError."""
    known = {path for journal in journals for path in journal.paths}
    return [path for path in _files(run) if path not in known]


def named(journals: Iterable[Journal], name: str | None) -> list[Journal]:
    """Those of the source called `name` (its last name, id or files' stem); None: all.

    They have the names they were given last. Raises UsageError if there is none.
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
    """What each is called where several stand together, by session; those of one name apart."""
    called = [called_last(journal) for journal in journals]
    counts = Counter(journal.name for journal in called)
    return {
        each.session: each.name if counts[each.name] == 1 else f"{each.name} ({each.stem})"
        for each in called
    }


def only(journals: Sequence[Journal], name: str) -> Journal:
    """The one that was found by `name`. Raises UsageError for several sources called so."""
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
    """The journal under the name that its session was given last. Reads its newest part."""
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


def lines_of(path: Path, start: int = 0) -> Iterator[bytes]:
    """The lines of a file from a byte on, one at a time. Raises OSError.

    A longer line than `MAX_LINE_BYTES` comes in pieces, its last one as a line (`is_piece`).
    """
    with path.open("rb") as file:
        file.seek(start)
        while line := file.readline(MAX_LINE_BYTES):
            yield line


def _size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # deleted, or set aside under another name, a moment ago
        return 0


def is_piece(line: bytes) -> bool:
    """Whether this is the begin or the middle of a line that is too long to be read."""
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
    """Id and name of a session as events have them, and how its files' names begin."""

    session: str
    name: str
    stem: str


def _first_record(path: Path) -> _Head | None:
    """The session whose record the first line is.

    Where a crash or a person spoilt that line, one of the next says it.
    """
    try:
        lines = islice(lines_of(path), _HEAD_LINES)
        return next((head for line in lines if (head := _told_by(line))), None)
    except OSError:
        return None


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
