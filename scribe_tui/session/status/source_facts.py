"""SourceFacts: what is known of a session's source, as its pane shows it."""

from __future__ import annotations

from scribe_tui.audio.dead_air import Air, DeadAirDetector
from scribe_tui.audio.source import SourceStatus


class SourceFacts:
    """What a status says of the source; made anew for each run; `openings` goes on."""

    def __init__(self, openings: int = 0, dead_air: DeadAirDetector | None = None) -> None:
        """`dead_air`: the setting of this source; None: the default."""
        self.is_live = True
        self.open = False
        self.openings = openings
        self.level_dbfs: float | None = None
        self.status = SourceStatus()
        self._dead_air = dead_air or DeadAirDetector()

    def add_chunk(self, seconds: float, level_dbfs: float) -> Air | None:
        """A chunk of this duration and level came; says when the air dies or comes alive."""
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
        """How far a file is, None for a live source."""
        return None if self.is_live else self.status.position_seconds
