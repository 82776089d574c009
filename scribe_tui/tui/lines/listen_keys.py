"""Plain lines: the key that plays the chosen source, or the line at the cursor."""

from __future__ import annotations

import os
from asyncio import Task
from collections.abc import Awaitable, Callable
from functools import partial
from typing import NamedTuple

from scribe_tui.errors import SourceError, UsageError
from scribe_tui.events import WatchHit
from scribe_tui.transcript import Line
from scribe_tui.tui.lines.chosen import Acts, Chosen
from scribe_tui.tui.lines.reader import Reader


class PlainPlayback(NamedTuple):
    """The sound being played, and the task that plays it.

    `what` is a line, a hit, or None for live sound.
    """

    session: str
    what: Line | WatchHit | None
    task: Task[None]


class ListenKeys:
    """The listen key: one sound at a time."""

    def __init__(self, chosen: Chosen, reader: Reader) -> None:
        """Play the line at the cursor of `reader`, else live sound."""
        self._chosen = chosen
        self._app = chosen.app
        self._reader = reader
        self._heard: PlainPlayback | None = None
        self.acts: Acts = {"listen": self._listen}

    def hear_hit(self, hit: WatchHit) -> None:
        """Play the sound of a hit, or end it if it is being played."""
        from scribe_tui.tui.actions.playback import hearing_hit

        controls, run = self._chosen.controls, self._app.context.run

        async def hear() -> None:
            line = await self._reader.line_of_hit(hit)
            await hearing_hit(controls, hit, line, run, self._app.say)()

        if not self._is_answered(hit.session, hit):
            self._begin(hit.session, hit, hear)

    def _listen(self) -> None:
        self._reader.with_cursor_line(partial(self._hear_or_end, self._chosen.session))

    def _hear_or_end(self, session: str, line: Line | None) -> None:
        if not self._is_answered(session, line):
            self._chosen.trying(lambda: self._hear(session, line))

    def _is_answered(self, session: str, what: Line | WatchHit | None) -> bool:
        """End the sound being played; return whether nothing is left to do.

        That is so if it was the same sound, or if no sound can be played here, which is said.
        """
        from scribe_tui.audio.speakers import why_unheard

        heard, self._heard = self._heard, None
        if heard is not None and not heard.task.done():
            heard.task.cancel()
            if (heard.session, heard.what) == (session, what):
                self._app.say(f"{self._chosen.name_of(session)} is heard no more.")
                return True
        if (why_not := why_unheard(os.environ)) is not None:
            self._app.say(why_not)
            return True
        return False

    def _hear(self, session: str, line: Line | None) -> None:
        from scribe_tui.tui.actions.playback import hearing

        run = self._app.context.run
        self._begin(
            session, line, hearing(self._chosen.controls, session, line, run, self._app.say)
        )

    def _begin(
        self, session: str, what: Line | WatchHit | None, hear: Callable[[], Awaitable[None]]
    ) -> None:
        async def play() -> None:
            try:
                await hear()
            except (SourceError, UsageError) as error:
                self._app.say(error.sentence)

        self._heard = PlainPlayback(session, what, self._app.begin("listening", play()))
