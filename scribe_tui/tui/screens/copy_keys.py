"""The keys that begin a range and copy lines, ranges and hits as quotes."""

from __future__ import annotations

import asyncio
import os

from scribe_tui.events import WatchHit
from scribe_tui.tui.actions.copy_clip_export import keep_copy
from scribe_tui.tui.finding.quotes import MOST_LINES, quote, quote_lines
from scribe_tui.tui.screens.monitor_base import MonitorBase
from scribe_tui.tui.terminal.paced_app import PacedApp
from scribe_tui.tui.text import count_of
from scribe_tui.tui.widgets.pane import Pane


class CopyActions(MonitorBase, inherit_bindings=False):
    """The range and copy keys; other parts copy by `copy_text` and `copy_hit`."""

    def action_range(self) -> None:
        """Begin a range at the cursor, or end it."""
        if pane := self._current:
            began = pane.toggle_range()
            if began is None:
                self.say("There is no line yet.")
            elif began:
                self.say("A range begins: k j move its end, y copies it.")
            else:
                self.say("No range any more.")

    def action_copy(self) -> None:
        """Copy the range, the cursor line or the latest line as a quote."""
        if (pane := self._current) is None:
            return
        count = len(pane.transcript.chosen)
        if not count:
            self.say("There is no line to copy yet.")
        elif count > MOST_LINES:
            self.say(f"{count} lines are too many to copy, {MOST_LINES} at most; e exports all.")
        else:
            self.run_worker(self._copy_chosen(pane), group="copy", exit_on_error=False)

    async def _copy_chosen(self, pane: Pane) -> None:
        wanted = len(pane.transcript.chosen)
        lines = await self.chosen_lines(pane)
        pane.end_range()
        if not lines:
            self.say("These lines are held no more.")
            return
        source = self.name_of(pane.session)
        title = pane.titles.at(lines[0].started_at)
        of_all = "" if len(lines) >= wanted else f" of {wanted}"
        what = f"{count_of(len(lines), 'line')}{of_all}"
        await self._copy(quote_lines(lines, source, title), what)

    def copy_hit(self, hit: WatchHit) -> str:
        """Copy what was said around a hit; return a sentence."""
        pane = self.pane_of(hit.session)
        title = pane.titles.at(hit.at) if isinstance(pane, Pane) else ""
        self.copy_text(quote(hit.quote, hit.at, self.name_of(hit.session), title), "The hit")
        return "The hit is sent to the terminal and kept in the file of copies."

    def copy_text(self, text: str, what: str) -> None:
        """Send `text` to the terminal's clipboard and append it to the file of copies."""
        self.run_worker(self._copy(text, what), group="copy", exit_on_error=False)

    async def _copy(self, text: str, what: str) -> None:
        from scribe_tui.tui.terminal.clipboard import as_sent, send

        app = self.app
        refused = "there is no terminal"
        if isinstance(app, PacedApp):
            refused = await send(text, os.environ, app.write_beside_frames)
        kept = await asyncio.to_thread(keep_copy, self.context.run, text, self.size.width)
        self.say(f"{what} {as_sent(text, refused)}, {kept}")
