"""Attention: which pane the user looks at, and until when others were looked at."""

from __future__ import annotations

from scribe_tui.tui.widgets.pane import Pane
from scribe_tui.tui.widgets.transcript_view import Look

AWAY_SECONDS = 300.0
"""After this many seconds without a key the user may have been away: later lines are new."""


class Attention:
    """Tracks which pane the user looks at: the current one, while keys are pressed."""

    def __init__(self) -> None:
        """Start without a pane."""
        self._pane: Pane | None = None
        self._look = Look(0, 0.0)
        self._at = 0.0

    def here(self, pane: Pane, wall: float, now: float) -> None:
        """Record that a key was pressed, or a choice made, with `pane` the current one.

        `wall` is the wall-clock time, `now` an instant of the steady clock.
        """
        if pane is self._pane and now - self._at > AWAY_SECONDS:
            pane.transcript.looked_until(self._look)
        self._pane, self._at = pane, now
        self._look = Look(pane.transcript.transcript.end, wall)

    def left(self, pane: Pane, wall: float) -> None:
        """Record that `pane` is no longer the current one."""
        pane.transcript.looked_until(Look(pane.transcript.transcript.end, wall))
