"""SessionFacts: the data for snapshots of a session. Only `SessionStatus` writes it."""

from __future__ import annotations

from dataclasses import dataclass

from scribe_tui.audio.dead_air import DeadAirDetector
from scribe_tui.events import State
from scribe_tui.session.state import OVER
from scribe_tui.session.status.activity import ActivityLights
from scribe_tui.session.status.snapshot import Lights, SessionSnapshot
from scribe_tui.session.status.source_facts import SourceFacts
from scribe_tui.session.status.standing_errors import StandingErrors
from scribe_tui.session.status.standing_warning import StandingWarning


@dataclass(frozen=True, slots=True)
class SourceName:
    """What a session is called: its id, the user's name for it, its address without secrets."""

    session: str
    name: str
    address: str


class SessionFacts:
    """The present facts about a session; instants are readings of `Clock.elapsed`.

    `last_event` is a few words and their instant. Counts begin anew with each run, except
    `segments`, `connections` and `billed_seconds`.
    """

    def __init__(self) -> None:
        """A session that was never started."""
        self.state = State.IDLE
        self.source = SourceFacts()
        self.paused = False
        self.segments = 0
        self.connections = 0
        self.heard_seconds = 0.0
        self.sent_seconds = 0.0
        self.gain_db = 0.0
        self.billed_seconds = 0.0
        self.errors = StandingErrors()
        self.last_event: tuple[str, float | None] = ("", None)
        self.warning = StandingWarning()
        self.lights = ActivityLights()
        self._started_at: float | None = None
        self._ended_at: float | None = None

    def begin_run(self, dead_air: DeadAirDetector | None) -> None:
        """Begin a run: forget the errors and counts of the previous one."""
        self.errors.begin_run()
        self.lights = ActivityLights()
        self.source = SourceFacts(self.source.openings, dead_air)
        self.paused = False
        self.heard_seconds = self.sent_seconds = self.gain_db = 0.0

    def moved(self, previous: State, state: State, now: float) -> None:
        """The session went from `previous` to `state`."""
        self.state = state
        if previous in OVER or previous is State.IDLE:
            self._started_at, self._ended_at = now, None
        if state in OVER:
            self._ended_at = now
            self.source.stopped()

    def snapshot(self, name: SourceName, now: float) -> SessionSnapshot:
        """A snapshot at the instant `now`, under this name."""
        source, over = self.source, self.state in OVER
        return SessionSnapshot(
            session=name.session,
            name=name.name,
            source=name.address,
            state=self.state,
            elapsed_seconds=self._elapsed(now),
            is_live=source.is_live,
            title=source.status.title,
            level_dbfs=source.level_dbfs,
            gain_db=self.gain_db,
            paused=self.paused,
            source_open=source.open,
            heard_seconds=self.heard_seconds,
            sent_seconds=self.sent_seconds,
            billed_seconds=self.billed_seconds,
            behind_seconds=max(0.0, self.heard_seconds - self.sent_seconds),
            position_seconds=source.position_seconds,
            duration_seconds=source.status.duration_seconds,
            overruns=source.status.overruns,
            segments=self.segments,
            connections=self.connections,
            last_event=self.last_event[0],
            last_event_at=self.last_event[1],
            trouble=self.errors.worst,
            lights=Lights() if over else self.lights.lights(now),
            dead_air=source.dead_air,
            warning="" if over else self.warning.sentence(now),
        )

    def _elapsed(self, now: float) -> float:
        if self._started_at is None:
            return 0.0
        return (now if self._ended_at is None else self._ended_at) - self._started_at
