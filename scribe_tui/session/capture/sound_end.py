"""SoundEnd: the instant at which a source's sound stopped, from which a gap is counted."""

from __future__ import annotations

import math

_FIRST_REST_SECONDS = 1.2
"""Sound that may still be missing at the end of an opening: the decoder probes a second of sound
before it gives the first, and decodes the last tenths late."""
_FORGOTTEN_A_SECOND = 0.005
"""Seconds by which a lasting delay counts less, for each second it lasts: a station may have left
something out, and two clocks are never equally fast. Far below the pace at which `audio.pacing`
makes up for a delay (0.02)."""


class SoundEnd:
    """Follows the chunks of one opening of a live source. Instants are `Clock.elapsed` readings.

    Sound of a live source can come late: the decoder holds back its last tenths and gives them
    when its input is closed, perhaps 10 s later; a slow line or a busy machine leaves seconds in
    buffers, and a line that is reset then takes them along. So what counts is not when the last
    chunk came, but when it would have come had it been as punctual as the most punctual one: the
    gap begins there. `opened_at`: when the first sound of a source was to be expected, so that a
    rest which is all there is (at most `_FIRST_REST_SECONDS`) has its place, too.
    """

    def __init__(self, opened_at: float | None = None) -> None:
        self._opened_at = opened_at
        self._seconds = 0.0
        self._start = math.inf
        """When sound that was never late would have begun."""
        self._latest = math.inf

    def add(self, heard_at: float, seconds: float) -> None:
        """Note that `seconds` of sound came, beginning at `heard_at`."""
        self._start += _FORGOTTEN_A_SECOND * max(0.0, heard_at - self._latest)
        self._start = min(self._start, heard_at - self._seconds)
        self._latest = heard_at
        self._seconds += seconds

    def skip(self, seconds: float) -> None:
        """Note that `seconds` are missing before the next chunk; they have a gap of their own."""
        self._start += seconds

    def instant(self, default: float) -> float:
        """The instant at which the sound ended if none follows.

        `default` if there never was any.
        """
        if not self._seconds:
            return self._opened_at or default
        if self._opened_at is not None and self._seconds <= _FIRST_REST_SECONDS:
            return self._opened_at + self._seconds
        return self._start + self._seconds
