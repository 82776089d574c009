"""The row that says which panes are out of view, and whether any of them is in trouble."""

from __future__ import annotations

from scribe_tui.tui.rendering.rows_widget import RowsWidget
from scribe_tui.tui.rendering.signs import ABOVE, BELOW, ON_THE_LEFT, ON_THE_RIGHT
from scribe_tui.tui.rendering.styled_rows import Piece, Row


class MoreLine(RowsWidget):
    """One row below the panes of a layout that does not show them all."""

    STYLE = "more"
    PARTS = ("plain", "bad")
    WHAT = "the row below the panes"

    def show_counts(self, before: tuple[int, int], after: tuple[int, int], beside: bool) -> None:
        """Show the number of panes before and after those in view, and of troubled ones among them.

        `before` and `after` are (number, troubled). `beside`: they are to the left and right, not
        above and below.
        """
        self.show([more_row(before, after, beside)])


def more_row(before: tuple[int, int], after: tuple[int, int], beside: bool) -> Row:
    """Return the row, such as `▲ 3 above  ▼ 14 below, 1 in trouble`."""
    above_below = ((ABOVE, "above"), (BELOW, "below"))
    left_right = ((ON_THE_LEFT, "left"), (ON_THE_RIGHT, "right"))
    back, on = left_right if beside else above_below
    row: list[Piece] = []
    for (sign, where), (count, troubled) in ((back, before), (on, after)):
        if not count:
            continue
        row.append(Piece("plain", f"  {sign} {count} {where}"))
        if troubled:
            row += [Piece("plain", ", "), Piece("bad", f"{troubled} in trouble")]
    return tuple(row)
