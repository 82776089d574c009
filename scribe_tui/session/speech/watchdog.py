"""Watchdog: ends a connection that is open but from which nothing comes any more."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from scribe_tui.errors import Retry, SpeechError
from scribe_tui.session.buffer.voice_activity import VoiceActivity
from scribe_tui.session.context import RunConfig
from scribe_tui.session.speech.connection_run import ConnectionRun, no_answer

NO_TEXT = "no_text"
"""Kind of the error for sound without text."""


class Watchdog:
    """Looks at the newest connection about once a second.

    Two signs of a dead service: nothing comes for an open segment or a commit
    (`Timing.no_answer`), and there is sound without text (`Timing.no_text`). Music brings no
    text either and is no reason to reconnect again and again: each alarm that brings no text
    doubles both bounds.
    """

    def __init__(self, config: RunConfig, voice_activity: VoiceActivity) -> None:
        self._name = config.name
        self._timing = config.timing
        self._voice_activity = voice_activity
        self._patience = 1

    def text_received(self) -> None:
        """The bounds are as at the beginning."""
        self._patience = 1

    async def run(self, newest: Callable[[], ConnectionRun | None]) -> None:
        """Look again and again. Raises SpeechError, else never ends."""
        self._voice_activity.text_received()
        loop, every = asyncio.get_running_loop(), self._timing.watch_every
        while True:
            # All sessions look at one instant: the program wakes once for a dozen.
            await asyncio.sleep(every - loop.time() % every)
            self._look_at(newest())

    def _look_at(self, connection: ConnectionRun | None) -> None:
        silent = 0.0 if connection is None else connection.silent_seconds()
        if silent >= self._limit(self._timing.no_answer):
            self._patience *= 2
            raise no_answer(self._name, silent)
        textless = self._voice_activity.textless_seconds
        if textless >= self._limit(self._timing.no_text):
            self._patience *= 2
            message = f"{self._name}: sound but no text for {textless:.0f} s."
            raise SpeechError("no text", message, retry=Retry.NOW, kind=NO_TEXT)

    def _limit(self, seconds: float) -> float:
        return min(seconds * self._patience, max(seconds, self._timing.no_text_cap))
