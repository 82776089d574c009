"""Plain lines: the key that plays the chosen source, or the line at the cursor."""

from __future__ import annotations

import os
from asyncio import Task
from functools import partial
from typing import NamedTuple

from scribe_tui.errors import SourceError, UsageError
from scribe_tui.transcript import Line
from scribe_tui.tui.lines.chosen import Acts, Chosen
from scribe_tui.tui.lines.reader import Reader


class Heard(NamedTuple):
    """What is being heard, and the task that plays it; `line` is None for live sound."""

    session: str
    line: Line | None
    task: Task[None]


class Listener:
    """`o`: one sound at a time."""

    def __init__(self, chosen: Chosen, reader: Reader) -> None:
        """Plays what `reader` has at its cursor, else what is said now."""
        self._chosen = chosen
        self._app = chosen.app
        self._reader = reader
        self._heard: Heard | None = None
        self.acts: Acts = {"listen": self._listen}

    def _listen(self) -> None:
        self._reader.with_cursor_line(partial(self._hear_or_end, self._chosen.session))

    def _hear_or_end(self, session: str, line: Line | None) -> None:
        from scribe_tui.audio.speakers import why_unheard

        heard, self._heard = self._heard, None
        if heard is not None and not heard.task.done():
            heard.task.cancel()
            if (heard.session, heard.line) == (session, line):
                self._app.say(f"{self._chosen.name} is heard no more.")
                return
        if (why_not := why_unheard(os.environ)) is not None:
            self._app.say(why_not)
        else:
            self._chosen.trying(lambda: self._hear(session, line))

    def _hear(self, session: str, line: Line | None) -> None:
        from scribe_tui.tui.actions.playback import hearing

        hear = hearing(self._chosen.controls, session, line, self._app.context.run, self._app.say)

        async def play() -> None:
            try:
                await hear()
            except (SourceError, UsageError) as error:
                self._app.say(error.sentence)

        self._heard = Heard(session, line, self._app.begin("listening", play()))
