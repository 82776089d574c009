"""The top row of a pane: its number, name, now-playing title and state."""

from __future__ import annotations

from scribe_tui.events import Half, State
from scribe_tui.session.state import SessionSnapshot
from scribe_tui.tui.rendering.rows_widget import RowsWidget
from scribe_tui.tui.rendering.styled_rows import Piece, Row
from scribe_tui.tui.rendering.wrap import cells_of
from scribe_tui.tui.text import clip

SIGNS: dict[State, str] = {
    State.IDLE: "○",
    State.CONNECTING: "○",
    State.LIVE: "●",
    State.BACKOFF: "▲",
    State.DRAINING: "▼",
    State.ENDED: "■",
    State.FAILED: "×",
}
"""A sign a state, of the kind every terminal font has; the words say the same."""

WORDS: dict[State, str] = {
    State.IDLE: "idle",
    State.CONNECTING: "connecting",
    State.LIVE: "live",
    State.BACKOFF: "waiting",
    State.DRAINING: "draining",
    State.ENDED: "ended",
    State.FAILED: "failed",
}

MIN_NAME = 8
MIN_TITLE = 6
PAUSED_SIGN, PAUSED_WORD = "║", "paused"


class PaneHeader(RowsWidget):
    """Number, name, title, state; a rule fills what is left."""

    STYLE = "pane-header"
    WHAT = "this header"
    PARTS = (
        "name",
        "name-focused",
        "title",
        "rule",
        "rule-focused",
        "paused",
        *(str(state) for state in State),
    )

    def show_snapshot(self, number: int, snapshot: SessionSnapshot, focused: bool) -> None:
        """Show the header for `snapshot`."""
        self.show([header_row(self.outer_size.width, number, snapshot, focused)])


def header_row(width: int, number: int, snapshot: SessionSnapshot, focused: bool) -> Row:
    """The header at `width` cells: title, state's word and end of the name give way in turn."""
    mark = "-focused" if focused else ""
    full_name = f" {number} {snapshot.name} "
    state = _state_piece(snapshot, with_word=True)
    if cells_of(full_name) + cells_of(state.text) > width:
        state = _state_piece(snapshot, with_word=False)
    name = Piece(f"name{mark}", clip(full_name, max(width - cells_of(state.text), MIN_NAME)))
    room = width - cells_of(state.text) - cells_of(name.text)
    title = ""
    if snapshot.title and room >= MIN_TITLE + 3:
        title = f" {now_playing(snapshot.title, snapshot.name, room - 3)} "
    rule = ("━" if focused else "─") * (room - cells_of(title))
    return (name, Piece("title", title), Piece(f"rule{mark}", rule), state)


def now_playing(title: str, name: str, cells: int) -> str:
    """`title` in at most `cells` cells: a station that repeats its name gives that up first."""
    if cells_of(title) > cells:
        station, dash, piece = title.partition(" - ")
        if dash and piece and _bare(station) == _bare(name):
            title = piece
    return clip(title, cells)


def _bare(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def shown_state(snapshot: SessionSnapshot) -> State:
    """The state as a person sees it: nothing is live or connecting while a half of it is down.

    A source that is tried again and again, or a service that stands in error, is waited for.
    """
    trouble = snapshot.trouble
    if trouble is None or snapshot.state not in (State.CONNECTING, State.LIVE):
        return snapshot.state
    is_down = trouble.retry_at is not None or (
        snapshot.state is State.LIVE and trouble.half in (Half.SOURCE, Half.SPEECH)
    )
    return State.BACKOFF if is_down else snapshot.state


def _state_piece(snapshot: SessionSnapshot, with_word: bool) -> Piece:
    state = shown_state(snapshot)
    paused = snapshot.paused and state in (State.LIVE, State.CONNECTING)
    part = "paused" if paused else str(state)
    sign = PAUSED_SIGN if paused else SIGNS[state]
    word = PAUSED_WORD if paused else WORDS[state]
    return Piece(part, f" {sign} {word} " if with_word else f" {sign} ")
