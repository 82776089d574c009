"""Which files of kept sound may go: by their age, and the oldest beyond a total size."""

from __future__ import annotations

import logging
from collections.abc import Container, Iterator
from dataclasses import dataclass
from pathlib import Path

from scribe_tui.archive.kept_file import NAME
from scribe_tui.journal.retention import runs
from scribe_tui.journal.run_files import LIVE, kept_seconds, noted

_logger = logging.getLogger(__name__)

FRESH_SECONDS = 120.0
"""A file written to so lately in another run may be open there."""


@dataclass(frozen=True, slots=True)
class _Old:
    path: Path
    size: int
    changed_at: float
    keep_seconds: float
    may_go: bool


def tidy(run: Path, max_bytes: float, now: float, is_open: Container[str]) -> None:
    """Delete kept sound of all runs beside `run`; never what a user put there or changed.

    `now` is wall clock; `is_open` are names of files of `run` that are being written.
    """
    found = sorted(_files(run, now, is_open), key=lambda file: file.changed_at)
    total = sum(file.size for file in found)
    for file in found:
        is_old = now - file.changed_at > file.keep_seconds
        if not file.may_go or not (is_old or total > max_bytes):
            continue
        try:
            file.path.unlink()
            total -= file.size
        except OSError as error:
            _logger.warning("old sound could not be deleted: %s", error.strerror)


def _files(run: Path, now: float, is_open: Container[str]) -> Iterator[_Old]:
    for folder in {*runs(run.parent), run}:
        entries, kept = noted(folder), kept_seconds(folder)
        for name in kept.keys() & entries.keys():
            path = folder / name
            try:
                facts = path.lstat()
            except OSError:
                continue
            ours = entries[name] in (LIVE, facts.st_mtime_ns) and not path.is_symlink()
            if not ours or NAME.fullmatch(name) is None:
                continue
            writing = (
                name in is_open
                if folder.name == run.name
                else now - facts.st_mtime < FRESH_SECONDS and entries[name] == LIVE
            )
            yield _Old(path, facts.st_size, facts.st_mtime, kept[name], not writing)
