"""The keys that choose another pane: next, in trouble, with hits or unread lines, by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from scribe_tui.tui.figures.display_status import TROUBLED, DisplayStatus, words_of
from scribe_tui.tui.rendering.styled_rows import Piece
from scribe_tui.tui.screens.entries import Entry
from scribe_tui.tui.screens.monitor_base import MonitorBase
from scribe_tui.tui.text import count_of
from scribe_tui.tui.widgets.pane import Pane


class ChooseActions(MonitorBase, inherit_bindings=False):
    """Goes from pane to pane, in the order in which they are shown."""

    def action_step(self, step: int) -> None:
        """Choose the next pane, or the one before."""
        if self._current is not None:
            index = self.grid.shown.index(self._current) + step
            self.choose(self.grid.shown[index % len(self.grid.shown)])

    def action_next_in_trouble(self) -> None:
        """Choose the next pane that needs attention."""
        self._choose_next(self.is_in_trouble, "No pane is in trouble.")

    def action_next_with_news(self) -> None:
        """Choose the next pane with an unseen hit; without any, one with unread lines."""
        others = [pane for pane in self.grid.panes if pane is not self._current]
        hits = [pane for pane in others if self._bridge.hits.count_of(pane.session).new]
        wanted = hits or [pane for pane in others if pane.transcript.unread]
        self._choose_next(wanted.__contains__, "No other pane has news.")

    def action_move(self, direction: str) -> None:
        """Choose the pane on the left, right, above or below."""
        if self._current is not None:
            self.choose(self.grid.neighbour(self._current, direction))

    def action_jump(self, number: int) -> None:
        """Choose the pane with that number, if there is one."""
        if number <= len(self.grid.panes):
            self.choose(self.grid.panes[number - 1])

    def action_go_by_name(self) -> None:
        """Ask for letters of a name or a number, and go to that pane."""
        from scribe_tui.tui.screens.jump import JumpList

        self.app.push_screen(JumpList(self._pane_entries), self._go_to_session)

    def status_of(self, pane: Pane) -> DisplayStatus:
        """Return the display status of the session of `pane`."""
        snapshot = self._controls.snapshot(pane.session)
        return self.totals.of(pane.session).status_of(snapshot)

    def is_in_trouble(self, pane: Pane) -> bool:
        """Return whether `pane` needs attention."""
        return self.status_of(pane) in TROUBLED

    def _choose_next(self, wanted: Callable[[Pane], bool], none: str) -> None:
        """Choose the next pane that is `wanted`, wrapping around; without one, say `none`."""
        panes = self.grid.shown
        start = panes.index(self._current) + 1 if self._current else 0
        found = next((pane for pane in panes[start:] + panes[:start] if wanted(pane)), None)
        if found is None:
            self.say(none)
        elif found is self._current:
            self.say("No other pane is in trouble.")
        else:
            self.choose(found)

    def _pane_entries(self) -> Sequence[Entry]:
        return [self._pane_entry(pane) for pane in self.grid.panes]

    def _pane_entry(self, pane: Pane) -> Entry:
        snapshot = self._controls.snapshot(pane.session)
        how = self.status_of(pane)
        part = "warn" if how in TROUBLED else "dim"
        unread = pane.transcript.unread if pane is not self._current else 0
        row = (
            Piece("key", f"{pane.number:>3} "),
            Piece("name", snapshot.name),
            Piece(part, f"  {words_of(snapshot, how)}" if how is not DisplayStatus.LIVE else ""),
            Piece("dim", f"  {count_of(unread, 'new line')}" if unread else ""),
        )
        return Entry((pane.session, pane.number, snapshot.name), row)

    def _go_to_session(self, key: object) -> None:
        if isinstance(key, tuple) and (pane := self.pane_of(str(key[0]))) is not None:
            self.choose(pane)
