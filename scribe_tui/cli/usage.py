"""UsageFile: what was spent today, so that a daily budget survives a restart of the program."""

from __future__ import annotations

import contextlib
import json
import math
import os
import time
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

from scribe_tui.clock import DAY_SECONDS, AgeClock

MAX_BYTES = 1_000_000
MAX_FILES = 10_000
"""Most starts per day that are counted: one every 9 seconds."""
KEEP_DAYS = 7


class UsageFile:
    """One file per process and day; the sum of a day's files is what was spent."""

    def __init__(self, folder: Path, now: Callable[[], float] | None = None) -> None:
        """`now`: the clock for the age of files, None for an `AgeClock`."""
        self._folder = folder
        self._now = now or AgeClock()
        self._mark = f"{os.getpid()}-{time.time_ns()}"
        self._tidied: date | None = None

    def of_others(self, day: date) -> dict[str, float]:
        """Return money by source name spent by other processes on `day`; unreadable counts 0."""
        total: dict[str, float] = {}
        with contextlib.suppress(OSError):
            for path in sorted(self._folder.glob(f"{day.isoformat()}.*.json"))[:MAX_FILES]:
                if self._mark not in path.name:
                    for name, spent in _read(path).items():
                        total[name] = total.get(name, 0.0) + spent
        return total

    def save(self, day: date, spent: Mapping[str, float]) -> bool:
        """Save the sums, completely or not at all; return False if the folder cannot be written.

        A budget then counts this run only after the next start, which is no reason to stop a
        recording.
        """
        path = self._folder / f"{day.isoformat()}.{self._mark}.json"
        part = path.with_suffix(".part")
        try:
            if spent or path.exists():
                self._folder.mkdir(parents=True, exist_ok=True)
                part.write_text(json.dumps(dict(spent)), encoding="utf-8")
                part.replace(path)
            if day != self._tidied:
                self._tidy()
                self._tidied = day
        except OSError:
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)  # a full disk may create the file without its content
            return False
        return True

    def _tidy(self) -> None:
        """Delete files of days long past, by a clock that cannot be set forward."""
        for path in self._folder.glob("????-??-??.*"):
            is_ours = path.suffix in (".json", ".part")
            if is_ours and self._now() - path.stat().st_mtime > KEEP_DAYS * DAY_SECONDS:
                path.unlink(missing_ok=True)


def _read(path: Path) -> dict[str, float]:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as file:
            found = json.loads(file.read(MAX_BYTES))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {
        name: float(spent)
        for name, spent in found.items()
        if type(spent) in (int, float) and math.isfinite(spent) and spent > 0
    }
