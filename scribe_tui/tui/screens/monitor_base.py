"""MonitorBase: what the parts of the main screen share; each part adds the actions of some keys."""

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
    """Base of the parts of `MonitorScreen`, which has what is only named here."""

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
        """Say `text` in the key bar for a while."""
        raise NotImplementedError

    def shown_as(self) -> dict[str, str | None]:
        """Layout, order and theme as they are now, by the names of their settings."""
        raise NotImplementedError

    def choose(self, pane: Pane) -> None:
        """Make `pane` the one that keys act on."""
        raise NotImplementedError

    def reach_time(self, pane: Pane, at: float) -> bool:
        """Go to what was being said at an instant; False if nothing is there."""
        raise NotImplementedError

    def reach_segment(self, pane: Pane, segment_number: int) -> bool:
        """Go to the line of a segment; False if it is not there."""
        raise NotImplementedError

    def reads_older(self, pane: Pane) -> bool:
        """Whether there are lines beyond memory that can be read."""
        raise NotImplementedError

    async def look_further_back(self, pane: Pane, wanted: str) -> bool:
        """Complete the pane's older matches of `wanted`; False if it looks for another text now."""
        raise NotImplementedError

    async def lines_further_back(
        self, pane: Pane, wanted: str, most: int
    ) -> list[tuple[int, Line]]:
        """The newest of the lines beyond memory that hold `wanted`, with their numbers."""
        raise NotImplementedError

    async def chosen_lines(self, pane: Pane) -> list[Line]:
        """The lines of the range, the cursor line, or the latest line; none if there is none."""
        raise NotImplementedError

    def copy_hit(self, hit: WatchHit) -> str:
        """Copy what was said around a hit; a sentence."""
        raise NotImplementedError

    def clip_hit(self, hit: WatchHit, say: Callable[[str], None]) -> None:
        """Save the sound of a hit and its text; `say` gets sentences on its progress."""
        raise NotImplementedError

    def hear_hit(self, hit: WatchHit, say: Callable[[str], None]) -> str:
        """Play the sound of a hit, or end it; a sentence, and `say` gets those that follow."""
        raise NotImplementedError

    async def line_of_hit(self, hit: WatchHit) -> CommittedSegment | None:
        """The line that a confirmed hit is in, from memory or as it is saved; None: neither."""
        from scribe_tui.tui.actions.clipping import segment_of

        session, number = hit.session, hit.segment_number
        pane = self.pane_of(session)
        line = pane.transcript.transcript.segment(number) if pane is not None else None
        if line is None:
            line = await asyncio.to_thread(segment_of, self.context.run, session, number)
        return line

    def pane_of(self, session: str) -> Pane | None:
        """The pane of a session, None if it has none."""
        return next((pane for pane in self.grid.panes if pane.session == session), None)

    def pane_names(self) -> tuple[tuple[str, str], ...]:
        """All sessions there are, and what the user calls them."""
        snapshots = map(self._controls.snapshot, self._controls.sessions)
        return tuple((one.session, one.name) for one in snapshots)

    def name_of(self, session: str) -> str:
        """What the user calls a session."""
        return self._controls.snapshot(session).name
