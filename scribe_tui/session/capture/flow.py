"""Flow: until when a source really gave sound."""

from __future__ import annotations

import math

_HICCUP_SECONDS = 1.0
_LAST_GASP_SECONDS = 0.5


class Flow:
    """Instants of one opening's sound; wall clock.

    A decoder keeps the last tenths until its input is given up, perhaps 10 s after it fell
    silent. Such a last gasp was on its way before the silence, and so it is counted.
    """

    def __init__(self) -> None:
        self._until: float | None = None
        self._before_hiccup = 0.0
        self._since_hiccup = math.inf

    def sound(self, heard_at: float, seconds: float) -> None:
        """Sound of that length, from `heard_at` on."""
        if self._until is not None and heard_at - self._until > _HICCUP_SECONDS:
            self._before_hiccup, self._since_hiccup = self._until, 0.0
        self._since_hiccup += seconds
        self._until = heard_at + seconds

    def ended_at(self, default: float) -> float:
        """When it ended, if it ended now; `default` if there never was any."""
        if self._until is None:
            return default
        if self._since_hiccup <= _LAST_GASP_SECONDS:
            return self._before_hiccup + self._since_hiccup
        return self._until
