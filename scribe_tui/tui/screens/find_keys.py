"""The keys that find: text in a pane, a clock time, marks and other notable places."""

from __future__ import annotations

import time
from functools import partial

from scribe_tui.clock import DAY_SECONDS
from scribe_tui.errors import UsageError
from scribe_tui.tui.finding.matching import folded
from scribe_tui.tui.finding.places import Place, PlaceKind, hit_places
from scribe_tui.tui.finding.search import line_text, matching_lines, next_place
from scribe_tui.tui.rendering.signs import ELLIPSIS
from scribe_tui.tui.rendering.styled_rows import Piece, Row
from scribe_tui.tui.screens.entries import NAME_CELLS, NARROW, Entry, column_cells, stamp
from scribe_tui.tui.screens.monitor_base import MonitorBase
from scribe_tui.tui.text import clock, column, count_of, cut_to_width, quoted
from scribe_tui.tui.widgets.pane import Pane

KIND_CELLS = 7
ANSWER_CELLS = 60
PARTS = {
    PlaceKind.MARK: "text",
    PlaceKind.GAP: "dim",
    PlaceKind.ERROR: "warn",
    PlaceKind.HIT: "hit",
}


class FindActions(MonitorBase, inherit_bindings=False):
    """The keys `/`, `n` and `N` (in the pane), `T` (all panes), `m` and `'`."""

    def action_find(self) -> None:
        """Ask for the text to find in this pane."""
        from scribe_tui.tui.screens.prompt import PromptScreen

        if pane := self._current:
            answer = partial(_count_in, pane)
            label = f"find in {cut_to_width(self.name_of(pane.session), NAME_CELLS)}:"
            self.app.push_screen(PromptScreen(label, answer), partial(self._find_in, pane))

    def _find_in(self, pane: Pane, text: str | None) -> None:
        if text is None:
            return
        pane.look_for(text)
        if text:
            self._step(pane, -1, from_end=True)

    def action_find_next(self, step: int) -> None:
        """Go to the next matching line, further back (-1) or further on (1)."""
        if pane := self._current:
            if not pane.transcript.decorations.wanted:
                self.action_find()
                return
            self._step(pane, step)

    def _step(self, pane: Pane, step: int, *, from_end: bool = False) -> None:
        """Go to the next matching line in memory, else search the journal for one."""
        cursor = None if from_end else pane.transcript.decorations.cursor
        is_whole = not self.reads_older(pane) or not pane.older_matches.unread(_first(pane))
        matches = _matches(pane)
        place = next_place(matches, cursor, step)
        ahead = place is not None and (cursor is None or (matches[place] - cursor) * step > 0)
        if place is not None and (is_whole or ahead):
            pane.go_to(matches[place])
            self._say_place(pane, is_whole)
        elif is_whole:
            wanted = quoted(pane.transcript.decorations.wanted)
            where = "of this pane" if self.reads_older(pane) or not _first(pane) else "held here"
            self.say(f"{wanted} is in no line {where}; f looks in all panes.")
        if not is_whole and not pane.older_matches.is_reading:
            looked = self._look_further(pane, None if ahead else step, from_end)
            self.run_worker(looked, group="find", exit_on_error=False)

    async def _look_further(self, pane: Pane, step: int | None, from_end: bool) -> None:
        """Search the journal; then move by `step`, or say how many matches there are."""
        if step is not None:
            self.say(f"Looking further back {ELLIPSIS}")
        wanted = pane.transcript.decorations.wanted
        if not await self.look_further_back(pane, wanted) or pane is not self._current:
            return
        if step is not None:
            self._step(pane, step, from_end=from_end)
        else:
            self._say_place(pane, True)

    def _say_place(self, pane: Pane, is_whole: bool) -> None:
        """Say which match the cursor is on, and how many are known."""
        matches, cursor = _matches(pane), pane.transcript.decorations.cursor
        if cursor not in matches:
            return
        count = f"{len(matches)}" if is_whole else f"{len(matches)} so far"
        place = f"line {matches.index(cursor) + 1} of {count}"
        wanted = quoted(pane.transcript.decorations.wanted)
        self.say(f"{wanted}: {place}. n further back, N further on.")

    def action_go_to_time(self) -> None:
        """Ask for a clock time to show in all panes."""
        from scribe_tui.tui.screens.prompt import PromptScreen

        narrow = self.size.width < NARROW
        examples = "10:41 or -5m" if narrow else "10:41, 10:41:30, -5m"
        label = f"all panes to {examples} (nothing: live):"
        self.app.push_screen(PromptScreen(label), self._go_to_time)

    def _go_to_time(self, text: str | None) -> None:
        if text is None:
            return
        if not text.strip():
            for pane in self.grid.panes:
                pane.follow()
            self.say("All panes follow what is said.")
            return
        try:
            at = typed_instant(text, time.time())
        except UsageError as error:
            self.say(error.message)
            return
        reached = sum(self.reach_time(pane, at) for pane in self.grid.panes)
        if all(_begins_after(pane, at) for pane in self.grid.panes):
            self.say(
                f"Nothing was said by {clock(at)}: these are the oldest lines. T, enter: live."
            )
        else:
            self.say(f"{count_of(reached, 'pane')} at {clock(at)}. T and enter: all of them live.")

    def action_mark(self) -> None:
        """Mark or unmark the cursor line, or the latest one."""
        if pane := self._current:
            marked = pane.toggle_mark()
            if marked is None:
                self.say("There is no line to mark yet.")
            else:
                self.say("Marked; ' lists marks." if marked else "The mark is gone.")

    def action_places(self) -> None:
        """List marks, errors, gaps and hits of all panes."""
        from scribe_tui.tui.screens.pick_list import PickList

        screen = PickList(
            "Marks, errors, gaps, hits", self._place_entries, version=self._places_version
        )
        self.app.push_screen(screen, self._go_to_place)

    def _places_version(self) -> object:
        """Return a value that changes whenever the list of places does."""
        versions = self._bridge.places.version, self._bridge.hits.version
        return versions, self.pane_names(), [pane.marked_places() for pane in self.grid.panes]

    def _place_entries(self) -> list[Entry]:
        places = [*self._bridge.places.places, *hit_places(self._bridge.hits.newest_first)]
        for pane in self.grid.panes:
            places += pane.marked_places()
        places.sort(key=lambda place: place.at, reverse=True)
        names = {place.session: self.name_of(place.session) for place in places}
        cells = column_cells(names.values(), NAME_CELLS)
        return [
            Entry(place, place_row(place, column(names[place.session], cells), self.size.width))
            for place in places
        ]

    def _go_to_place(self, place: object) -> None:
        if not isinstance(place, Place):
            return
        pane = self.pane_of(place.session)
        if pane is None:
            self.say(f"{self.name_of(place.session)} is no longer on the screen.")
            return
        self.choose(pane)
        if place.line is not None:
            there = pane.go_to(place.line)
        elif place.segment_number is not None:
            there = self.reach_segment(pane, place.segment_number)
        else:
            there = self.reach_time(pane, place.at)
        if not there:
            self.say("That line is no longer held in memory.")


