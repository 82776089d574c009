"""The top row of a pane: its number, name, now-playing title, and what is not normal."""

from __future__ import annotations

from scribe_tui.session.status.snapshot import SessionSnapshot
from scribe_tui.tui.figures.display_status import DisplayStatus, display_status, words_of
from scribe_tui.tui.rendering import signs
from scribe_tui.tui.rendering.rows_widget import RowsWidget
from scribe_tui.tui.rendering.styled_rows import Piece, Row
from scribe_tui.tui.rendering.wrap import cells_of
from scribe_tui.tui.text import cut_to_width

SIGNS: dict[DisplayStatus, str] = {
    DisplayStatus.WAITING: signs.WAITING,
    DisplayStatus.CONNECTING: signs.WAITING,
    DisplayStatus.DOWN: signs.TROUBLE,
    DisplayStatus.DEAD_AIR: signs.TROUBLE,
    DisplayStatus.PAUSED: signs.PAUSED,
    DisplayStatus.DRAINING: signs.DRAINING,
    DisplayStatus.ENDED: signs.ENDED,
    DisplayStatus.FAILED: signs.FAILED,
}
"""A sign for each state that is not normal, from the common fonts; words say the same."""

MIN_NAME = 8
WORDY_NAME = 14
"""Cells of the name that take precedence over the words for a state that is not normal."""
MIN_TITLE = 6


class PaneHeader(RowsWidget):
    """Number, name and title; then a rule, and at the end the state if it is not normal."""

    STYLE = "pane-header"
    WHAT = "this header"
    PARTS = (
        "name",
        "name-focused",
        "title",
        "rule",
        "rule-focused",
        *(how.part for how in DisplayStatus),
    )

    def show_snapshot(
        self, number: int, snapshot: SessionSnapshot, focused: bool, off_by_plan: bool = False
    ) -> None:
        """Show the header for `snapshot`; `off_by_plan`: a schedule keeps the session off."""
        width = self.outer_size.width
        facts = (
            width, number, focused, off_by_plan, snapshot.name, snapshot.title,
            snapshot.state, snapshot.trouble, snapshot.paused, snapshot.dead_air,
        )  # fmt: skip
        self.show_for(facts, lambda: [header_row(width, number, snapshot, focused, off_by_plan)])


def header_row(
    width: int, number: int, snapshot: SessionSnapshot, focused: bool, off_by_plan: bool = False
) -> Row:
    """Return the header in `width` cells; title, state word and end of the name are cut in turn."""
    how = display_status(snapshot, off_by_plan)
    mark = "-focused" if focused else ""
    full_name = f" {number} {snapshot.name} "
    wanted = width - min(cells_of(full_name), WORDY_NAME)
    state = next(
        (one for one in _state_pieces(snapshot, how) if cells_of(one.text) <= wanted),
        Piece(how.part, f" {SIGNS.get(how, '')} "),
    )
    name = Piece(
        f"name{mark}", cut_to_width(full_name, max(width - cells_of(state.text), MIN_NAME))
    )
    room = width - cells_of(state.text) - cells_of(name.text)
    title = ""
    if snapshot.title and room >= MIN_TITLE + 3:
        title = f" {now_playing(snapshot.title, snapshot.name, room - 3)} "
    rule = (signs.HEAVY_RULE if focused else signs.RULE) * (room - cells_of(title))
    return (name, Piece("title", title), Piece(f"rule{mark}", rule), state)


def now_playing(title: str, name: str, cells: int) -> str:
    """Return `title` cut to `cells` cells; a repeated name of the station is left out first."""
    if cells_of(title) > cells:
        station, dash, piece = title.partition(" - ")
        if dash and piece and _bare(station) == _bare(name):
            title = piece
    return cut_to_width(title, cells)


def _bare(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _state_pieces(snapshot: SessionSnapshot, how: DisplayStatus) -> list[Piece]:
    """Return the state if it is not normal, the longest form first; blank if it is normal."""
    if how is DisplayStatus.LIVE:
        return [Piece("live", "")]
    return [Piece(how.part, f" {SIGNS[how]} {word} ") for word in (words_of(snapshot, how), how)]
