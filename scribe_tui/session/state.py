"""SessionState: where a session stands, which moves are legal, and its snapshot for others."""

from __future__ import annotations

from dataclasses import dataclass, field

from scribe_tui.events import Half, State

LEGAL_MOVES: dict[State, frozenset[State]] = {
    State.IDLE: frozenset({State.CONNECTING, State.ENDED, State.FAILED}),
    State.CONNECTING: frozenset(
        {State.LIVE, State.BACKOFF, State.DRAINING, State.ENDED, State.FAILED}
    ),
    State.LIVE: frozenset(
        {State.CONNECTING, State.BACKOFF, State.DRAINING, State.ENDED, State.FAILED}
    ),
    State.BACKOFF: frozenset({State.CONNECTING, State.DRAINING, State.ENDED, State.FAILED}),
    State.DRAINING: frozenset({State.ENDED, State.FAILED}),
    State.ENDED: frozenset({State.CONNECTING}),
    State.FAILED: frozenset({State.CONNECTING}),
}
"""ENDED and FAILED leave again only because a person restarts the session."""

OVER = frozenset({State.ENDED, State.FAILED})
"""States in which nothing of the session runs."""


def may_move(here: State, there: State) -> bool:
    """Whether a session in state `here` may go to `there`."""
    return there in LEGAL_MOVES[here]


@dataclass(frozen=True, slots=True)
class StandingError:
    """One standing error as the screen shows it.

    `retry_at` is a reading of `Clock.elapsed`, None where the program will not try again.
    """

    half: Half
    title: str
    message: str
    retry_at: float | None = None
    attempt: int = 0


@dataclass(frozen=True, slots=True)
class Lights:
    """The three lights of a pane: bytes arrive, there is sound in them, text comes out."""

    arriving: bool = False
    sound: bool = False
    text: bool = False


@dataclass(frozen=True, slots=True)
class SessionSnapshot:
    """All a pane shows that does not ride the event stream; taken a few times a second.

    `session` is the id, `name` what the user calls it.
    `level_dbfs` is that of the latest chunk, None before the first (then a meter shows
    nothing rather than a lie) and minus infinity for digital silence; `gain_db` is how much
    louder it is sent. `elapsed_seconds` is the time since the session was started.
    `position_seconds` and `duration_seconds` are a file's progress. `behind_seconds` is sound
    heard but not yet sent, `billed_seconds` all that went to the service in all runs, silence
    and repetitions included. `last_event` is a few words for the status bar, `last_event_at` a
    reading of `Clock.elapsed`.
    """

    session: str
    name: str
    source: str
    state: State
    elapsed_seconds: float
    is_live: bool = True
    title: str | None = None
    level_dbfs: float | None = None
    gain_db: float = 0.0
    paused: bool = False
    source_open: bool = False
    heard_seconds: float = 0.0
    sent_seconds: float = 0.0
    billed_seconds: float = 0.0
    behind_seconds: float = 0.0
    position_seconds: float | None = None
    duration_seconds: float | None = None
    overruns: int = 0
    segments: int = 0
    connections: int = 0
    last_event: str = ""
    last_event_at: float | None = None
    trouble: StandingError | None = None
    lights: Lights = field(default_factory=Lights)
    dead_air: bool = False
    warning: str = ""
    """The warning of the service, as long as it is repeated; "" for none."""
