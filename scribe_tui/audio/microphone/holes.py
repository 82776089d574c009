"""Holes: sound that a device never gave, while it or its server stood still.

A recording counts its samples, the clock counts the seconds. Where the clock runs away from
the samples and they do not come after all, that sound is missing.
"""

from __future__ import annotations

from collections import deque

LATE_SECONDS = 0.5
"""Less is a busy machine, or the drift of two clocks."""
JUDGED_SECONDS = 1.0
"""What was only held up has come by then."""
WINDOW_SECONDS = 10.0


class Holes:
    """Told of each piece of sound, it says how many seconds are missing before it.

    A hole is reported within `JUDGED_SECONDS` after it ended, once, in its true length.
    """

    def __init__(self) -> None:
        self._began: float | None = None
        self._given_seconds = 0.0
        self._lags: deque[tuple[float, float]] = deque()

    def missed(self, now: float, seconds: float) -> float:
        """A piece so long came at the instant `now`. Seconds that are missing, 0 for none."""
        if self._began is None:
            self._began = now - seconds
        self._given_seconds += seconds
        lag = now - self._began - self._given_seconds
        self._lags.append((now, lag))
        since = now - JUDGED_SECONDS
        while len(self._lags) > 1 and self._lags[1][0] < now - WINDOW_SECONDS:
            self._lags.popleft()
        lately = [(at, late) for at, late in self._lags if at > since]
        before = [late for at, late in self._lags if at <= since]
        if not before or now - lately[0][0] < JUDGED_SECONDS * 0.8:
            return 0.0
        missing = min(late for _, late in lately) - min(before)
        if missing < LATE_SECONDS:
            return 0.0
        self._began += missing
        self._lags = deque((at, late - missing) for at, late in self._lags if at > since)
        return missing
