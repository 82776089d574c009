"""VirtualTime: a clock that a test moves."""

from __future__ import annotations

import asyncio

from scribe_tui.clock import Clock


class VirtualTime:
    """`clock` reads `now`; a task that sleeps on it wakes when `pass_` has advanced far enough."""

    def __init__(self) -> None:
        self.now = 1000.0
        self._moved = asyncio.Event()
        self.clock = Clock(elapsed=lambda: self.now, sleep=self._sleep)

    def pass_(self, seconds: float) -> None:
        """Advance the time by `seconds`."""
        self.now += seconds
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()

    async def _sleep(self, seconds: float) -> None:
        until = self.now + seconds
        while self.now < until:
            await self._moved.wait()
