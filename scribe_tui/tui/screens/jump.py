"""JumpList: type letters of a pane's name, or its number, and enter goes there."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.events import Key, Paste

from scribe_tui.sanitize import harmless_line
from scribe_tui.tui.finding.matching import folded
from scribe_tui.tui.rendering.signs import DOWN, RULE, UP
from scribe_tui.tui.rendering.styled_rows import Piece, Row, width_of
from scribe_tui.tui.rendering.wrap import cells_of
from scribe_tui.tui.screens.entries import Entry
from scribe_tui.tui.screens.pick_list import MAX_FILTER_CHARS, PickList, PickRows
from scribe_tui.tui.text import cut_to_width


def fit(wanted: str, number: int, name: str) -> int | None:
    """Return how well `wanted` (folded) matches a pane: 0 is best, None is no match.

    From best to worst: the number itself; the beginning of the name, of a word in it, of the
    number; letters next to each other in the name; letters in that order in it.
    """
    name = folded(name)
    if wanted == str(number):
        return 0
    if name.startswith(wanted):
        return 1
    if any(word.startswith(wanted) for word in _words(name)):
        return 2
    if str(number).startswith(wanted):
        return 3
    if wanted in name:
        return 4
    letters = iter(name)
    return 5 if all(letter in letters for letter in wanted) else None


def _words(name: str) -> list[str]:
    return "".join(char if char.isalnum() else " " for char in name).split()


class JumpRows(PickRows):
    """The rows of the list; typing filters it. Entry keys are (session, number, name)."""

    WHAT = "the list of panes"

    def __init__(self) -> None:
        """Start with nothing typed."""
        super().__init__("Go to", {}, "No pane is called so.")

    @property
    def shown(self) -> list[Entry]:
        """The matching panes, the best first."""
        wanted = folded(self.filter.strip())
        if not wanted:
            return list(self._entries)
        ranked = [
            (rank, place, entry)
            for place, entry in enumerate(self._entries)
            if isinstance(entry.key, tuple)
            and (rank := fit(wanted, int(entry.key[1]), str(entry.key[2]))) is not None
        ]
        return [entry for _, _, entry in sorted(ranked, key=lambda one: one[:2])]

    def on_key(self, event: Key) -> None:
        """Letters filter the list, arrows move in it, enter goes to the pane."""
        if event.key in ("enter", "up", "down", "pageup", "pagedown"):
            taken = self._do(event)
        elif event.key == "escape":
            taken = self.close()
        else:
            taken = self._type(event)
        if taken:
            event.stop()
            event.prevent_default()
            self.redraw()

    def on_paste(self, event: Paste) -> None:
        """Add a pasted name to the filter."""
        event.stop()
        self.filter = (self.filter + harmless_line(event.text).strip())[:MAX_FILTER_CHARS]
        self.redraw()

    def close(self) -> bool:
        """Close the list without going anywhere."""
        if isinstance(self.screen, PickList):
            self.screen.dismiss(None)
        return True

    def _title_row(self, width: int, count: int) -> Row:
        title = cut_to_width(f" Go to: {self.filter}_ {RULE} {count} ", width)
        return (Piece("title", title + RULE * (width - cells_of(title))),)

    def _key_row(self, width: int) -> Row:
        keys = (("enter", "go there"), (f"{UP} {DOWN}", "choose"), ("esc", "close"))
        row: list[Piece] = []
        for key, label in keys:
            row += [Piece("key", f" {key}"), Piece("dim", f" {label} ")]
        hint = Piece("dim", " letters of a name, or a number  ")
        return (hint, *row) if width_of((hint, *row)) <= width else tuple(row)


class JumpList(PickList, inherit_bindings=False):
    """The list of all panes, filtered while one types."""

    def __init__(self, entries: Callable[[], Sequence[Entry]]) -> None:
        """`entries` returns the panes; their keys are (session, number, name)."""
        super().__init__("Go to", entries)
        self.rows = JumpRows()
