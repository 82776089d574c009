"""ClockWatch: whether the machine was suspended, or its wall clock set, since the last look."""

from __future__ import annotations

from scribe_tui.clock import Clock

_NOTICED_SECONDS = 1.0
"""Smaller differences come from a time server, or from reading the clocks one after the other."""


class ClockWatch:
    """Compares the clocks of a `Clock` with each other."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._suspended, self._wall_ahead = self._read()

    def look(self) -> tuple[float, float]:
        """(seconds suspended, seconds by which the wall clock was set) since the last look.

        Each is 0.0 if it is below `_NOTICED_SECONDS`; a clock set back gives a negative number.
        """
        suspended, wall_ahead = self._read()
        slept, set_by = suspended - self._suspended, wall_ahead - self._wall_ahead
        if slept >= _NOTICED_SECONDS:
            self._suspended = suspended
        if abs(set_by) >= _NOTICED_SECONDS:
            self._wall_ahead = wall_ahead
        return (
            slept if slept >= _NOTICED_SECONDS else 0.0,
            set_by if abs(set_by) >= _NOTICED_SECONDS else 0.0,
        )

    def _read(self) -> tuple[float, float]:
        elapsed = self._clock.elapsed()
        return self._clock.suspended_seconds(), self._clock.wall() - elapsed
