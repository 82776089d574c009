"""SoundEnd: the instant at which a source's sound stopped, from which a gap is counted."""

from __future__ import annotations

import math

_HICCUP_SECONDS = 1.0
_REST_SECONDS = 0.5
_FIRST_REST_SECONDS = 1.2
"""Before its first sound the decoder looks at a second of it, and some tenths are decoded late."""


class SoundEnd:
    """Follows the chunks of one opening of a source. Instants are readings of `Clock.elapsed`.

    When a station falls silent, the decoder holds back the last tenths of a second and gives
    them only when its input is closed, perhaps 10 s later. Such a rest (at most
    `_REST_SECONDS`, after at least `_HICCUP_SECONDS` of nothing) belongs to the sound before
    the silence: the gap begins when the station fell silent. `opened_at`: when the first sound of
    a source was to be expected, so that a rest which is all there is (at most
    `_FIRST_REST_SECONDS`) has its place, too.
    """

    def __init__(self, opened_at: float | None = None) -> None:
        self._until = opened_at
        self._rest_seconds = _REST_SECONDS if opened_at is None else _FIRST_REST_SECONDS
        self._before_hiccup = 0.0
        self._since_hiccup = math.inf
        self._is_heard = False

    def add(self, heard_at: float, seconds: float) -> None:
        """Sound of that duration came, from `heard_at` on."""
        if self._until is not None and heard_at - self._until > _HICCUP_SECONDS:
            self._before_hiccup, self._since_hiccup = self._until, 0.0
            if self._is_heard:
                self._rest_seconds = _REST_SECONDS
        self._is_heard = True
        self._since_hiccup += seconds
        self._until = heard_at + seconds

    def instant(self, default: float) -> float:
        """When the sound ended, if none follows; `default` if there never was any."""
        if self._until is None:
            return default
        if self._since_hiccup <= self._rest_seconds:
            return self._before_hiccup + self._since_hiccup
        return self._until
