"""A list of which several entries can be chosen; `[x]` marks chosen ones, `[ ]` the others."""

from __future__ import annotations

from rich.segment import Segment
from textual.strip import Strip
from textual.widgets import SelectionList

BUTTON_CELLS = 3


class CheckList(SelectionList[int]):
    """A SelectionList with two signs; Textual draws the same sign in two colours."""

    def render_line(self, y: int) -> Strip:
        """Return Textual's line with its first three cells replaced by the sign."""
        line = list(super().render_line(y))
        place = self.scroll_offset.y + y
        if place >= self.option_count or len(line) <= BUTTON_CELLS:
            return Strip(line)
        chosen = self.get_option_at_index(place).value in self.selected
        style = line[1].style
        return Strip([Segment("[x]" if chosen else "[ ]", style), *line[BUTTON_CELLS:]])
