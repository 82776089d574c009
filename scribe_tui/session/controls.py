"""What others see of the engine: a sink for its events, and controls to steer it by."""

from __future__ import annotations

from typing import Protocol

from scribe_tui.events import Event
from scribe_tui.session.state import SessionSnapshot


class Sink(Protocol):
    """Receives every event of every session, in order, on the event loop's thread."""

    def receive(self, event: Event) -> None:
        """Take one event. Must not block; raising takes this sink out, not the engine."""


class Controls(Protocol):
    """N sessions as seen from above. All calls return at once unless they are awaited."""

    @property
    def names(self) -> tuple[str, ...]:
        """The sessions' unique names in the order of their panes."""

    def snapshot(self, name: str) -> SessionSnapshot:
        """The present facts of one session; cheap enough for a few calls a second."""

    def commit(self, name: str) -> None:
        """Ask for the open segment of a live session to be closed; else do nothing."""

    def stop(self, name: str) -> None:
        """End a session in good order: source, commit, last text, close."""

    def start(self, name: str) -> None:
        """Start a session that ended, failed or was stopped; else do nothing."""

    def reconnect(self, name: str) -> None:
        """Drop the present connection, or the wait for the next, and connect at once."""

    def set_paused(self, name: str, paused: bool) -> None:
        """Stop or resume sending sound; the source goes on unheard."""

    async def run(self) -> None:
        """Start all sessions and return when all are over or `drain` was called."""

    async def drain(self) -> None:
        """Stop all sessions in good order, in bounded time; their last events are out then."""
