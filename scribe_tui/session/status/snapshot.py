"""SessionSnapshot: what other parts of the program may see of a session at one moment."""

from __future__ import annotations

from dataclasses import dataclass, field

from scribe_tui.events import Half, State


@dataclass(frozen=True, slots=True)
class StandingError:
    """One standing error as the screen shows it.

    `retry_at` is a reading of `Clock.elapsed`, or None if the program will not try again.
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
    """All that a pane shows besides the events; taken a few times a second.

    `session` is the id, `name` what the user calls it.
    `level_dbfs` is the level of the latest chunk, None before the first (a meter then shows
    nothing) and minus infinity for digital silence; `gain_db` is how much louder it is sent.
    `elapsed_seconds` is the time since the session was started. `position_seconds` and
    `duration_seconds` are a file's progress. `behind_seconds` is sound heard but not sent yet;
    `billed_seconds` is all sound sent to the service in all runs, silence and repetitions
    included. `last_event` is a few words for the status bar, `last_event_at` a reading of
    `Clock.elapsed`.
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
