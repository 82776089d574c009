"""What a list to pick from is made of; the list itself loads when it is first opened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from scribe_tui.tui.rendering.styled_rows import Row


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a list; `key` names what it stands for as long as the list is shown."""

    key: object
    row: Row

    @property
    def text(self) -> str:
        """What a filter looks into."""
        return "".join(piece.text for piece in self.row)


@dataclass(frozen=True, slots=True)
class Deed:
    """What a key does with an entry; `act` returns a sentence for the last row, or nothing."""

    label: str
    act: Callable[[object], str | None]
