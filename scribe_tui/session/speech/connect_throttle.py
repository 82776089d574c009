"""ConnectThrottle: limits how many connections are opened at once, and how quickly."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from scribe_tui.scribe.connection import Connection
from scribe_tui.settings import SpeechSettings

AT_ONCE = 8
"""How many connections may be opened at the same time."""


class ConnectThrottle:
    """Shared by all sessions: allows a few handshakes at once, spaced in time.

    After an outage all sessions notice it at nearly the same moment; with the jitter of their
    waits alone, a dozen would connect within a fraction of a second.
    """

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._places = asyncio.Semaphore(at_once)
        self._next_at = 0.0

    @asynccontextmanager
    async def turn(self, spacing_seconds: float) -> AsyncIterator[None]:
        """Hold a slot to connect in, at least `spacing_seconds` after the previous one."""
        now = asyncio.get_running_loop().time()
        starts_at = max(now, self._next_at)
        self._next_at = starts_at + spacing_seconds
        if starts_at > now:
            await asyncio.sleep(starts_at - now)
        async with self._places:
            yield


class ThrottledConnect:
    """Opens the connections of one session. Its first does not wait for the spacing."""

    def __init__(
        self,
        throttle: ConnectThrottle,
        spacing_seconds: float,
        connect: Callable[[SpeechSettings], Awaitable[Connection]],
    ) -> None:
        self._throttle = throttle
        self._spacing = spacing_seconds
        self._connect = connect
        self._is_first = True

    async def __call__(self, speech: SpeechSettings) -> Connection:
        """A connection with the settings `speech` whose handshake is done. Raises SpeechError."""
        async with self._throttle.turn(0.0 if self._is_first else self._spacing):
            self._is_first = False
            return await self._connect(speech)
