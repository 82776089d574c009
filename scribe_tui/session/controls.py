"""What others see of the engine: sinks and stages for its events, and controls to steer it by."""

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
        """Take one event. Must not block; raising takes this sink out, not the engine."""


class Stage(Protocol):
    """Derives events from events, such as a watch word's hit from a committed segment."""

    def derive(self, event: Event) -> Iterable[Event]:
        """What follows from `event`, published right behind it.

        Must not block; raising takes this stage out, not the engine.
        """


class StartRule(Protocol):
    """Says which sessions start without being asked, such as a scheduler."""

    def may_start(self, source: SourceSettings) -> bool:
        """Whether a session of `source` is to start as soon as it is there."""

    def will_start(self, session: str, source: SourceSettings) -> bool:
        """Whether a session of `source` that is over will be started again by itself."""


class Controls(Protocol):
    """N sessions as seen from above. All calls return at once unless they are awaited.

    Sessions are named by their ids (see `events`). A call about an id that is not there, or no
    more, does nothing. `snapshot` and `settings_of` answer for every id the run ever gave, so
    that whoever has not yet heard that a session was removed may go on asking; they raise
    KeyError for any other.
    """

    @property
    def sessions(self) -> tuple[str, ...]:
        """The ids of all sessions in the order of their panes."""

    def snapshot(self, session: str) -> SessionSnapshot:
        """The present or last facts of one session; cheap enough for a few calls a second."""

    def settings_of(self, session: str) -> SourceSettings:
        """The settings of the session's source, with its present or last name."""

    def recent_sound(self, session: str) -> RecentSound | None:
        """The last half minute that was heard, for a clip or playback; None: it does not run."""

    def commit(self, session: str) -> None:
        """Ask for the open segment of a live session to be closed; else do nothing."""

    def stop(self, session: str) -> None:
        """End a session in good order: source, commit, last text, close."""

    def start(self, session: str) -> None:
        """Start a session that ended, failed or was stopped; else do nothing."""

    def reconnect(self, session: str) -> None:
        """Drop the present connection, or the wait for the next, and connect at once."""

    def set_paused(self, session: str, paused: bool) -> None:
        """Stop or resume sending sound; the source goes on unheard."""

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

        It is not restarted where only its name, watch words, price or budget differ. Where only
        recognition differs, it changes its connection at the next pause.
        Raises UsageError if it gives the session a name that another one has.
        """

    async def run(self) -> None:
        """Start all sessions; return when all are over after `drain` was called."""

    async def drain(self) -> None:
        """Stop all sessions in good order, in bounded time; their last events are out then."""
