"""Which files of kept sound may go: by their age, and the oldest beyond a total size."""

from __future__ import annotations

import logging
import math
from collections.abc import Container, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from scribe_tui.archive.kept_file import NAME
from scribe_tui.journal.retention import run_folders
from scribe_tui.journal.retention.scan import begun_at
from scribe_tui.journal.run_files import LIVE, kept_seconds, noted

_log = logging.getLogger(__name__)

FRESH_SECONDS = 120.0
"""A file written to so lately in another run may be open there."""


@dataclass(frozen=True, slots=True)
class _Old:
    """`order` sorts the files by when they were made, also where the clock was set meanwhile."""

    path: Path
    size: int
    changed_at: float
    order: tuple[float, str, int]
    keep_seconds: float
    may_go: bool


def delete_old_sound(run: Path, max_bytes: float, now: float, is_open: Container[str]) -> None:
    """Delete kept sound of all runs beside `run`; never what a user put there or changed.

    `now` is wall clock; `is_open` are names of files of `run` that are being written.
    """
    found = sorted(_files(run, now, is_open), key=lambda file: file.order)
    total = sum(file.size for file in found)
    for file in found:
        is_old = now - file.changed_at > file.keep_seconds
        if not file.may_go or not (is_old or total > max_bytes):
            continue
        try:
            file.path.unlink()
            total -= file.size
        except OSError as error:
            _log.warning("old sound could not be deleted: %s", error.strerror)


def _files(run: Path, now: float, is_open: Container[str]) -> Iterator[_Old]:
    for folder in {*run_folders(run.parent), run}:
        if folder.name == run.name:
            yield from _files_of(folder, now, is_open)
            continue
        found = list(_files_of(folder, now, None))
        if any(file.changed_at > now for file in found):
            # The clock was set back since: all that is known is that this run came later.
            begun = begun_at(run)
            found = [
                replace(each, order=(min(begun, each.order[0]), *each.order[1:])) for each in found
            ]
        yield from found


def _files_of(folder: Path, now: float, is_open: Container[str] | None) -> Iterator[_Old]:
    """Those of one run; `is_open` None: it is another one than the present.

    The list of a run names its files in the order in which they were begun: none is older than
    one before it, whatever the clock said.
    """
    entries, kept = noted(folder), kept_seconds(folder)
    latest = -math.inf
    for number, name in enumerate(kept):
        path = folder / name
        try:
            facts = path.lstat()
        except OSError:
            continue
        ours = entries[name] in (LIVE, facts.st_mtime_ns) and not path.is_symlink()
        if not ours or NAME.fullmatch(name) is None:
            continue
        if is_open is not None:
            writing = name in is_open
        else:
            writing = now - facts.st_mtime < FRESH_SECONDS and entries[name] == LIVE
        latest = max(latest, facts.st_mtime)
        order = (latest, folder.name, number)
        yield _Old(path, facts.st_size, facts.st_mtime, order, kept[name], not writing)
