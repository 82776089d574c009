"""Which files this program wrote: only those are ever repaired or deleted.

A user may keep notes next to the journals, correct a `NAME.txt`, or save a selection of lines as a
`.jsonl`. Such files belong to the user, whatever their suffix.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from scribe_tui.journal.file_names import file_stem

HEAD_BYTES = 4096
"""Bytes read of a file to see how its first line begins; names are bounded."""

LINE_START = b'{"type": "'
"""How every line of a journal begins, in every version of the program."""

_HEAD = re.compile(
    rb'\{"type": "(?P<type>[a-z_]{1,40})", (?:"v": \d{1,4}, )?'
    rb'"session": (?P<session>"(?:[^"\\]|\\.)*"), "at": "(?P<at>[0-9T:.+Z-]{10,40})"'
)
_PART = re.compile(r"(?P<stem>.+)\.(?P<number>\d{4,})")
_COUNT = re.compile(r"-\d{1,6}")


@dataclass(frozen=True, slots=True)
class Head:
    """The first fields of a journal's first line: type, session id, instant."""

    type: str
    session: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PartName:
    """A journal's file name taken apart: `news.0002.jsonl` is part 2 of `news`.

    The newest part has the plain name and no number.
    """

    stem: str
    number: int | None


def part_name(path: Path) -> PartName:
    """The stem and the number of a part's file."""
    match = _PART.fullmatch(path.stem)
    return PartName(match["stem"], int(match["number"])) if match else PartName(path.stem, None)


def read_head(path: Path) -> Head | None:
    """The first fields of a `.jsonl` file; None unless it begins like a journal of this program."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
        try:
            return _parsed(os.pread(descriptor, HEAD_BYTES, 0))
        finally:
            os.close(descriptor)
    except (OSError, ValueError):
        return None


def is_journal(path: Path) -> bool:
    """Whether a file is a journal, or a part of one, that this program wrote.

    Its first line must be a record of the session that the file is called after.
    """
    if path.suffix != ".jsonl":
        return False
    head = read_head(path)
    if head is None:
        return False
    stem, wanted = part_name(path).stem, file_stem(head.session)
    return stem.startswith(wanted) and (
        stem == wanted or _COUNT.fullmatch(stem, len(wanted)) is not None
    )


def journals_in(run: Path) -> list[Path]:
    """The `.jsonl` files of a run that this program wrote, sorted; none if it has no folder."""
    try:
        with os.scandir(run) as entries:
            found = [Path(e.path) for e in entries if e.is_file(follow_symlinks=False)]
    except OSError:
        return []
    return sorted(path for path in found if is_journal(path))


def _parsed(start: bytes) -> Head | None:
    match = _HEAD.match(start)
    if match is None:
        return None
    session = json.loads(match["session"])
    at = datetime.fromisoformat(match["at"].decode("ascii"))
    return Head(match["type"].decode("ascii"), session, at)
