"""Dead air: a source that gives sound, and the sound is silence for too long."""

from __future__ import annotations

from enum import StrEnum


class Air(StrEnum):
    """What changed."""

    DEAD = "dead"
    ALIVE = "alive"


class DeadAirDetector:
    """Raises when sound stays below a level for some time. Counts sound, needs no clock.

    Below or at `threshold_dbfs` for `seconds` without a break is dead air; the first
    chunk above it clears.
    """

    def __init__(self, threshold_dbfs: float = -50.0, seconds: float = 20.0) -> None:
        self._threshold_dbfs = threshold_dbfs
        self._seconds = seconds
        self.quiet_seconds = 0.0

    @property
    def is_dead(self) -> bool:
        """Whether the air is dead now."""
        return self.quiet_seconds >= self._seconds

    def receive(self, seconds: float, level: float) -> Air | None:
        """Count a chunk of `seconds` at `level` dBFS; return what changed, None for nothing."""
        if level > self._threshold_dbfs and not self.quiet_seconds:
            return None
        was_dead = self.is_dead
        self.quiet_seconds = self.quiet_seconds + seconds if level <= self._threshold_dbfs else 0.0
        if self.is_dead == was_dead:
            return None
        return Air.DEAD if self.is_dead else Air.ALIVE
