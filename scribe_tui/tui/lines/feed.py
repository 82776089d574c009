"""The sink of the plain lines: names of sources, hits, what was said last, what is still wrong."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from scribe_tui.events import (
    ErrorCleared,
    ErrorRaised,
    Event,
    Half,
    SegmentCommitted,
    SessionOpened,
    SessionRemoved,
    SessionRenamed,
)
from scribe_tui.tui.finding.hits import KnownHits
from scribe_tui.tui.lines.sentences import line_of

KEPT_LINES = 500
"""Of each source, to be read again and searched."""


class LineFeed:
    """Turns the engine's events into lines, in order; the same error is said once."""

    def __init__(self, say: Callable[[str], None]) -> None:
        """`say` takes each line."""
        self.hits = KnownHits()
        self._say = say
        self._names: dict[str, str] = {}
        self._said: dict[str, deque[str]] = {}
        self._wrong: dict[tuple[str, Half], str] = {}
        self._open = True

    def receive(self, event: Event) -> None:
        """Take one event of the engine."""
        if not self._open:
            return
        self.hits.receive(event)
        name = self._names.get(event.session, event.session)
        if isinstance(event, SessionOpened | SessionRenamed):
            self._names[event.session] = event.name
        if isinstance(event, SessionOpened):
            return
        if not self._is_news(event):
            return
        line = line_of(event, name)
        if isinstance(event, SegmentCommitted):
            self._said.setdefault(event.session, deque(maxlen=KEPT_LINES)).append(line)
        if isinstance(event, SessionRemoved):
            self._said.pop(event.session, None)
        if line:
            self._say(line)

    def lines_of(self, session: str) -> list[str]:
        """What that source has said, oldest first, as far as it is kept."""
        return list(self._said.get(session, ()))

    def close(self) -> None:
        """Nobody listens any more."""
        self._open = False

    def _is_news(self, event: Event) -> bool:
        """Whether it is not an error that stands already, nor the end of one that never did."""
        if isinstance(event, ErrorRaised):
            known = self._wrong.get((event.session, event.half))
            self._wrong[event.session, event.half] = event.message
            return known != event.message
        if isinstance(event, ErrorCleared):
            return self._wrong.pop((event.session, event.half), None) is not None
        return True
