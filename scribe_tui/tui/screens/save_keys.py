"""The keys that save exports and clips."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from scribe_tui.errors import SourceError, UsageError
from scribe_tui.events import HitStatus, WatchHit
from scribe_tui.transcript import Line
from scribe_tui.tui.actions.copy_clip_export import NO_RUN, export_all, kinds_of, save_wanted
from scribe_tui.tui.rendering.signs import ELLIPSIS
from scribe_tui.tui.screens.entries import NAME_CELLS, NARROW
from scribe_tui.tui.screens.monitor_base import MonitorBase
from scribe_tui.tui.text import cut_to_width
from scribe_tui.tui.widgets.pane import Pane

if TYPE_CHECKING:
    from scribe_tui.tui.actions.clipping import WantedSound


class SaveActions(MonitorBase, inherit_bindings=False):
    """The export and clip keys. Their modules are imported when a key is pressed."""

    def action_export(self) -> None:
        """Ask for the forms, and export what this pane has said so far."""
        if (pane := self._current) is None:
            return
        if self.context.run is None:
            self.say(NO_RUN)
            return
        from scribe_tui.journal.export.files import KINDS
        from scribe_tui.tui.screens.prompt import PromptScreen

        name = cut_to_width(self.name_of(pane.session), NAME_CELLS)
        whose = "" if self.size.width < NARROW else f"{name} "
        label = f"export {whose}as {', '.join(KINDS)}:"
        written = partial(self._export, self.context.run, pane.session)
        self.app.push_screen(PromptScreen(label, value="txt, srt"), written)

    def action_clip(self) -> None:
        """Save the sound and text of the range, the cursor line or the last half minute."""
        if (pane := self._current) is None:
            return
        self.run_worker(self._clip_chosen(pane), group="clip", exit_on_error=False)

    async def _clip_chosen(self, pane: Pane) -> None:
        try:
            wanted = await self._wanted(pane)
        except UsageError as error:
            self.say(f"{error.message} {error.remedy}")
            return
        if wanted is None:
            self.say(NO_RUN)
            return
        pane.end_range()
        self.say(f"Cutting a clip {ELLIPSIS}")
        name = self.name_of(pane.session)
        await self._clip(wanted, name, self.say)

    def clip_hit(self, hit: WatchHit, say: Callable[[str], None]) -> None:
        """Save the sound of a hit's line; for an unconfirmed hit, the latest sound."""
        self.run_worker(self._clip_hit(hit, say), group="clip", exit_on_error=False)

    async def _clip_hit(self, hit: WatchHit, say: Callable[[str], None]) -> None:
        from scribe_tui.tui.actions.clipping import latest_wanted

        session = hit.session
        if hit.status is HitStatus.UNCONFIRMED:
            wanted = latest_wanted(self._controls, session)
        else:
            line = await self.line_of_hit(hit)
            wanted = self._lines_wanted(session, [line]) if line is not None else None
        if wanted is None:
            say("The line of that hit is not saved, so there is nothing to cut.")
            return
        await self._clip(wanted, self.name_of(session), say)

    async def _wanted(self, pane: Pane) -> WantedSound | None:
        """Return what the pane's clip is cut from: a range, the cursor line, or the latest sound.

        Raises UsageError.
        """
        from scribe_tui.tui.actions.clipping import latest_wanted

        latest = None
        if pane.transcript.decorations.cursor is None:
            latest = latest_wanted(self._controls, pane.session)
        lines = await self.chosen_lines(pane) if latest is None else []
        return self._lines_wanted(pane.session, lines) if lines else latest

    def _lines_wanted(self, session: str, lines: Sequence[Line]) -> WantedSound:
        from scribe_tui.tui.actions.clipping import CLIP_EDGE_SECONDS, lines_wanted

        return lines_wanted(self._controls, session, lines, CLIP_EDGE_SECONDS)

    async def _clip(self, wanted: WantedSound, name: str, say: Callable[[str], None]) -> None:
        run, kind = self.context.run, self.context.clip_format
        try:
            say(await asyncio.to_thread(save_wanted, run, wanted, name, kind))
        except (UsageError, SourceError) as error:
            say(f"{error.message} {error.remedy}".strip())
        except Exception as error:  # noqa: BLE001 - said and logged; the recording goes on
            self.faults.log("A clip failed.", error)
            say(f"The clip failed: {type(error).__name__}.")

    def _export(self, run: Path, session: str, text: str | None) -> None:
        try:
            kinds = kinds_of(text or "")
        except UsageError as error:
            self.say(error.message)
            return
        if kinds:
            self.run_worker(self._write(run, session, kinds), group="export", exit_on_error=False)

    async def _write(self, run: Path, session: str, kinds: list[str]) -> None:
        self.say(f"Exporting {ELLIPSIS}")
        try:
            said = await asyncio.to_thread(export_all, run, session, kinds)
        except UsageError as error:
            self.say(error.message)
        except Exception as error:  # noqa: BLE001 - said and logged; the recording goes on
            self.faults.log("An export failed.", error)
            self.say(f"The export failed: {type(error).__name__}.")
        else:
            self.say(said)
