"""ConnectThrottle: panes open their connections in turn, and never storm the service."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

AT_ONCE = 8
"""Connections being opened at the same moment."""


class ConnectThrottle:
    """One for all sessions: a few dials at once, and some time between one and the next.

    After an outage all panes notice at nearly the same moment; the jitter of their waits
    alone would have a dozen dial within a fraction of a second.
    """

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._places = asyncio.Semaphore(at_once)
        self._next_at = 0.0

    @asynccontextmanager
    async def turn(self, spacing_seconds: float) -> AsyncIterator[None]:
        """A place to dial from, `spacing_seconds` after the turn before it at the earliest."""
        now = asyncio.get_running_loop().time()
        starts_at = max(now, self._next_at)
        self._next_at = starts_at + spacing_seconds
        if starts_at > now:
            await asyncio.sleep(starts_at - now)
        async with self._places:
            yield
