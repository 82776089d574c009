"""The last row of the screen: the keys, and how the panes are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from textual.events import Resize

from scribe_tui.events import State
from scribe_tui.tui.keys import ALL_KEYS, Key
from scribe_tui.tui.rendering.rows_widget import RowsWidget
from scribe_tui.tui.rendering.styled_rows import Piece, Row, width_of
from scribe_tui.tui.text import clip
from scribe_tui.tui.widgets.pane_header import SIGNS, WORDS

Counts = Mapping[State, int]
"""How many panes are in a state; states without panes may be missing."""

TROUBLED = {State.BACKOFF: "waiting", State.FAILED: "failed"}
"""States that somebody should look after, and the parts they stand out in."""
YIELDS = ("palette", "next")
"""Keys that make room for the counts of states."""
DROPPED = (
    "reconnect",
    "pause",
    "zoom",
    "stop",
    "commit",
    "minute-back",
    "minute-on",
    "slower",
    "faster",
    "time",
    "notable-next",
    "help",
    "replay-pause",
)
"""Keys that go, in this order, where not even they fit."""

NOTHING = Piece("fault", "")


class KeyBar(RowsWidget):
    """Keys at the left as far as they fit, counts of states at the right if there is room."""

    STYLE = "key-bar"
    PARTS = ("key", "label", "summary", "fault", "said", *TROUBLED.values())
    WHAT = "the key bar"

    def __init__(self, keys: Sequence[Key] = ALL_KEYS) -> None:
        """Those of `keys` that a footer lists; no panes counted yet."""
        super().__init__()
        self._keys = keys
        self._counts: Counts = {}
        self._zoomed = False
        self._fault = ""
        self._said = ""

    def show_counts(
        self, states: Iterable[State], zoomed: bool, fault: str = "", said: str = ""
    ) -> None:
        """Show how many panes are in which state, and whether one of them is alone.

        `fault` says what of the screen does not work; it takes the place of the counts,
        and so does what is `said` in answer to a key.
        """
        shown = Counter(states), zoomed, fault, said
        if shown != (self._counts, self._zoomed, self._fault, self._said):
            self._counts, self._zoomed, self._fault, self._said = shown
            self._redraw()

    def on_resize(self, _event: Resize) -> None:
        """Fit anew."""
        self._redraw()

    def _redraw(self) -> None:
        width = self.outer_size.width
        part, told = ("said", self._said) if self._said else ("fault", self._fault)
        self.show([key_row(width, self._counts, self._zoomed, Piece(part, told), self._keys)])


def key_row(
    width: int,
    counts: Counts,
    zoomed: bool = False,
    told: Piece = NOTHING,
    declared: Sequence[Key] = ALL_KEYS,
) -> Row:
    """Whole keys only; `quit` always stays. The counts in the longest form that fits.

    What is told leaves room for `quit` alone.
    """
    keys = [
        (key.id, Piece("key", f" {key.shown}"), Piece("label", f" {label} "))
        for key in declared
        if key.footer
        for label in [key.undo if zoomed and key.undo else key.label]
    ]
    if told.text:
        (quit_key,) = [pieces for name, *pieces in keys if name == "quit"]
        room = width - width_of(tuple(quit_key)) - 2
        return (*quit_key, Piece("label", " "), Piece(told.part, clip(told.text, room)))
    summary: Row = ()
    for form in summaries(counts):
        left = [key for key in keys if key[0] not in YIELDS]
        if width_of(_flat(left)) + width_of(form) + 1 <= width:
            summary = form
            break
    room = width - (width_of(summary) + 1 if summary else 0)
    for victim in (*YIELDS, *DROPPED):
        if width_of(_flat(keys)) <= room:
            break
        keys = [key for key in keys if key[0] != victim]
    row = _flat(keys)
    gap = width - width_of(row) - width_of(summary) - 1
    return (*row, Piece("label", " " * gap), *summary) if summary else row


def summaries(counts: Counts) -> list[Row]:
    """Forms of the counts, the longest first: words, signs, signs of troubled states alone."""
    states = [state for state in State if counts.get(state)]
    worded = [(state, f"{counts[state]} {WORDS[state]}") for state in states]
    signed = [(state, f"{SIGNS[state]}{counts[state]}") for state in states]
    troubled = [(state, text) for state, text in signed if state in TROUBLED]
    return [
        _spaced(worded, "  "),
        _spaced(signed, " "),
        _spaced(troubled, " "),
    ]


def _spaced(texts: list[tuple[State, str]], gap: str) -> Row:
    row: list[Piece] = []
    for state, text in texts:
        if row:
            row.append(Piece("summary", gap))
        row.append(Piece(TROUBLED.get(state, "summary"), text))
    return tuple(row)


def _flat(keys: list[tuple[str, Piece, Piece]]) -> Row:
    return tuple(piece for _, *pieces in keys for piece in pieces)
