"""The keys that act on the current pane and its session, or move in its text."""

from __future__ import annotations

from scribe_tui.events import State
from scribe_tui.session.state import OVER
from scribe_tui.session.status.snapshot import SessionSnapshot
from scribe_tui.tui.screens.monitor_base import MonitorBase
from scribe_tui.tui.widgets.pane import Pane


class PaneActions(MonitorBase, inherit_bindings=False):
    """Actions for the current pane; without one they do nothing."""

    def _show_pane(self, pane: Pane, snapshot: SessionSnapshot | None = None) -> None:
        """Give `pane` its present facts, so that a key is answered at once."""
        raise NotImplementedError

    def action_hold(self) -> None:
        """Hold the current pane still, or let it follow again."""
        if pane := self._current:
            pane.hold_or_follow()

    def action_commit(self) -> None:
        """Close the open segment."""
        if pane := self._current:
            self._controls.commit(pane.session)
            self._show_pane(pane)

    def action_stop_or_start(self) -> None:
        """Stop the session if it runs, else start it."""
        if pane := self._current:
            state = self._controls.snapshot(pane.session).state
            if state in OVER or state is State.IDLE:
                self._controls.start(pane.session)
            else:
                self._controls.stop(pane.session)
            self._show_pane(pane)

    def action_reconnect(self) -> None:
        """Drop the connection and connect at once."""
        if pane := self._current:
            self._controls.reconnect(pane.session)
            self._show_pane(pane)

    def action_pause(self) -> None:
        """Stop sending sound, or send it again."""
        if pane := self._current:
            paused = self._controls.snapshot(pane.session).paused
            self._controls.set_paused(pane.session, not paused)
            self._show_pane(pane)

    def action_zoom(self) -> None:
        """Show the current pane alone, or all of them."""
        if pane := self._current:
            self.grid.zoom(None if self.grid.zoomed else pane)
            self.grid.choose(pane)

    def action_unzoom(self) -> None:
        """Go back to the live end if scrolled, else to all panes."""
        if (pane := self._current) is None:
            return
        if pane.transcript.new_lines is not None or pane.transcript.decorations.wanted:
            pane.look_for("")
            pane.follow()
        elif self.grid.zoomed:
            self.action_zoom()

    def action_move_cursor(self, lines: int) -> None:
        """Move the cursor line of the current pane."""
        if pane := self._current:
            pane.move_cursor(lines)

    def action_scroll_line(self, rows: int) -> None:
        """Scroll the current pane by rows."""
        if pane := self._current:
            pane.scroll_rows(rows)

    def action_scroll_page(self, pages: int) -> None:
        """Scroll the current pane by pages."""
        if pane := self._current:
            pane.scroll_page(pages)

    def action_scroll_to_start(self) -> None:
        """Show the oldest line that can be read."""
        if pane := self._current:
            pane.scroll_to_start()

    def action_scroll_to_end(self) -> None:
        """Go to the live end."""
        if pane := self._current:
            pane.follow()
