"""The last row of the screen: the keys, and how the panes are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from rich.cells import cell_len
from textual.events import Resize

from scribe_tui.events import State
from scribe_tui.tui.bindings import ALL_KEYS
from scribe_tui.tui.widgets.header import WORDS
from scribe_tui.tui.widgets.rows import Piece, Row, Rows, width_of


class Footer(Rows):
    """Keys at the left as far as they fit, counts of states at the right if there is room."""

    STYLE = "footer"
    PARTS = ("key", "label", "summary")

    def __init__(self) -> None:
        """No panes counted yet."""
        super().__init__()
        self._summary = ""

    def tell(self, states: Iterable[State]) -> None:
        """Show how many panes are in which state."""
        counts = Counter(states)
        self._summary = "  ".join(
            f"{counts[state]} {WORDS[state]}" for state in State if counts[state]
        )
        self._redraw()

    def on_resize(self, _event: Resize) -> None:
        """Fit anew."""
        self._redraw()

    def _redraw(self) -> None:
        self.show([footer_row(self.outer_size.width, self._summary)])


YIELDS = ("palette", "next")
"""Keys that make room for the counts of states."""
DROPPED = ("reconnect", "pause", "zoom", "stop", "commit", "help")
"""Keys that go, in this order, where not even they fit."""


def footer_row(width: int, summary: str) -> Row:
    """Whole keys only; `quit` always stays."""
    keys = [key for key in ALL_KEYS if key.footer]
    for victims, reserved in ((YIELDS, cell_len(summary) + 2), (DROPPED, 0)):
        for victim in victims:
            if sum(len(key.shown) + len(key.label) + 3 for key in keys) <= width - reserved:
                break
            keys = [key for key in keys if key.id != victim]
    row: list[Piece] = []
    for key in keys:
        row += [Piece("key", f" {key.shown}"), Piece("label", f" {key.label} ")]
    gap = width - width_of(tuple(row)) - cell_len(summary) - 1
    if gap >= 1:
        row += [Piece("label", " " * gap), Piece("summary", summary)]
    return tuple(row)
