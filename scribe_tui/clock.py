"""Clocks that can be passed as arguments: monotonic for durations, wall clock for labels."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

DAY_SECONDS = 86400.0
_BOOTTIME = getattr(time, "CLOCK_BOOTTIME", None)

seconds_since_boot: Callable[[], float] = (
    time.monotonic if _BOOTTIME is None else partial(time.clock_gettime, _BOOTTIME)
)
"""Seconds on a monotonic clock that also counts while the machine is suspended.

On Linux only CLOCK_BOOTTIME counts the suspended time. Without it this is the monotonic clock,
which on macOS and Windows goes on while the machine sleeps.
"""


@dataclass(frozen=True, slots=True)
class Clock:
    """Three clocks, which return seconds, and `sleep`; tests pass their own.

    `elapsed` is for durations. `wall` counts from the epoch and is for labels only, because a
    person or a time server may set it at any moment. `awake` stops while the machine is suspended.
    """

    elapsed: Callable[[], float] = seconds_since_boot
    wall: Callable[[], float] = time.time
    awake: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    def label(self, instant: float) -> float:
        """The wall-clock time of `instant`, a reading of `elapsed`."""
        return self.wall() - (self.elapsed() - instant)

    def suspended_seconds(self) -> float:
        """How many seconds the machine has been suspended in all."""
        return self.elapsed() - self.awake()


class AgeClock:
    """A wall clock for the age of files, which never runs faster than time passes.

    If a person or a time server sets the wall clock forward by mistake, new files would otherwise
    look old and be deleted.
    """

    def __init__(
        self,
        wall: Callable[[], float] = time.time,
        elapsed: Callable[[], float] = seconds_since_boot,
    ) -> None:
        """Begin now; `wall` and `elapsed` are as in `Clock`."""
        self._wall, self._elapsed = wall, elapsed
        self._ahead = wall() - elapsed()

    def __call__(self) -> float:
        """Seconds since the epoch, at most those at the beginning plus the time since then."""
        return min(self._wall(), self._ahead + self._elapsed())