def typed_instant(text: str, now: float) -> float:
    """Return the latest instant of `10:41` up to now, or `-5m` before now. Raises UsageError."""
    from scribe_tui.journal.reading.times import parse_since

    at = parse_since(text, now)
    return at - DAY_SECONDS if at > now else at


def place_row(place: Place, name: str, width: int) -> Row:
    """Return a row with clock time, source, kind and text."""
    return (
        Piece("dim", stamp(place.at, width)),
        Piece("name", name),
        Piece(PARTS[place.kind], column(place.kind, KIND_CELLS)),
        Piece("text", place.text),
    )


def _first(pane: Pane) -> int:
    """Return the number of the oldest line in memory."""
    return pane.transcript.transcript.first


def _matches(pane: Pane) -> list[int]:
    """Return the numbers of all known matching lines, oldest first."""
    view = pane.transcript
    held = matching_lines(view.transcript, view.decorations.wanted)
    return [*pane.older_matches.numbers, *held]


def _begins_after(pane: Pane, at: float) -> bool:
    """Return whether the session's first line came after `at`, or there is none."""
    said = pane.transcript.transcript
    return not said.first and (not said.end or said.line(0).started_at > at)


def _count_in(pane: Pane, text: str) -> str:
    transcript = pane.transcript.transcript
    matches = list(matching_lines(transcript, folded(text)))
    if not matches:
        return "no line so far" if transcript.first else "no line"
    latest = line_text(transcript.line(matches[-1]))
    return cut_to_width(f"{count_of(len(matches), 'line')}: {latest}", ANSWER_CELLS)
