"""SourceFacts: what is known about a session's source, for its pane."""

from __future__ import annotations

from scribe_tui.audio.dead_air import Air, DeadAirDetector
from scribe_tui.audio.source import SourceStatus


class SourceFacts:
    """The facts about the source in one run; `openings` counts on over all runs."""

    def __init__(self, openings: int = 0, dead_air: DeadAirDetector | None = None) -> None:
        """`dead_air`: a detector with this source's settings; None: one with the defaults."""
        self.is_live = True
        self.open = False
        self.openings = openings
        self.level_dbfs: float | None = None
        self.status = SourceStatus()
        self._dead_air = dead_air or DeadAirDetector()

    def add_chunk(self, seconds: float, level_dbfs: float) -> Air | None:
        """A chunk of this duration and level came.

        Returns the new state when dead air begins or ends, else None.
        """
        self.level_dbfs = level_dbfs
        return self._dead_air.receive(seconds, level_dbfs)

    def stopped(self) -> None:
        """No more sound comes: the level is unknown."""
        self.open = False
        self.level_dbfs = None

    @property
    def dead_air(self) -> bool:
        """Whether an open source has been silent for long."""
        return self._dead_air.is_dead and self.open

    @property
    def position_seconds(self) -> float | None:
        """How far a file has been played, in seconds; None for a live source."""
        return None if self.is_live else self.status.position_seconds
