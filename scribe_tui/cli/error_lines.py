"""Errors of sessions as sentences on stderr, for commands without a screen."""

from __future__ import annotations

from scribe_tui.cli.output import complain
from scribe_tui.events import (
    AlertFailed,
    BudgetChanged,
    ErrorCleared,
    ErrorRaised,
    Event,
    Half,
    SessionOpened,
)


class ErrorLines:
    """Sink that prints each error once; repeated attempts at the same thing print nothing."""

    def __init__(self) -> None:
        self._standing: dict[tuple[str, Half], str] = {}

    def receive(self, event: Event) -> None:
        """Handle one event; returns at once unless stderr blocks."""
        match event:
            case SessionOpened(session=session):
                for half in Half:
                    self._standing.pop((session, half), None)
            case ErrorCleared(session=session, half=half):
                self._standing.pop((session, half), None)
            case ErrorRaised(session=session, half=half, title=title):
                final = event.retry_in_seconds is None
                state = f"{title} for good" if final else title
                if self._standing.get((session, half)) != state:
                    self._standing[session, half] = state
                    complain(f"{session}: {_sentence(event)}")
            case AlertFailed():
                complain(f"{event.session}: {event.sentence}")
            case BudgetChanged() if event.sentence:
                complain(f"{event.session}: {event.sentence}")
            case _:
                pass


def _sentence(event: ErrorRaised) -> str:
    """Return what happened, naming the session only once, and what the program does about it."""
    message = event.message.removeprefix(f"{event.session}: ")
    return message if event.retry_in_seconds is None else f"{message} Trying again."
