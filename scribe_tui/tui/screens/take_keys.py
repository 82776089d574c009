"""The keys that take more along than a quote: exports, clips, the sound itself."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path

from scribe_tui.errors import UsageError
from scribe_tui.journal.export.files import KINDS, Wanted, export_files
from scribe_tui.journal.reading import Problems, journals_of
from scribe_tui.journal.reading.times import Window
from scribe_tui.tui.screens.deck import DeckScreen
from scribe_tui.tui.screens.prompt import Prompt

NO_RUN = "Nothing is saved here that could be taken along."


class TakeActions(DeckScreen, inherit_bindings=False):
    """`e`, `x` and `o`."""

    def action_export(self) -> None:
        """Ask in which forms, and write what this pane has said so far."""
        if (pane := self._current) is None:
            return
        if self.desk.run is None:
            self.say(NO_RUN)
            return
        label = f"export {self.name_of(pane.session)} as {', '.join(KINDS)}:"
        written = partial(self._export, self.desk.run, pane.session)
        self.app.push_screen(Prompt(label, value="txt, srt"), written)

    def action_clip(self) -> None:
        """Say what there is."""
        self.say("Sound is not kept yet, so that there is none to save.")

    def action_listen(self) -> None:
        """Say what there is."""
        self.say("Sound cannot be heard here yet.")

    def _export(self, run: Path, session: str, text: str | None) -> None:
        kinds = [kind.strip().lower() for kind in (text or "").split(",") if kind.strip()]
        if unknown := [kind for kind in kinds if kind not in KINDS]:
            self.say(f"{unknown[0][:20]} is no form: {', '.join(KINDS)}.")
        elif kinds:
            self.run_worker(self._write(run, session, kinds), group="export", exit_on_error=False)

    async def _write(self, run: Path, session: str, kinds: list[str]) -> None:
        self.say("Exporting …")
        try:
            paths = await asyncio.to_thread(_export_all, run, session, kinds)
        except UsageError as error:
            self.say(error.message)
        except Exception as error:  # noqa: BLE001 - said and logged; the recording goes on
            self.faults.log("An export failed.", error)
            self.say(f"The export failed: {type(error).__name__}.")
        else:
            names = ", ".join(path.name for path in paths)
            self.say(f"Exported {names} into {paths[0].parent}" if paths else NO_RUN)


def _export_all(run: Path, session: str, kinds: list[str]) -> list[Path]:
    journals = tuple(one for one in journals_of(run) if one.session == session)
    if not journals:
        return []
    return [
        path
        for kind in kinds
        for path in export_files(Wanted(run, journals, kind, Window()), run, Problems())
    ]
