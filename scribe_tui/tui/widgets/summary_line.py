"""The row above the key bar: the state of all sources together, trouble first."""

from __future__ import annotations

from textual.events import Resize

from scribe_tui.tui.figures.summary import summary_row
from scribe_tui.tui.figures.totals import Summary
from scribe_tui.tui.rendering.rows_widget import RowsWidget


class SummaryLine(RowsWidget):
    """One row; what is normal is grey, trouble is a word in red."""

    STYLE = "summary"
    PARTS = ("plain", "warn", "bad", "hit")
    WHAT = "the summary line"

    def __init__(self) -> None:
        """Empty until the first summary."""
        super().__init__()
        self._summary = Summary()

    def show_summary(self, summary: Summary) -> None:
        """Show `summary`."""
        if summary != self._summary:
            self._summary = summary
            self._redraw()

    def on_resize(self, _event: Resize) -> None:
        """Fit the row to the new width."""
        self._redraw()

    def _redraw(self) -> None:
        self.show([summary_row(self.outer_size.width, self._summary)])
