"""DisplayStatus: the state of a session in one word, the one that matters most. Pure."""

from __future__ import annotations

from enum import StrEnum

from scribe_tui.events import Half, State
from scribe_tui.session.status.snapshot import SessionSnapshot


class DisplayStatus(StrEnum):
    """What matters most about a session; the values are words for the screen, worst first."""

    FAILED = "failed"
    DOWN = "down"
    """Source or service is down and is being retried."""
    DEAD_AIR = "dead air"
    PAUSED = "paused"
    CONNECTING = "connecting"
    DRAINING = "draining"
    WAITING = "waiting"
    """It has no connection and costs nothing until its scheduled time or the user's start."""
    ENDED = "ended"
    LIVE = "live"

    @property
    def part(self) -> str:
        """The name of the style part it is drawn with."""
        return self.value.replace(" ", "-")


TROUBLED = frozenset({DisplayStatus.FAILED, DisplayStatus.DOWN, DisplayStatus.DEAD_AIR})
"""The states that need a person's attention."""

_OF_STATE = {
    State.IDLE: DisplayStatus.WAITING,
    State.CONNECTING: DisplayStatus.CONNECTING,
    State.LIVE: DisplayStatus.LIVE,
    State.BACKOFF: DisplayStatus.DOWN,
    State.DRAINING: DisplayStatus.DRAINING,
    State.ENDED: DisplayStatus.ENDED,
    State.FAILED: DisplayStatus.FAILED,
}
_HALVES = {Half.SOURCE: "source", Half.SPEECH: "service"}


def display_status(snapshot: SessionSnapshot, off_by_plan: bool = False) -> DisplayStatus:
    """Return the status of `snapshot`; `off_by_plan`: its schedule ended it and will restart it."""
    state = shown_state(snapshot)
    if off_by_plan and snapshot.state is State.ENDED:
        return DisplayStatus.WAITING
    if state in (State.LIVE, State.CONNECTING) and snapshot.paused:
        return DisplayStatus.PAUSED
    if state is State.LIVE and snapshot.dead_air:
        return DisplayStatus.DEAD_AIR
    return _OF_STATE[state]


def shown_state(snapshot: SessionSnapshot) -> State:
    """Return the state as shown: not live or connecting while source or service is down.

    A source that is being retried, or a service with a standing error, counts as backoff.
    """
    trouble = snapshot.trouble
    if trouble is None or snapshot.state not in (State.CONNECTING, State.LIVE):
        return snapshot.state
    is_down = trouble.retry_at is not None or (
        snapshot.state is State.LIVE and trouble.half in (Half.SOURCE, Half.SPEECH)
    )
    return State.BACKOFF if is_down else snapshot.state


def words_of(snapshot: SessionSnapshot, how: DisplayStatus) -> str:
    """Return the word of `how`, after the part that is down; an empty string for LIVE."""
    if how is DisplayStatus.LIVE:
        return ""
    trouble = snapshot.trouble
    half = _HALVES.get(trouble.half, "") if trouble and how is DisplayStatus.DOWN else ""
    return f"{half} {how}".lstrip()
