"""The key that lists hits of watch words, to go to them and to adjust the watch words."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from scribe_tui.events import HitStatus, Tier, WatchHit
from scribe_tui.tui.finding.decor import Decor, highlights_of
from scribe_tui.tui.rendering.signs import ELLIPSIS
from scribe_tui.tui.rendering.styled_rows import Piece, Row, width_of
from scribe_tui.tui.screens.entries import (
    CURSOR_CELLS,
    NAME_CELLS,
    Entry,
    EntryAction,
    around,
    column_cells,
    stamp,
)
from scribe_tui.tui.screens.monitor_base import MonitorBase
from scribe_tui.tui.text import column, quoted

if TYPE_CHECKING:
    from scribe_tui.tui.screens.pick_list import PickList

WORD_CELLS = 14
"""Most cells of the column of watch words."""


class HitActions(MonitorBase, inherit_bindings=False):
    """The hits key: all hits, newest first."""

    def action_hits(self) -> None:
        """Open the list of hits."""
        from scribe_tui.tui.actions.teaching import HitTeacher
        from scribe_tui.tui.screens.pick_list import PickList

        known = self._bridge.hits
        teacher = HitTeacher(known, self.context.watch)
        actions = {
            "y": EntryAction("copy", self._copy_hit),
            "x": EntryAction("clip", lambda key: self._clip_of(key, screen)),
            "c": EntryAction("confirm as heard form", teacher.confirm),
            "X": EntryAction("never again", teacher.never_again),
            "o": EntryAction("hear", lambda key: self._sound_of(key, screen)),
        }
        known.looked_at()
        empty = "No watch word was heard yet."
        if self.context.watch is not None and not self.context.watch.lists:
            opens = next((key.shown for key in self.keys if key.id == "words"), "--watch WORD")
            empty = f"There are no watch words. Close this list: {opens} puts some in."
        screen = PickList(
            "Hits", self._hit_entries, actions, empty=empty, version=self._hits_version
        )
        self.app.push_screen(screen, self._go_to_hit)

    def _hits_version(self) -> object:
        """Return a value that changes whenever the list of hits does."""
        return self._bridge.hits.version, self.pane_names()

    def _hit_entries(self) -> list[Entry]:
        hits = self._bridge.hits.newest_first
        names = {hit.session: self.name_of(hit.session) for hit in hits}
        cells = HitCells(
            self.size.width,
            column_cells(names.values(), NAME_CELLS),
            column_cells({hit.word for hit in hits}, WORD_CELLS),
        )
        return [
            Entry((hit.session, hit.hit), hit_row(hit, names[hit.session], cells), hit.quote)
            for hit in hits
        ]

    def _copy_hit(self, key: object) -> str:
        hit = self._bridge.hits.get(key)
        return self.copy_hit(hit) if hit is not None else "That hit is gone."

    def _clip_of(self, key: object, shown: PickList) -> str:
        """Save the sound of a hit; progress is shown in the list and in the key bar."""
        hit = self._bridge.hits.get(key)
        if hit is None:
            return "That hit is gone."
        self.clip_hit(hit, partial(self._say_in, shown))
        return f"Cutting a clip {ELLIPSIS}"

    def _sound_of(self, key: object, shown: PickList) -> str:
        """Play the sound of a hit, or end it; return a sentence."""
        hit = self._bridge.hits.get(key)
        if hit is None:
            return "That hit is gone."
        return self.hear_hit(hit, partial(self._say_in, shown))

    def _say_in(self, shown: PickList, text: str) -> None:
        self.say(text)
        if shown.is_current:
            shown.rows.say(text)

    def _go_to_hit(self, key: object) -> None:
        self._bridge.hits.looked_at()
        if (hit := self._bridge.hits.get(key)) is None:
            return
        pane = self.pane_of(hit.session)
        if pane is None:
            self.say(f"{self.name_of(hit.session)} is no longer on the screen.")
            return
        self.choose(pane)
        if hit.status is HitStatus.UNCONFIRMED:
            pane.follow()
        elif not self.reach_segment(pane, hit.segment_number):
            self.say("That line is no longer held in memory.")


class HitCells(NamedTuple):
    """Width in cells of the list of hits, and of two of its columns."""

    width: int
    name: int = NAME_CELLS
    word: int = WORD_CELLS


def hit_row(hit: WatchHit, name: str, cells: HitCells) -> Row:
    """Return a row: clock time, source, word, certainty, and the quote around the marked word."""
    unsure = hit.tier is not Tier.EXACT
    sign = "~" if unsure else " "
    open_sign = "?" if hit.status is HitStatus.UNCONFIRMED else " "
    heard = f"heard {quoted(hit.heard)}: " if unsure and hit.heard else ""
    marks = highlights_of(hit.quote, Decor(heard=(hit.heard,)), "hit", "hit") if hit.heard else []
    late = (Piece("dim", " (unconfirmed)"),) if hit.status is HitStatus.UNCONFIRMED else ()
    begin = (
        Piece("dim", stamp(hit.at, cells.width)),
        Piece("name", column(name, cells.name)),
        Piece("hit", column(hit.word, cells.word)),
        Piece("warn", f"{sign}{open_sign} "),
        Piece("dim", heard),
    )
    room = cells.width - CURSOR_CELLS - width_of(begin)
    return (*begin, *around(hit.quote, "text", marks, room), *late)
