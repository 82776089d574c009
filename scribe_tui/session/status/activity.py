"""ActivityLights: which of the three lights of a pane are on: bytes, sound, text."""

from __future__ import annotations

import math

from scribe_tui.session.status.snapshot import Lights
from scribe_tui.session.timing import SOUND_DBFS

ARRIVING_SECONDS = 2.0
SOUND_SECONDS = 3.0
TEXT_SECONDS = 15.0
"""For how many seconds after the latest chunk, sound or text its light is on."""


class ActivityLights:
    """Remembers when bytes, sound and text last came; instants are seconds on one clock."""

    def __init__(self) -> None:
        self._chunk_at = self._sound_at = self._text_at = -math.inf

    def chunk(self, now: float, level_dbfs: float) -> None:
        """A chunk of this level came."""
        self._chunk_at = now
        if level_dbfs > SOUND_DBFS:
            self._sound_at = now

    def text(self, now: float) -> None:
        """Text came."""
        self._text_at = now

    def lights(self, now: float) -> Lights:
        """The lights at `now`."""
        return Lights(
            arriving=now - self._chunk_at < ARRIVING_SECONDS,
            sound=now - self._sound_at < SOUND_SECONDS,
            text=now - self._text_at < TEXT_SECONDS,
        )
