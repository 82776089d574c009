"""Rollover: when a connection has grown old, and which one takes over from it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable

from scribe_tui.errors import Retry, SpeechError
from scribe_tui.session.context import Run
from scribe_tui.session.speech.backoff import RetryPlan
from scribe_tui.session.speech.connection_run import ConnectionRun

_SPREAD = 0.1
"""Panes started together grow old together; each renews up to so much of the age earlier."""


class Rollover:
    """Opens the talk that is to take over while the old one still speaks."""

    def __init__(
        self,
        run: Run,
        open_talk: Callable[[], Awaitable[ConnectionRun]],
        check: Callable[[ConnectionRun], Awaitable[None]],
    ) -> None:
        """`check` raises the SpeechError of a talk that has ended."""
        self._run = run
        self._open = open_talk
        self._check = check

    async def successor(self) -> ConnectionRun:
        """Wait until it is time, open the next talk, and return it when a pause is heard.

        Not while old sound is being caught up with: then there is no pause to be heard.
        A next talk that cannot be had is told and tried again; the old one speaks on.
        """
        timing, heard = self._run.timing, self._run.heard
        await asyncio.sleep(timing.roll_over_after * (1 - _SPREAD * random.random()))
        plan = RetryPlan.for_speech(timing)
        while True:
            await heard.wait_for_room()
            try:
                talk = await self._open()
                await heard.judge.wait_for_pause(timing.roll_over_pause)
                await self._check(talk)
            except SpeechError as error:
                self._run.board.notice(f"could not change to a new connection: {error.message}")
                await asyncio.sleep(plan.failed(Retry.SLOW_BACKOFF, quick=False))
            else:
                return talk
