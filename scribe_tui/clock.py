"""Time as an argument: durations on the monotonic clock, labels on the wall clock."""

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

Linux counts the suspended time in CLOCK_BOOTTIME alone. Where that is missing it is the
monotonic clock: macOS counts on in its sleep, Windows does, too.
"""


@dataclass(frozen=True, slots=True)
class Clock:
    """Three readings in seconds, and waiting; tests give others.

    `elapsed` is for durations. `wall` counts from the epoch and is for labels alone: a person
    or a time server may set it at any moment. `awake` stands still while the machine is
    suspended.
    """

    elapsed: Callable[[], float] = seconds_since_boot
    wall: Callable[[], float] = time.time
    awake: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    def label(self, instant: float) -> float:
        """The wall-clock time of `instant`, a reading of `elapsed`."""
        return self.wall() - (self.elapsed() - instant)

    def suspended_seconds(self) -> float:
        """For how long the machine has been suspended in all."""
        return self.elapsed() - self.awake()


class AgeClock:
    """The wall clock for the age of files; it never runs faster than time passes.

    Set forward, by a mistake of a person or a time server, the wall clock would make new files
    old, and have them deleted.
    """

    def __init__(
        self,
        wall: Callable[[], float] = time.time,
        elapsed: Callable[[], float] = seconds_since_boot,
    ) -> None:
        """Begin now; the two are as in `Clock`."""
        self._wall, self._elapsed = wall, elapsed
        self._ahead = wall() - elapsed()

    def __call__(self) -> float:
        """Seconds from the epoch, at most those of the beginning and what has passed since."""
        return min(self._wall(), self._ahead + self._elapsed())
