"""The key that finds in all panes: in memory at once, in what is saved where it is indexed."""

from __future__ import annotations

import asyncio
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from scribe_tui.journal.search import INDEX_NAME
from scribe_tui.tui.finding.decor import Decor, marks_of
from scribe_tui.tui.finding.matching import folded
from scribe_tui.tui.finding.search import matching_lines, text_of
from scribe_tui.tui.rendering.marked import marked_rows
from scribe_tui.tui.rendering.signs import ELLIPSIS
from scribe_tui.tui.rendering.styled_rows import Piece, Row
from scribe_tui.tui.screens.entries import Entry
from scribe_tui.tui.screens.monitor_base import MonitorBase
from scribe_tui.tui.text import clock, column, quoted

if TYPE_CHECKING:
    from scribe_tui.journal.search.index import Line
    from scribe_tui.tui.screens.pick_list import PickList

MAX_FOUND = 500
NAME_CELLS = 16
AROUND_CHARS = 60
"""Characters of a long line shown before the match."""


class FindAllActions(MonitorBase, inherit_bindings=False):
    """`f`: lines of all panes, newest first, then those of the index."""

    def action_find_all(self) -> None:
        """Ask what to find in all panes."""
        from scribe_tui.tui.screens.prompt import PromptScreen

        self.app.push_screen(PromptScreen("find in all panes:"), self._find_in_all)

    def _find_in_all(self, text: str | None) -> None:
        if not text or not (wanted := folded(text)):
            return
        from scribe_tui.tui.screens.pick_list import PickList

        entries = self._in_memory(wanted)
        screen = PickList(f"{quoted(text)} in all panes", lambda: entries, empty="In no pane.")
        self.app.push_screen(screen, partial(self._go_to_found, wanted))
        log_dir = self.context.run.parent if self.context.run is not None else None
        if log_dir is not None and (log_dir / INDEX_NAME).exists():
            self.run_worker(
                self._look_in_index(log_dir, text, entries, screen),
                group="find",
                exclusive=True,
                exit_on_error=False,
            )

    def _in_memory(self, wanted: str) -> list[Entry]:
        found: list[tuple[float, Entry]] = []
        for pane in self.grid.panes:
            held = pane.transcript.transcript
            name = self.name_of(pane.session)
            for number in list(matching_lines(held, wanted))[-MAX_FOUND:]:
                line = held.line(number)
                row = found_row(line.started_at, name, text_of(line), wanted)
                found.append((line.started_at, Entry((pane.session, number), row)))
        found.sort(key=lambda one: one[0], reverse=True)
        return [entry for _, entry in found[:MAX_FOUND]]

    async def _look_in_index(
        self, log_dir: Path, text: str, entries: list[Entry], screen: PickList
    ) -> None:
        """Add what memory does not hold to `entries`; what goes wrong is said in the list."""
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
                row = found_row(one.line.at, one.line.name, one.line.text, wanted, dated=True)
                entries.append(Entry(one.line, row))
        if screen.is_attached:
            screen.rows.say(" ".join(said) or "What is saved was looked through, too.")
            screen.look()

    def _is_held(self, line: Line) -> bool:
        if self.context.run is None or line.run != self.context.run.name:
            return False
        pane = self.pane_of(line.session)
        if pane is None:
            return False
        number = pane.transcript.transcript.number_of(line.number)
        return number is not None

    def _go_to_found(self, wanted: str, key: object) -> None:
        from scribe_tui.journal.search.index import Line

        if isinstance(key, Line):
            self._go_to_saved(wanted, key)
        elif isinstance(key, tuple) and (pane := self.pane_of(key[0])) is not None:
            pane.look_for(wanted)
            self.choose(pane)
            if not pane.go_to(key[1]):
                self.say("That line is no longer held in memory.")

    def _go_to_saved(self, wanted: str, line: Line) -> None:
        pane = self.pane_of(line.session)
        if self.context.run is None or line.run != self.context.run.name or pane is None:
            self.say(f"That was in the run {line.run}: scribe-tui show {line.run} {line.name}")
            return
        pane.look_for(wanted)
        self.choose(pane)
        if not self.reach_segment(pane, line.number):
            self.say("That line is no longer held in memory.")


def found_row(at: float, name: str, text: str, wanted: str, *, dated: bool = False) -> Row:
    """Clock time (with the day if it may be another one), source, the text around what was found.

    Cut on the left, so that what was found shows.
    """
    marks = marks_of(text, Decor(wanted=wanted), "hit", "hit")
    start = max(0, marks[0].start - AROUND_CHARS) if marks else 0
    day = time.strftime("%Y-%m-%d ", time.localtime(at)) if dated else ""
    return (
        Piece("dim", f"{day}{clock(at)}  "),
        Piece("name", column(name, NAME_CELLS)),
        Piece("dim", ELLIPSIS if start else ""),
        *next(marked_rows(text, [(start, len(text))], "text", marks)),
    )
