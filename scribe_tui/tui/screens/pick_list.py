"""PickList: a list over the panes to pick from: hits, marks, found lines."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.events import Key, Paste, Resize

from scribe_tui.sanitize import harmless_line
from scribe_tui.tui.finding.matching import folded, holds
from scribe_tui.tui.rendering.frames import DialogScreen
from scribe_tui.tui.rendering.rows_widget import RowsWidget
from scribe_tui.tui.rendering.signs import RULE
from scribe_tui.tui.rendering.styled_rows import Piece, Row, width_of
from scribe_tui.tui.rendering.wrap import cells_of, wrap
from scribe_tui.tui.screens.entries import Entry, EntryAction
from scribe_tui.tui.text import cut_to_width

LOOK_SECONDS = 0.5
MOST_OF_SCREEN = 0.6
FRAME_ROWS = 2
MAX_FILTER_CHARS = 60


class PickRows(RowsWidget, can_focus=True):
    """The rows of the list: title, entries, keys. It handles its own keys."""

    STYLE = "list"
    WHAT = "this list"
    PARTS = ("title", "name", "text", "dim", "hit", "warn", "cursor", "key")

    def __init__(self, title: str, actions: Mapping[str, EntryAction], empty: str) -> None:
        """`actions` are by typed character; `empty` is shown if there are no entries."""
        super().__init__()
        self._title = title
        self._actions = actions
        self._empty = empty
        self._entries: Sequence[Entry] = ()
        self._place = 0
        self._top = 0
        self.filter = ""
        self._is_typing = False
        self._said = ""

    @property
    def shown(self) -> list[Entry]:
        """The entries that match the filter."""
        wanted = folded(self.filter)
        if not wanted:
            return list(self._entries)
        return [entry for entry in self._entries if holds(entry.text, wanted)]

    @property
    def chosen(self) -> Entry | None:
        """The entry under the cursor."""
        shown = self.shown
        return shown[min(self._place, len(shown) - 1)] if shown else None

    def set_entries(self, entries: Sequence[Entry]) -> None:
        """Show `entries`; the cursor stays on the same entry if it is still there."""
        key = self.chosen.key if self.chosen else None
        self._entries = entries
        for place, entry in enumerate(self.shown):
            if entry.key == key:
                self._place = place
        self.redraw()

    def say(self, text: str) -> None:
        """Show a sentence in the last row, until the next key."""
        self._said = text
        self.redraw()

    def on_resize(self, _event: Resize) -> None:
        """Fit the rows to the new size."""
        self.redraw()

    def on_key(self, event: Key) -> None:
        """Do what the key means here; other keys are left to the program."""
        self._said = ""
        taken = self._type(event) if self._is_typing else self._do(event)
        if taken:
            event.stop()
            event.prevent_default()
            self.redraw()

    def on_paste(self, event: Paste) -> None:
        """Add a paste to the filter while one is typed; else ignore it."""
        event.stop()
        if self._is_typing:
            self.filter = (self.filter + harmless_line(event.text))[:MAX_FILTER_CHARS]
            self._place = 0
            self.redraw()

    def _type(self, event: Key) -> bool:
        if event.key in ("enter", "escape", "down", "up"):
            self._is_typing = False
            self.filter = "" if event.key == "escape" else self.filter
        elif event.key == "backspace":
            self.filter = self.filter[:-1]
        elif event.is_printable and event.character and len(self.filter) < MAX_FILTER_CHARS:
            self.filter += event.character
        else:
            return False
        self._place = 0 if event.key not in ("enter", "down", "up") else self._place
        return True

    def _do(self, event: Key) -> bool:
        page = max(1, self.outer_size.height - FRAME_ROWS - 1)
        steps = {
            "up": -1, "k": -1, "down": 1, "j": 1, "pageup": -page, "pagedown": page,
            "home": -(10**9), "end": 10**9, "G": 10**9,
        }  # fmt: skip
        if event.key in steps or event.character in steps:
            step = steps.get(event.key) or steps[event.character or ""]
            self._place = max(0, min(self._place + step, len(self.shown) - 1))
        elif event.character == "/":
            self._is_typing = True
        elif event.key in ("escape", "q") and isinstance(self.screen, PickList):
            self.screen.dismiss(None)
        elif event.key == "enter" and isinstance(self.screen, PickList):
            if self.chosen is not None:
                self.screen.dismiss(self.chosen.key)
        elif action := self._actions.get(event.character or ""):
            if self.chosen is not None:
                self._said = action.act(self.chosen.key) or ""
        else:
            return False
        return True

    def redraw(self) -> None:
        """Draw all rows."""
        width = self.outer_size.width
        foot = self._foot(width)
        room = max(1, self.outer_size.height - FRAME_ROWS + 1 - len(foot))
        shown = self.shown
        self._place = max(0, min(self._place, len(shown) - 1))
        self._top = max(0, min(self._top, self._place, len(shown) - room))
        self._top = max(self._top, self._place - room + 1)
        rows = [self._title_row(width, len(shown))]
        for place, entry in enumerate(shown[self._top : self._top + room], self._top):
            rows.append(_entry_row(entry.row, width, at_cursor=place == self._place))
        if not shown:
            rows.append((Piece("dim", f" {self._empty}"),))
        rows += [()] * (room + 1 - len(rows))
        self.show([*rows, *foot])

    def _foot(self, width: int) -> list[Row]:
        """Return the keys in one row, or a sentence in one or two rows."""
        if not self._said:
            return [self._key_row(width)]
        spans = list(wrap(self._said, max(1, width - 1)))
        if len(spans) < 2 or self.outer_size.height <= FRAME_ROWS + 1:
            return [(Piece("text", cut_to_width(f" {self._said}", width)),)]
        rest = cut_to_width(self._said[spans[1][0] :], width - 1)
        return [(Piece("text", f" {text}"),) for text in (self._said[slice(*spans[0])], rest)]

    def _title_row(self, width: int, count: int) -> Row:
        title = f" {self._title} {RULE} {count} {RULE}"
        if self.filter or self._is_typing:
            title += f" filter: {self.filter}{'_' if self._is_typing else ''} {RULE}"
        title = cut_to_width(title, width)
        return (Piece("title", title + RULE * (width - cells_of(title))),)

    def _key_row(self, width: int) -> Row:
        keys = [
            ("enter", "go there"),
            *((key, action.label) for key, action in self._actions.items()),
        ]
        keys += [("/", "filter"), ("esc", "close")]
        if width_of(_keys(keys)) > width:
            keys = [(key, label.partition(" ")[0]) for key, label in keys]
        while width_of(_keys(keys)) > width and len(keys) > 1:
            del keys[-2]
        return _keys(keys)


def _keys(keys: Sequence[tuple[str, str]]) -> Row:
    return tuple(
        piece
        for key, label in keys
        for piece in (Piece("key", f" {key}"), Piece("dim", f" {label} "))
    )


def _entry_row(row: Row, width: int, *, at_cursor: bool) -> Row:
    """Return the row cut to `width`; at the cursor with a sign, and reversed to its end."""
    pieces = [Piece("cursor" if at_cursor else "dim", ">" if at_cursor else " ")]
    for piece in row:
        text = cut_to_width(piece.text, width - width_of(tuple(pieces)))
        pieces.append(Piece("cursor" if at_cursor else piece.part, text))
    if at_cursor:
        pieces.append(Piece("cursor", " " * (width - width_of(tuple(pieces)))))
    return tuple(pieces)


class PickList(DialogScreen[object], inherit_bindings=False):
    """Shows entries until one is picked (dismissed with its key) or none (with None)."""

    COMPONENT_CLASSES: ClassVar[set[str]] = PickRows.component_classes()

    def __init__(
        self,
        title: str,
        entries: Callable[[], Sequence[Entry]],
        actions: Mapping[str, EntryAction] | None = None,
        *,
        empty: str = "Nothing yet.",
        version: Callable[[], object] | None = None,
    ) -> None:
        """`entries` is called twice a second while the list is open.

        If `version` returns the same as before, nothing has changed, and `entries` is not called.
        """
        super().__init__()
        self._entries = entries
        self._version = version
        self._shown: object = None
        self.rows = PickRows(title, actions or {}, empty)

    def compose(self) -> ComposeResult:
        """Create the one widget."""
        yield self.rows

    def on_mount(self) -> None:
        """Update the entries twice a second."""
        self.rows.focus()
        self.look()
        self.set_interval(LOOK_SECONDS, self.look)

    def look(self) -> None:
        """Show the present entries."""
        if self._version is not None:
            version = (self._version(), self.size)
            if version == self._shown:
                return
            self._shown = version
        entries = self._entries()
        most = max(FRAME_ROWS + 4, int(self.size.height * MOST_OF_SCREEN))
        self.rows.styles.height = min(most, max(1, len(entries)) + FRAME_ROWS)
        self.rows.set_entries(entries)
