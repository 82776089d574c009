"""Which runs a log folder holds, in the order of their start."""

from __future__ import annotations

import os
import re
from datetime import datetime, tzinfo
from pathlib import Path

from scribe_tui.journal.ownership import journals_in, read_head

_RUN = re.compile(r"(?P<start>\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d)(?:-(?P<count>\d{1,6}))?")
_NAME_FORMAT = "%Y-%m-%dT%H-%M-%S"


def run_folders(log_dir: Path) -> list[Path]:
    """The folders of runs in `log_dir`, the newest first; none if it cannot be read.

    They are ordered by the instant of their start: a folder's name is local time, and runs
    may have been started in several time zones.
    """
    try:
        with os.scandir(log_dir) as entries:
            found = [
                (begun_at(Path(entry.path)), int(match["count"] or 1), Path(entry.path))
                for entry in entries
                if (match := _RUN.fullmatch(entry.name)) and entry.is_dir(follow_symlinks=False)
            ]
    except OSError:
        return []
    return [path for _, _, path in sorted(found, reverse=True)]


def begun_at(run: Path) -> float:
    """When a run was started: seconds since the epoch.

    The folder's name gives the local time, its journals the offset from UTC. Without a journal this
    machine's offset is assumed; a name that is no time gives 0.
    """
    match = _RUN.fullmatch(run.name)
    try:
        local = datetime.strptime(match["start"] if match else "", _NAME_FORMAT)
        return local.replace(tzinfo=_offset_of(run)).timestamp()
    except (ValueError, OverflowError, OSError):
        return 0.0


def _offset_of(run: Path) -> tzinfo | None:
    for path in journals_in(run):
        head = read_head(path)
        if head is not None:
            return head.at.tzinfo
    return None
