"""CatchUp: how much faster than real time a backlog of sound is sent."""

from __future__ import annotations

import math


class CatchUp:
    """A speed that halves when the service is overrun and doubles again while it is not.

    Sending a backlog too fast to an overloaded service would overrun it again
    and again at the same place. Instants are seconds on one clock.
    """

    def __init__(self, speed: float, recovers_after: float) -> None:
        self._full = speed
        self._speed = speed
        self._recovers_after = recovers_after
        self._overrun_at = -math.inf

    def overrun(self, now: float) -> None:
        """Halve the speed: the service reported sound faster than it can process."""
        self._speed = max(1.0, self.speed(now) / 2)
        self._overrun_at = now

    def speed(self, now: float) -> float:
        """How many times faster than real time to send now; at least 1."""
        doublings = min(16.0, (now - self._overrun_at) // self._recovers_after)
        return float(min(self._full, self._speed * 2**doublings))
