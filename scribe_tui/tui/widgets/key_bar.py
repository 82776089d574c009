"""The last row of the screen: the keys, and what of the screen does not work."""

from __future__ import annotations

from collections.abc import Sequence

from textual.events import Resize

from scribe_tui.tui.keys import ALL_KEYS, PROGRAM, REPLAY, SOURCES, Shortcut
from scribe_tui.tui.rendering.rows_widget import RowsWidget
from scribe_tui.tui.rendering.styled_rows import Piece, Row, width_of
from scribe_tui.tui.rendering.wrap import wrap
from scribe_tui.tui.text import cut_to_width

DROPPED = (
    *("layout", "add", "hits", "find", "zoom", "stop", "commit"),
    *("minute-back", "minute-on", "slower", "faster", "time", "notable-next"),
    *("help", "replay-pause"),
)
"""Keys that go, in this order, where not all of them fit: the most useful stay."""

WITHOUT_PANES = frozenset({SOURCES, PROGRAM, REPLAY})
"""Groups of the keys that do something where there is no pane."""

NOTHING = Piece("fault", "")


class KeyBar(RowsWidget):
    """Whole keys only, as far as they fit."""

    STYLE = "key-bar"
    PARTS = ("key", "label", "fault", "said")
    WHAT = "the key bar"

    def __init__(self, keys: Sequence[Shortcut] = ALL_KEYS) -> None:
        """Those of `keys` that a footer lists."""
        super().__init__()
        self.is_tall = False
        """Whether a message takes two rows: it needs the row above, too."""
        self._keys = keys
        self._undone: frozenset[str] = frozenset()
        self._fault = ""
        self._said = ""
        self._has_panes = True

    def show_state(
        self, undone: frozenset[str], fault: str = "", said: str = "", *, has_panes: bool = True
    ) -> None:
        """Show the keys; those of the ids `undone` would now undo what they do.

        Without panes only the keys that need none.

        `fault` says what of the screen does not work; it takes the place of the keys, and so
        does what is `said` in answer to a key.
        """
        self._undone, self._fault, self._said = undone, fault, said
        self._has_panes = has_panes
        self._redraw()

    def on_resize(self, _event: Resize) -> None:
        """Fit anew."""
        self._redraw()

    def _redraw(self) -> None:
        width = self.outer_size.width
        message = Piece("said", self._said) if self._said else Piece("fault", self._fault)
        keys = [key for key in self._keys if self._has_panes or key.group in WITHOUT_PANES]
        rows = key_rows(width, self._undone, message, keys)
        if self.is_tall is not (len(rows) > 1):
            self.is_tall = len(rows) > 1
            self.styles.height = len(rows)
        self.show_for((width, self._undone, message, self._has_panes), lambda: rows)


def key_rows(
    width: int,
    undone: frozenset[str] = frozenset(),
    message: Piece = NOTHING,
    declared: Sequence[Shortcut] = ALL_KEYS,
) -> list[Row]:
    """The keys in one row; or `quit` and a message, which may take two."""
    row = key_row(width, undone, message, declared)
    if not message.text or row[-1].text == message.text:
        return [row]
    before = width_of(row[:-1])
    spans = list(wrap(message.text, width - before - 1))
    first, rest = message.text[slice(*spans[0])], message.text[spans[1][0] :]
    begin = (*row[:-1], Piece(message.part, first))
    return [
        begin,
        (Piece("label", " " * before), Piece(message.part, cut_to_width(rest, width - before))),
    ]


def key_row(
    width: int,
    undone: frozenset[str] = frozenset(),
    message: Piece = NOTHING,
    declared: Sequence[Shortcut] = ALL_KEYS,
) -> Row:
    """Whole keys only; `quit` always stays. A message leaves room for `quit` alone."""
    keys = [
        (key.id, Piece("key", f" {key.shown}"), Piece("label", f" {label} "))
        for key in declared
        if key.footer
        for label in [key.undo if key.id in undone else key.label]
    ]
    if message.text:
        (quit_key,) = [pieces for name, *pieces in keys if name == "quit"]
        room = width - width_of(tuple(quit_key)) - 2
        return (
            *quit_key,
            Piece("label", " "),
            Piece(message.part, cut_to_width(message.text, room)),
        )
    for victim in DROPPED:
        if width_of(_flat(keys)) <= width:
            break
        keys = [key for key in keys if key[0] != victim]
    return _flat(keys)


def _flat(keys: list[tuple[str, Piece, Piece]]) -> Row:
    return tuple(piece for _, *pieces in keys for piece in pieces)
