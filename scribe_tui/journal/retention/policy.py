"""JournalPolicy: the user's settings for keeping the session log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

DAY_SECONDS = 86400.0
"""Seconds in a day of `keep_days`; a proof that simulates days shortens it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JournalPolicy:
    """The user's settings in the journal's own units; None: no bound.

    `sync_seconds`: longest time before a line is synced to the disk. `rotate_bytes` and
    `rotate_daily`: when a new part is begun. `keep_days` and `keep_runs`: what is deleted.
    `partials`: whether partials are written too. `chained`: whether each line carries its number
    and the digest of the line before. `live`: subtitle formats written while recording.
    """

    sync_seconds: float = 0.5
    rotate_bytes: int | None = None
    rotate_daily: bool = False
    keep_days: float | None = None
    keep_runs: int | None = None
    partials: bool = False
    chained: bool = False
    live: tuple[str, ...] = ()

    def ends_part(self, part_bytes: int, part_day: date | None, today: date) -> bool:
        """Whether a part of `part_bytes`, begun on `part_day`, is to be rotated."""
        if self.rotate_bytes is not None and part_bytes >= self.rotate_bytes:
            return True
        return self.rotate_daily and part_day != today

    @property
    def deletes(self) -> bool:
        """Whether anything is ever deleted."""
        return self.keep_days is not None or self.keep_runs is not None

    def oldest_kept(self, now: float) -> float | None:
        """The instant before which files are deleted at `now`, None without a bound."""
        return None if self.keep_days is None else now - self.keep_days * DAY_SECONDS
