"""LastWords: reports sound at the end that got no text, after the screen has closed."""

from __future__ import annotations

from datetime import datetime

from scribe_tui.cli.output import complain
from scribe_tui.events import (
    Event,
    Gap,
    GapRecorded,
    SessionOpened,
    SessionRenamed,
    State,
    StateChanged,
)


class LastWords:
    """Sink that collects the gaps of each session once it drains."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._gaps: dict[str, list[Gap]] = {}

    def receive(self, event: Event) -> None:
        """Handle one event; returns at once."""
        match event:
            case SessionOpened(session=session, name=name):
                self._names[session] = name or session
                self._gaps.pop(session, None)
            case SessionRenamed(session=session, name=name):
                self._names[session] = name
            case StateChanged(session=session, state=State.DRAINING):
                self._gaps[session] = []
            case GapRecorded(session=session, gap=gap) if session in self._gaps:
                self._gaps[session].append(gap)

    def report(self) -> None:
        """Print one line for each session whose last sound got no text."""
        for session, gaps in self._gaps.items():
            if not gaps:
                continue
            seconds = sum(gap.end_seconds - gap.start_seconds for gap in gaps)
            until = datetime.fromtimestamp(gaps[-1].ended_at)
            complain(
                f"{self._names.get(session, session)}: {seconds:.1f} s of sound up to "
                f"{until:%H:%M:%S} got no text ({gaps[-1].cause}); the log names the times."
            )
