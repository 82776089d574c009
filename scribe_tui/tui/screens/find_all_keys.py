"""The key that finds text in all panes: in memory, and in saved lines through the index."""

from __future__ import annotations

import asyncio
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from scribe_tui.journal.search import INDEX_NAME
from scribe_tui.tui.finding.decor import Decor, highlights_of
from scribe_tui.tui.finding.matching import folded
from scribe_tui.tui.finding.search import line_text, matching_lines
from scribe_tui.tui.rendering.signs import ELLIPSIS
from scribe_tui.tui.rendering.styled_rows import Piece, Row, width_of
from scribe_tui.tui.screens.entries import (
    CURSOR_CELLS,
    NAME_CELLS,
    Entry,
    around,
    column_cells,
    stamp,
)
from scribe_tui.tui.screens.monitor_base import MonitorBase
from scribe_tui.tui.text import column, quoted

if TYPE_CHECKING:
    from scribe_tui.journal.search.index import SpokenLine
    from scribe_tui.transcript import Line
    from scribe_tui.tui.screens.pick_list import PickList

MAX_FOUND = 500


class FoundLine(NamedTuple):
    """A line of this run: its session, its number on the screen, and the line."""

    session: str
    number: int
    line: Line


class FindAllActions(MonitorBase, inherit_bindings=False):
    """The find-all key: lines of all panes, newest first, then those found in the index."""

    def action_find_all(self) -> None:
        """Ask for the text to find in all panes."""
        from scribe_tui.tui.screens.prompt import PromptScreen

        self.app.push_screen(PromptScreen("find in all panes:"), self._find_in_all)

    def _find_in_all(self, text: str | None) -> None:
        if not text or not (wanted := folded(text)):
            return
        from scribe_tui.tui.screens.pick_list import PickList

        entries = self._in_memory(wanted)
        screen = PickList(f"{quoted(text)} in all panes", lambda: entries, empty="In no pane.")
        self.app.push_screen(screen, partial(self._go_to_found, wanted))
        if self.context.run is None:
            return
        log_dir = self.context.run.parent
        if (log_dir / INDEX_NAME).exists():
            look = self._look_in_index(log_dir, text, entries, screen)
        elif any(self.reads_older(pane) for pane in self.grid.panes):
            look = self._look_in_journals(wanted, entries, screen)
        else:
            return
        self.run_worker(look, group="find all", exclusive=True, exit_on_error=False)

    def _in_memory(self, wanted: str) -> list[Entry]:
        found: list[FoundLine] = []
        for pane in self.grid.panes:
            held = pane.transcript.transcript
            numbers = list(matching_lines(held, wanted))[-MAX_FOUND:]
            found += [FoundLine(pane.session, number, held.line(number)) for number in numbers]
        return self._entries_of(found, wanted)

    def _entries_of(self, found: list[FoundLine], wanted: str) -> list[Entry]:
        """Return entries for the lines found, newest first."""
        width = self.size.width
        names = {pane.session: self.name_of(pane.session) for pane in self.grid.panes}
        cells = column_cells(names.values(), NAME_CELLS)
        found.sort(key=lambda one: one.line.started_at, reverse=True)
        entries = []
        for session, number, line in found[:MAX_FOUND]:
            name, text = column(names.get(session, session), cells), line_text(line)
            begin = Piece("dim", stamp(line.started_at, width)), Piece("name", name)
            row = found_row(begin, text, wanted, width)
            entries.append(Entry((session, number), row, text))
        return entries

    async def _look_in_journals(self, wanted: str, entries: list[Entry], screen: PickList) -> None:
        """Add matching lines of this run that are only in the journals to `entries`."""
        screen.rows.say(f"Looking further back in this run {ELLIPSIS}")
        found: list[FoundLine] = []
        for pane in self.grid.panes:
            if self.reads_older(pane):
                lines = await self.lines_further_back(pane, wanted, MAX_FOUND)
                found += [FoundLine(pane.session, *one) for one in lines]
        entries += self._entries_of(found, wanted)[: max(0, MAX_FOUND - len(entries))]
        if screen.is_attached:
            screen.rows.say("This run was looked through; for earlier ones: scribe-tui search")
            screen.look()

    async def _look_in_index(
        self, log_dir: Path, text: str, entries: list[Entry], screen: PickList
    ) -> None:
        """Add matching lines from the index to `entries`; an error is shown in the list."""
        from scribe_tui.journal.search.index import Asked, search

        said: list[str] = []
        screen.rows.say(f"Looking in what is saved {ELLIPSIS}")
        phrase = '"' + text.replace('"', " ") + '"'
        try:
            answer = await asyncio.to_thread(search, log_dir, Asked(phrase, limit=200), said.append)
        except Exception as error:  # noqa: BLE001 - said and logged; what memory holds is shown
            self.faults.log("What is saved could not be looked through.", error)
            screen.rows.say(f"What is saved could not be looked through: {type(error).__name__}.")
            return
        wanted = folded(text)
        for one in answer.found:
            if not self._is_held(one.line):
                day = time.strftime("%Y-%m-%d ", time.localtime(one.line.at))
                begin = (
                    Piece("dim", day + stamp(one.line.at, self.size.width)),
                    Piece("name", column(one.line.name, NAME_CELLS)),
                )
                row = found_row(begin, one.line.text, wanted, self.size.width)
                entries.append(Entry(one.line, row, one.line.text))
        if screen.is_attached:
            screen.rows.say(" ".join(said) or "What is saved was looked through, too.")
            screen.look()

    def _is_held(self, line: SpokenLine) -> bool:
        if self.context.run is None or line.run != self.context.run.name:
            return False
        pane = self.pane_of(line.session)
        if pane is None:
            return False
        number = pane.transcript.transcript.number_of(line.number)
        return number is not None

    def _go_to_found(self, wanted: str, key: object) -> None:
        from scribe_tui.journal.search.index import SpokenLine

        if isinstance(key, SpokenLine):
            self._go_to_saved(wanted, key)
        elif isinstance(key, tuple) and (pane := self.pane_of(key[0])) is not None:
            pane.look_for(wanted)
            self.choose(pane)
            if not pane.go_to(key[1]):
                self.say("That line is no longer held in memory.")

    def _go_to_saved(self, wanted: str, line: SpokenLine) -> None:
        pane = self.pane_of(line.session)
        if self.context.run is None or line.run != self.context.run.name or pane is None:
            self.say(f"That was in the run {line.run}: scribe-tui show {line.run} {line.name}")
            return
        pane.look_for(wanted)
        self.choose(pane)
        if not self.reach_segment(pane, line.number):
            self.say("That line is no longer held in memory.")


def found_row(begin: Row, text: str, wanted: str, width: int) -> Row:
    """Return `begin` and the part of a line around the match, within `width` cells."""
    marks = highlights_of(text, Decor(wanted=wanted), "hit", "hit")
    return (*begin, *around(text, "text", marks, width - CURSOR_CELLS - width_of(begin)))
