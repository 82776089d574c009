"""Rollover: an old connection is replaced by a new one, opened while the old one still sends."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable

from scribe_tui.errors import Retry, SpeechError
from scribe_tui.session.buffer.audio_buffer import AudioBuffer
from scribe_tui.session.speech.backoff import RetryPlan
from scribe_tui.session.speech.connection_run import ConnectionRun
from scribe_tui.session.status.status import SessionStatus
from scribe_tui.session.timing import Timing

_SPREAD = 0.1
"""Share of the age by which a rollover may come early, at random: sessions that were started
together would otherwise all roll over at the same moment."""


class Rollover:
    """Opens the next connection when it is due, and waits for a pause in which it takes over."""

    def __init__(
        self,
        timing: Timing,
        buffer: AudioBuffer,
        status: SessionStatus,
        *,
        open_next: Callable[[], Awaitable[ConnectionRun]],
        check: Callable[[ConnectionRun], Awaitable[None]],
    ) -> None:
        """`check` raises the SpeechError of a connection that has ended."""
        self._timing = timing
        self._buffer = buffer
        self._status = status
        self._open = open_next
        self._check = check
        self._wanted = asyncio.Event()

    def ask(self) -> None:
        """Roll over as soon as possible, however young the connection is."""
        self._wanted.set()

    def forget(self) -> None:
        """Withdraw the request: a new connection is about to be opened anyway."""
        self._wanted.clear()

    async def successor(self) -> ConnectionRun:
        """Wait until a rollover is due, open the next connection, and return it at a pause.

        It waits until a backlog is sent: before that a pause in the new sound is of no use.
        If no connection can be opened, this is reported and tried again; the old one goes on.
        """
        timing = self._timing
        await self._until_asked(timing.roll_over_after * (1 - _SPREAD * random.random()))
        plan = RetryPlan.for_speech(timing)
        while True:
            await self._buffer.wait_for_room()
            self.forget()
            try:
                successor = await self._open()
                await self._buffer.voice_activity.wait_for_pause(timing.roll_over_pause)
                await self._check(successor)
            except SpeechError as error:
                self._status.noticed(f"could not change to a new connection: {error.message}")
                await asyncio.sleep(plan.failed(Retry.SLOW_BACKOFF, quick=False))
            else:
                return successor

    async def _until_asked(self, seconds: float) -> None:
        """Return after `seconds`, or when a rollover is asked for."""
        try:
            async with asyncio.timeout(seconds):
                await self._wanted.wait()
        except TimeoutError:
            return
