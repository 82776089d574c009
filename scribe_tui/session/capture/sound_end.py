"""SoundEnd: the instant at which a source's sound stopped, from which a gap is counted."""

from __future__ import annotations

import math

_FIRST_REST_SECONDS = 1.2
"""How much sound an opening may give only at its end: the decoder probes a second of sound before
it gives any, and decodes the last tenths of a second late."""
_FORGOTTEN_A_SECOND = 0.005
"""Seconds by which a lasting delay is counted less for each second that it lasts, because the
station may have left something out and two clocks never run equally fast. Far below the rate at
which `audio.pacing` makes up for a delay (0.02)."""


class SoundEnd:
    """Follows the chunks of one opening of a live source. Instants are `Clock.elapsed` readings.

    Sound of a live source can come late. The decoder holds back its last tenths of a second until
    its input is closed, perhaps 10 s later; a slow line or a busy machine leaves seconds in
    buffers, which are lost if the connection is reset. So the gap does not begin when the last
    chunk came, but when it would have come with the smallest delay of all chunks.

    `opened_at`: the instant from which the first sound was expected; it places the sound of an
    opening that gave no more than `_FIRST_REST_SECONDS`.
    """

    def __init__(self, opened_at: float | None = None) -> None:
        self._opened_at = opened_at
        self._seconds = 0.0
        self._start = math.inf
        """The instant at which the opening's sound began, judged by the chunk with least delay."""
        self._latest = math.inf

    def add(self, heard_at: float, seconds: float) -> None:
        """Note that `seconds` of sound came, beginning at `heard_at`."""
        self._start += _FORGOTTEN_A_SECOND * max(0.0, heard_at - self._latest)
        self._start = min(self._start, heard_at - self._seconds)
        self._latest = heard_at
        self._seconds += seconds

    def skip(self, seconds: float) -> None:
        """Note that `seconds` of sound are missing before the next chunk, reported as a gap."""
        self._start += seconds

    def instant(self, default: float) -> float:
        """The instant at which the sound ended, if none follows.

        Without any sound it is `opened_at` or, if that is None, `default`.
        """
        if not self._seconds:
            return self._opened_at or default
        if self._opened_at is not None and self._seconds <= _FIRST_REST_SECONDS:
            return self._opened_at + self._seconds
        return self._start + self._seconds
