"""Holes: sound that a device never gave because it, or its sound server, stood still.

The samples that came are compared with the clock. Where the clock is ahead and the samples do not
come later either, that sound is missing.
"""

from __future__ import annotations

from collections import deque

LATE_SECONDS = 0.5
"""Least duration of a hole: less is a busy machine, or the drift of two clocks."""
JUDGED_SECONDS = 1.0
"""Time after which sound that was only delayed has come."""
WINDOW_SECONDS = 10.0


class Holes:
    """Is given each chunk of sound and returns how many seconds are missing before it.

    A hole is reported within `JUDGED_SECONDS` after it ended, once, in its true length.
    """

    def __init__(self) -> None:
        self._began: float | None = None
        self._given_seconds = 0.0
        self._lags: deque[tuple[float, float]] = deque()

    def missed(self, now: float, seconds: float) -> float:
        """Note that `seconds` of sound came at `now`.

        Returns the seconds missing before it, or 0.
        """
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
