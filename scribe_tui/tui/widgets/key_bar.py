"""The last row of the screen: the keys, or a message about the screen or a key."""

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
"""Ids of keys left out, in this order, if not all keys fit; the most useful stay."""

WITHOUT_PANES = frozenset({SOURCES, PROGRAM, REPLAY})
"""Groups of keys that also work without a pane."""

NOTHING = Piece("fault", "")


class KeyBar(RowsWidget):
    """Shows keys of the footer, never a part of one, as far as they fit."""

    STYLE = "key-bar"
    PARTS = ("key", "label", "fault", "said")
    WHAT = "the key bar"

    def __init__(self, keys: Sequence[Shortcut] = ALL_KEYS) -> None:
        """Show those of `keys` that belong to the footer."""
        super().__init__()
        self.is_tall = False
        """Whether a message needs a second row, above the usual one."""
        self._keys = keys
        self._undone: frozenset[str] = frozenset()
        self._fault = ""
        self._said = ""
        self._has_panes = True

    def show_state(
        self, undone: frozenset[str], fault: str = "", said: str = "", *, has_panes: bool = True
    ) -> None:
        """Show the keys; the keys with ids in `undone` get the label for undoing.

        Without panes only keys that need none are shown. `fault` says which part of the screen does
        not work; `said` answers a key. Either one replaces the keys.
        """
        self._undone, self._fault, self._said = undone, fault, said
        self._has_panes = has_panes
        self._redraw()

    def on_resize(self, _event: Resize) -> None:
        """Fit the keys to the new width."""
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
    """Return the keys in one row; or `quit` and a message in one or two rows."""
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
    """Return one row of whole keys; `quit` always stays. With a message only `quit` is shown."""
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
