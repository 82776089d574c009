"""The keys that take more along than a quote: exports, clips, the sound itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from scribe_tui.archive.clip import from_archive, save_clip, widened
from scribe_tui.errors import SourceError, UsageError
from scribe_tui.journal.export.files import KINDS, Wanted, export_files
from scribe_tui.journal.reading import Problems, journals_of, read
from scribe_tui.journal.reading.times import Bound, Window
from scribe_tui.transcript import Line
from scribe_tui.tui.screens.deck import DeckScreen
from scribe_tui.tui.screens.prompt import Prompt

EDGE_SECONDS = 0.5
"""A clip is so much longer on both sides: words are not cut."""
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
        """Save the kept sound of the range or the cursor line, its text beside it."""
        if (pane := self._current) is None:
            return
        lines = pane.transcript.chosen_lines()
        if self.desk.run is None or not lines:
            self.say(NO_RUN)
            return
        pane.end_range()
        self.say("Cutting a clip …")
        cut = partial(_cut, self.desk.run, pane.session, span_of(lines))
        self.run_worker(self._clip(cut), group="clip", exit_on_error=False)

    async def _clip(self, cut: Callable[[], str]) -> None:
        try:
            self.say(await asyncio.to_thread(cut))
        except (UsageError, SourceError) as error:
            self.say(error.message)
        except Exception as error:  # noqa: BLE001 - said and logged; the recording goes on
            self.faults.log("A clip failed.", error)
            self.say(f"The clip failed: {type(error).__name__}.")

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


def span_of(lines: Sequence[Line]) -> Window:
    """From the first sound of the lines to their last, by the clock."""
    last = lines[-1]
    end = last.started_at + last.end_seconds - last.start_seconds
    return Window(Bound(instant=lines[0].started_at), Bound(instant=end))


def _cut(run: Path, session: str, window: Window) -> str:
    """Save a clip into the working folder; the sentence that says so. Blocks: for a thread."""
    journal = next((one for one in journals_of(run) if one.session == session), None)
    if journal is None:
        return NO_RUN
    wanted = widened(window, EDGE_SECONDS, EDGE_SECONDS)
    sound = asyncio.run(from_archive(run, journal, wanted))
    return save_clip(sound, journal, read(journal), Path.cwd()).sentence


def _export_all(run: Path, session: str, kinds: list[str]) -> list[Path]:
    journals = tuple(one for one in journals_of(run) if one.session == session)
    if not journals:
        return []
    return [
        path
        for kind in kinds
        for path in export_files(Wanted(run, journals, kind, Window()), run, Problems())
    ]
