"""The engine's interface: sinks and stages for its events, and controls to steer it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from scribe_tui.events import Event
from scribe_tui.session.buffer.recent_sound import RecentSound
from scribe_tui.session.status.snapshot import SessionSnapshot
from scribe_tui.settings import SourceSettings


class Sink(Protocol):
    """Receives every event of every session, in order, on the event loop's thread."""

    def receive(self, event: Event) -> None:
        """Take one event. Must not block; if it raises, this sink is removed from the engine."""


class Stage(Protocol):
    """Derives events from events, such as the hit of a watch word from a committed segment."""

    def derive(self, event: Event) -> Iterable[Event]:
        """The events derived from `event`; they are published right after it.

        Must not block. If it raises, this stage is removed; the engine goes on.
        """


class StartRule(Protocol):
    """Decides which sessions start by themselves; a scheduler implements it."""

    def may_start(self, source: SourceSettings) -> bool:
        """Whether a session of `source` starts as soon as it is added or the engine runs."""

    def will_start(self, session: str, source: SourceSettings) -> bool:
        """Whether a session of `source` that is over will be started again by itself."""


class Controls(Protocol):
    """Steers and shows the engine's sessions. All calls return at once unless they are awaited.

    Sessions are named by their ids (see `events`). A call with an unknown id, or that of a removed
    session, does nothing. `snapshot` and `settings_of` also answer for removed sessions, because
    a caller may not know of the removal yet; they raise KeyError for an unknown id.
    """

    @property
    def sessions(self) -> tuple[str, ...]:
        """The ids of all sessions in the order of their panes."""

    def snapshot(self, session: str) -> SessionSnapshot:
        """The present facts of a session, or its last ones; fast enough to call often."""

    def settings_of(self, session: str) -> SourceSettings:
        """The settings of the session's source, with its present or last name."""

    def recent_sound(self, session: str) -> RecentSound | None:
        """The last half minute that was heard; None if the session does not run."""

    def commit(self, session: str) -> None:
        """Ask for the open segment of a live session to be closed; else do nothing."""

    def stop(self, session: str) -> None:
        """End a session in good order: source, commit, last text, close."""

    def start(self, session: str) -> None:
        """Start a session that ended, failed or was stopped; else do nothing."""

    def reconnect(self, session: str) -> None:
        """Drop the present connection, or the wait for the next, and connect at once."""

    def set_paused(self, session: str, paused: bool) -> None:
        """Stop or resume sending sound; a live source goes on and what it sends is a gap."""

    def add(self, source: SourceSettings) -> str:
        """Add a session for `source`, started if the engine runs; returns its id.

        Raises UsageError if a session of that name is there already.
        """

    def remove(self, session: str) -> None:
        """End a session in good order and forget all but its last facts.

        `SessionRemoved` is its last event.
        """

    def rename(self, session: str, name: str) -> None:
        """Call the session `name` from now on. Raises UsageError if another one has that name."""

    def change(self, session: str, source: SourceSettings) -> None:
        """Replace the settings of a session's source; a running session is drained and restarted.

        It is not restarted if only its name, watch words, price or budget differ. If only
        recognition differs, it changes its connection at the next pause.
        Raises UsageError if another session has the new name.
        """

    async def run(self) -> None:
        """Start all sessions; return when all are over after `drain` was called."""

    async def drain(self) -> None:
        """Stop all sessions in good order, in limited time; return after their last events."""
