"""Watchdog: ends a connection that is open but brings no messages, or no text for sound."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from scribe_tui.errors import NO_TEXT, Retry, SpeechError
from scribe_tui.session.buffer.voice_activity import VoiceActivity
from scribe_tui.session.context import RunConfig
from scribe_tui.session.speech.connection_run import ConnectionRun, no_answer


class Watchdog:
    """Checks the newest connection about once a second.

    Two signs of a dead service: nothing comes for an open segment or a commit
    (`Timing.no_answer`), and there is sound without text (`Timing.no_text`). Music brings no
    text either and is no reason to reconnect again and again: each reconnect that
    brings no text doubles both limits.
    """

    def __init__(self, config: RunConfig, voice_activity: VoiceActivity) -> None:
        self._name = config.name
        self._timing = config.timing
        self._voice_activity = voice_activity
        self._patience = 1

    def text_received(self) -> None:
        """Reset both limits to their values in `Timing`."""
        self._patience = 1

    async def run(self, newest: Callable[[], ConnectionRun | None]) -> None:
        """Check at intervals until cancelled. Raises SpeechError when a limit is passed."""
        self._voice_activity.text_received()
        loop, every = asyncio.get_running_loop(), self._timing.watchdog_every
        while True:
            # All sessions check at the same instant: one wake-up for all of them.
            await asyncio.sleep(every - loop.time() % every)
            self._check(newest())

    def _check(self, connection: ConnectionRun | None) -> None:
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
        return min(seconds * self._patience, max(seconds, self._timing.watchdog_cap))
