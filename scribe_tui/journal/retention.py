"""How the journal is kept: when files are set aside, and which old ones may go."""

from __future__ import annotations

import fcntl
import logging
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from scribe_tui.journal.repair import mend_file

_logger = logging.getLogger(__name__)

DAY_SECONDS = 86400.0
MENDED_RUNS = 20
"""How many of the newest runs are looked through for lines that a crash left torn."""

_RUN = re.compile(r"(?P<start>\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d)(?:-(?P<count>\d+))?")
_PART = re.compile(r".+\.\d{4,}\.(?:jsonl|txt)")
_SUFFIXES = (".jsonl", ".txt")


@dataclass(frozen=True, slots=True, kw_only=True)
class Keeping:
    """What the user set; None: no bound."""

    sync_seconds: float = 0.5
    rotate_bytes: int | None = None
    rotate_daily: bool = False
    keep_days: float | None = None
    keep_runs: int | None = None

    def ends_part(self, part_bytes: int, part_day: date | None, today: date) -> bool:
        """Whether a part of so many bytes, begun on that day, is over."""
        if self.rotate_bytes is not None and part_bytes >= self.rotate_bytes:
            return True
        return self.rotate_daily and part_day != today

    @property
    def deletes(self) -> bool:
        """Whether anything ever goes."""
        return self.keep_days is not None or self.keep_runs is not None


def tidy(live: Path, keeping: Keeping, now: float) -> None:
    """Delete what may go from the folder that the run `live` is in.

    Only whole runs that no process writes to any more and that hold nothing but journals,
    and of `live` itself only parts that were set aside. What cannot be deleted is told to
    the diagnostics and tried again the next time.
    """
    limit = None if keeping.keep_days is None else now - keeping.keep_days * DAY_SECONDS
    for number, run in enumerate(runs(live.parent), start=1):
        if run.name == live.name:
            _delete([path for path in _files(run) if _PART.fullmatch(path.name)], limit)
        elif _is_beyond(number, keeping.keep_runs) or _is_older(run, limit):
            _delete_run(run)


def mend_last_runs(live: Path) -> None:
    """Mend the journals of the newest runs that nobody writes to any more."""
    for run in runs(live.parent)[:MENDED_RUNS]:
        try:
            if run.name != live.name and not _is_live(run):
                for path in _files(run):
                    mend_file(path)
        except OSError as error:
            _logger.warning("A run could not be mended: %s", error.strerror)


def runs(log_dir: Path) -> list[Path]:
    """The folders of runs in `log_dir`, the newest first; none if it cannot be read."""
    try:
        with os.scandir(log_dir) as entries:
            found = [
                (match["start"], int(match["count"] or 1), Path(entry.path))
                for entry in entries
                if (match := _RUN.fullmatch(entry.name)) and entry.is_dir(follow_symlinks=False)
            ]
    except OSError:
        return []
    return [path for _, _, path in sorted(found, reverse=True)]


def _files(run: Path) -> list[Path]:
    """The journal's files in a run; raises OSError."""
    with os.scandir(run) as entries:
        return [Path(entry.path) for entry in entries if _is_ours(entry)]


def _is_ours(entry: os.DirEntry[str]) -> bool:
    return entry.name.endswith(_SUFFIXES) and entry.is_file(follow_symlinks=False)


def _is_beyond(number: int, limit: int | None) -> bool:
    return limit is not None and number > limit


def _is_older(run: Path, limit: float | None) -> bool:
    """Whether all files of a run were last written to before the instant `limit`."""
    if limit is None:
        return False
    try:
        return all(path.stat().st_mtime < limit for path in _files(run))
    except OSError:
        return False


def _is_live(run: Path) -> bool:
    """Whether a process holds a lock on one of its files, or may have just begun it."""
    files = _files(run)
    return not files or any(_is_locked(path) for path in files)


def _is_locked(path: Path) -> bool:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # held, or a file system that cannot say
        return True
    finally:
        os.close(descriptor)
    return False


def _delete_run(run: Path) -> None:
    try:
        with os.scandir(run) as entries:
            foreign = any(not _is_ours(entry) for entry in entries)
        if foreign or _is_live(run):
            return
        for path in _in_order(_files(run)):
            path.unlink()
        run.rmdir()
    except OSError as error:
        _logger.warning("An old run could not be deleted: %s", error.strerror)


def _delete(parts: list[Path], limit: float | None) -> None:
    for path in _in_order(parts):
        try:
            if limit is not None and path.stat().st_mtime < limit:
                path.unlink()
        except OSError as error:
            _logger.warning("An old part of the log could not be deleted: %s", error.strerror)


def _in_order(paths: list[Path]) -> Iterator[Path]:
    """Oldest parts first, so that what a crash leaves behind is the newest."""
    yield from sorted(paths)
