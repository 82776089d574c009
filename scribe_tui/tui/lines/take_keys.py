"""Plain lines: copying to the clipboard, saving clips, and exporting."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING

from scribe_tui.errors import ScribeTuiError, UsageError
from scribe_tui.events import HitStatus, WatchHit
from scribe_tui.transcript import Line
from scribe_tui.tui.actions.copy_clip_export import (
    NO_RUN,
    export_all,
    keep_copy,
    kinds_of,
    save_wanted,
)
from scribe_tui.tui.finding.quotes import MOST_LINES, quote, quote_lines
from scribe_tui.tui.lines.chosen import Acts, Chosen
from scribe_tui.tui.lines.reader import Reader
from scribe_tui.tui.terminal.clipboard import as_sent, send
from scribe_tui.tui.text import count_of

if TYPE_CHECKING:
    from scribe_tui.tui.actions.clipping import WantedSound

WIDE = 10_000
"""Cells for a message; a line read aloud has room for a whole path."""


class TakeKeys:
    """The keys that copy, clip and export; each starts a task that reports its result."""

    def __init__(self, chosen: Chosen, reader: Reader) -> None:
        """Take the lines that `reader` has chosen."""
        self._chosen = chosen
        self._app = chosen.app
        self._reader = reader
        self.acts: Acts = {"copy": self._copy, "clip": self._clip, "export": self._export}

    def _copy(self) -> None:
        count = len(self._reader.chosen)
        if count > MOST_LINES:
            self._app.say(f"{count} lines are too many to copy, {MOST_LINES} at most.")
            return
        self._reader.with_chosen_lines(self._copy_lines)

    def _copy_lines(self, lines: list[Line]) -> None:
        if not lines:
            self._app.say("There is no line to copy yet.")
            return
        titles = self._app.bridge.titles_of(self._chosen.session)
        text = quote_lines(lines, self._chosen.name, titles.at(lines[0].started_at))
        self._reader.end_range()
        self._begin("copying", partial(self._copied, text, count_of(len(lines), "line")))

    async def _copied(self, text: str, what: str) -> str:
        refused = await send(text, os.environ, self._app.write_beside_frames)
        kept = await asyncio.to_thread(keep_copy, self._app.context.run, text, WIDE)
        return f"{what} {as_sent(text, refused)}, {kept}"

    def copy_hit(self, hit: WatchHit) -> None:
        """Copy what was said around a hit."""
        title = self._app.bridge.titles_of(hit.session).at(hit.at)
        text = quote(hit.quote, hit.at, self._chosen.name_of(hit.session), title)
        self._begin("copying", partial(self._copied, text, "the hit"))

    def clip_hit(self, hit: WatchHit) -> None:
        """Save the sound of a hit's line; for an unconfirmed hit, the latest sound."""
        from scribe_tui.tui.actions.clipping import CLIP_EDGE_SECONDS, latest_wanted, lines_wanted

        controls, session, run = self._chosen.controls, hit.session, self._app.context.run
        name, kind = self._chosen.name_of(session), self._app.context.clip_format

        async def cut() -> str:
            if hit.status is HitStatus.UNCONFIRMED:
                wanted = latest_wanted(controls, session)
            else:
                line = await self._reader.line_of_hit(hit)
                wanted = (
                    lines_wanted(controls, session, [line], CLIP_EDGE_SECONDS) if line else None
                )
            if wanted is None:
                return "The line of that hit is not saved, so there is nothing to cut."
            return await asyncio.to_thread(save_wanted, run, wanted, name, kind)

        self._app.say("Cutting a clip.")
        self._begin("cutting a clip", cut)

    def _clip(self) -> None:
        from scribe_tui.tui.actions.clipping import latest_wanted

        controls, session = self._chosen.controls, self._chosen.session
        wanted = None if self._reader.has_cursor else latest_wanted(controls, session)
        if wanted is None:
            self._reader.with_chosen_lines(self._clip_lines)
        else:
            self._cut(wanted)

    def _clip_lines(self, lines: list[Line]) -> None:
        from scribe_tui.tui.actions.clipping import CLIP_EDGE_SECONDS, lines_wanted

        if not lines:
            self._app.say(NO_RUN)
            return
        try:
            chosen = self._chosen
            self._cut(lines_wanted(chosen.controls, chosen.session, lines, CLIP_EDGE_SECONDS))
        except UsageError as error:
            self._app.say(error.sentence)

    def _cut(self, wanted: WantedSound) -> None:
        self._reader.end_range()
        self._app.say("Cutting a clip.")
        context = self._app.context
        save = partial(save_wanted, context.run, wanted, self._chosen.name, context.clip_format)
        self._begin("cutting a clip", partial(asyncio.to_thread, save))

    def _export(self) -> None:
        from scribe_tui.journal.export.files import KINDS

        run, session = self._app.context.run, self._chosen.session
        if run is None:
            self._app.say(NO_RUN)
            return

        def done(text: str | None) -> None:
            if text is None:
                return
            kinds: list[str] = []
            if self._chosen.trying(lambda: kinds.extend(kinds_of(text or "txt"))) and kinds:
                write = partial(export_all, run, session, kinds)
                self._begin("exporting", partial(asyncio.to_thread, write))

        forms = ", ".join(KINDS)
        self._app.ask(f"Export {self._chosen.name} as what? {forms}; nothing is txt.", done)

    def _begin(self, what: str, act: Callable[[], Awaitable[str]]) -> None:
        async def run() -> None:
            try:
                self._app.say(await act())
            except ScribeTuiError as error:
                self._app.say(error.sentence)

        self._app.begin(what, run())
