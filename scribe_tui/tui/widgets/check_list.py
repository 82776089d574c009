"""A list of which several entries can be chosen; `[x]` and `[ ]` say which are."""

from __future__ import annotations

from rich.segment import Segment
from textual.strip import Strip
from textual.widgets import SelectionList

BUTTON_CELLS = 3


class CheckList(SelectionList[int]):
    """Textual draws the same sign for both, in two colours; here the sign itself differs."""

    def render_line(self, y: int) -> Strip:
        """The line of Textual's, with its first three cells drawn anew."""
        line = list(super().render_line(y))
        place = self.scroll_offset.y + y
        if place >= self.option_count or len(line) <= BUTTON_CELLS:
            return Strip(line)
        chosen = self.get_option_at_index(place).value in self.selected
        style = line[1].style
        return Strip([Segment("[x]" if chosen else "[ ]", style), *line[BUTTON_CELLS:]])
