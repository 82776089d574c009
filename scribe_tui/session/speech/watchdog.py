"""Watchdog: whether the service still does its work, judged by what it owes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from scribe_tui.errors import Retry, SpeechError
from scribe_tui.session.context import Run
from scribe_tui.session.speech.connection_run import ConnectionRun, no_answer


class Watchdog:
    """Finds a conversation that is open but dead. Music is no reason to storm the service.

    Two signs: no word for an open segment or a commit (`Timing.no_answer`), and sound
    without text (`Timing.no_text`). Each alarm that brings no text doubles the patience.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self._timing = run.timing
        self._judge = run.heard.judge
        self._patience = 1

    def satisfied(self) -> None:
        """Text came: the patience is as at the beginning."""
        self._patience = 1

    async def run(self, talk: Callable[[], ConnectionRun | None]) -> None:
        """Look at the present talk again and again. Raises SpeechError, else never ends."""
        self._judge.text_came()
        loop, every = asyncio.get_running_loop(), self._timing.watch_every
        while True:
            # All sessions look at one instant: the program wakes once for a dozen.
            await asyncio.sleep(every - loop.time() % every)
            self._look_at(talk())

    def _look_at(self, talk: ConnectionRun | None) -> None:
        silent = 0.0 if talk is None else talk.silent_seconds()
        if silent >= self._limit(self._timing.no_answer):
            self._patience *= 2
            raise no_answer(self._run.board.name, silent)
        textless = self._judge.textless_seconds
        if textless >= self._limit(self._timing.no_text):
            self._patience *= 2
            message = f"{self._run.board.name}: sound but no text for {textless:.0f} s."
            raise SpeechError("no text", message, retry=Retry.NOW, kind="no_text")

    def _limit(self, seconds: float) -> float:
        return min(seconds * self._patience, max(seconds, self._timing.no_text_cap))
