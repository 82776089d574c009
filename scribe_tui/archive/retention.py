"""Deleting kept sound: files that are too old, and the oldest beyond a total size."""

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
"""A file of another run written less than this many seconds ago may be open there."""


@dataclass(frozen=True, slots=True)
class _Old:
    """A file of kept sound; `order` sorts by creation, also if the clock was set meanwhile."""

    path: Path
    size: int
    changed_at: float
    order: tuple[float, str, int]
    keep_seconds: float
    may_go: bool


def delete_old_sound(run: Path, max_bytes: float, now: float, is_open: Container[str]) -> None:
    """Delete old kept sound of all runs next to `run`; never files a user put there or changed.

    `now` is wall-clock time; `is_open` has the names of files of `run` being written.
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
            # The clock was set back since: only the order of the runs is known.
            begun = begun_at(run)
            found = [
                replace(each, order=(min(begun, each.order[0]), *each.order[1:])) for each in found
            ]
        yield from found


def _files_of(folder: Path, now: float, is_open: Container[str] | None) -> Iterator[_Old]:
    """Yield the kept sound of one run; `is_open` is None for another run than the present.

    A run's list names its files in the order of their creation: none is older than one before it,
    whatever the clock said.
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
