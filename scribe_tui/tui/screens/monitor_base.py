"""MonitorBase: what the parts of the main screen share; each part adds actions of some keys."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from scribe_tui.events import CommittedSegment, WatchHit
from scribe_tui.session.controls import Controls
from scribe_tui.transcript import Line
from scribe_tui.tui.bridge import Bridge
from scribe_tui.tui.figures.totals import Totals
from scribe_tui.tui.keys import Shortcut
from scribe_tui.tui.monitor_context import MonitorContext
from scribe_tui.tui.rendering.frames import FrameScreen
from scribe_tui.tui.widgets.pane import Pane
from scribe_tui.tui.widgets.pane_grid import PaneGrid


class MonitorBase(FrameScreen, inherit_bindings=False):
    """Base of the parts of `MonitorScreen`, which implements what is only declared here."""

    grid: PaneGrid
    context: MonitorContext
    keys: tuple[Shortcut, ...]
    totals: Totals
    _clock: Callable[[], float]
    _journal_reading: asyncio.Lock
    _controls: Controls
    _bridge: Bridge
    _current: Pane | None

    def say(self, text: str) -> None:
        """Show `text` in the key bar for a while."""
        raise NotImplementedError

    def shown_as(self) -> dict[str, str | None]:
        """Return layout, order and theme in use, by the names of their settings."""
        raise NotImplementedError

    def choose(self, pane: Pane) -> None:
        """Make `pane` the one that keys act on."""
        raise NotImplementedError

    def reach_time(self, pane: Pane, at: float) -> bool:
        """Go to what was being said at `at`; return False if there is nothing."""
        raise NotImplementedError

    def reach_segment(self, pane: Pane, segment_number: int) -> bool:
        """Go to the line of a segment; return False if it cannot be read."""
        raise NotImplementedError

    def reads_older(self, pane: Pane) -> bool:
        """Return whether older lines than memory holds can be read."""
        raise NotImplementedError

    async def look_further_back(self, pane: Pane, wanted: str) -> bool:
        """Search older lines for `wanted`; return False if the pane has another search by then."""
        raise NotImplementedError

    async def lines_further_back(
        self, pane: Pane, wanted: str, most: int
    ) -> list[tuple[int, Line]]:
        """Return the newest of the older lines that contain `wanted`, with their numbers."""
        raise NotImplementedError

    async def chosen_lines(self, pane: Pane) -> list[Line]:
        """Return the lines of the range, else the cursor line or the latest; may be empty."""
        raise NotImplementedError

    def copy_hit(self, hit: WatchHit) -> str:
        """Copy what was said around a hit; return a sentence."""
        raise NotImplementedError

    def clip_hit(self, hit: WatchHit, say: Callable[[str], None]) -> None:
        """Save the sound of a hit and its text; `say` gets sentences on its progress."""
        raise NotImplementedError

    def hear_hit(self, hit: WatchHit, say: Callable[[str], None]) -> str:
        """Play the sound of a hit, or end it; return a sentence, and pass later ones to `say`."""
        raise NotImplementedError

    async def line_of_hit(self, hit: WatchHit) -> CommittedSegment | None:
        """Return the line of a confirmed hit, from memory or the journal; None if in neither."""
        from scribe_tui.tui.actions.clipping import segment_of

        session, number = hit.session, hit.segment_number
        pane = self.pane_of(session)
        line = pane.transcript.transcript.segment(number) if pane is not None else None
        if line is None:
            line = await asyncio.to_thread(segment_of, self.context.run, session, number)
        return line

    def pane_of(self, session: str) -> Pane | None:
        """Return the pane of a session, None if it has none."""
        return next((pane for pane in self.grid.panes if pane.session == session), None)

    def pane_names(self) -> tuple[tuple[str, str], ...]:
        """Return all sessions with the names the user gave them."""
        snapshots = map(self._controls.snapshot, self._controls.sessions)
        return tuple((one.session, one.name) for one in snapshots)

    def name_of(self, session: str) -> str:
        """Return the user's name of a session."""
        return self._controls.snapshot(session).name
