"""SessionStatus: the one place where what others may know of a session is written.

Every write changes the snapshot and, where it is a fact worth a record, publishes an
event. The parts of a session write here and never build snapshots themselves.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from scribe_tui.audio.dead_air import Air, DeadAirDetector
from scribe_tui.audio.source import SourceStatus
from scribe_tui.errors import ScribeTuiError
from scribe_tui.events import (
    CommitReason,
    CommitRequested,
    CommittedSegment,
    ConnectionStarted,
    DeadAirChanged,
    ErrorCleared,
    ErrorRaised,
    Event,
    Gap,
    GapRecorded,
    Half,
    Noticed,
    PartialChanged,
    PauseChanged,
    SegmentCommitted,
    SessionOpened,
    SourceStarted,
    State,
    StateChanged,
    TitleChanged,
)
from scribe_tui.session.state import OVER, Lights, SessionSnapshot, StandingError, may_move
from scribe_tui.session.status.activity import ActivityLights
from scribe_tui.session.status.source_facts import SourceFacts
from scribe_tui.session.status.standing_errors import StandingErrors

Publish = Callable[[Event], None]


class SessionStatus:
    """State, troubles and counts of one session; lives as long as its pane."""

    def __init__(
        self, name: str, source: str, publish: Publish, clock: Callable[[], float] = time.time
    ) -> None:
        self.name = name
        self.source = source
        self.publish = publish
        self.now = clock
        self.state = State.IDLE
        self.facts = SourceFacts()
        self.paused = False
        self.segments = 0
        self.connections = 0
        self.heard_seconds = 0.0
        self.sent_seconds = 0.0
        self.last_text = ""
        self._partial = ""
        self._troubles = StandingErrors()
        self._started_at: float | None = None
        self._ended_at: float | None = None
        self._last_event = ("", 0.0)
        self._lamps = ActivityLights()

    def opened(self, event: SessionOpened, dead_air: DeadAirDetector | None = None) -> None:
        """A run begins: what stood against the run before is forgotten."""
        self._troubles.begin_run()
        self._lamps = ActivityLights()
        self.facts = SourceFacts(self.facts.openings, dead_air)
        self.last_text = self._partial = ""
        self.paused = False
        self.heard_seconds = self.sent_seconds = 0.0
        self.publish(event)

    def move(self, state: State, reason: str = "") -> None:
        """Go to `state`. Raises ValueError for an illegal move: that is a bug of ours."""
        if state is self.state:
            return
        if not may_move(self.state, state):
            raise ValueError(f"session {self.name}: {self.state} may not become {state}")
        previous, self.state = self.state, state
        self._clock_moved(previous)
        self._tell(
            StateChanged(
                session=self.name, at=self.now(), state=state, previous=previous, reason=reason
            ),
            reason or state.value,
        )

    def trouble(
        self,
        half: Half,
        error: ScribeTuiError,
        *,
        kind: str = "",
        retry_in_seconds: float | None = None,
        attempt: int = 0,
    ) -> None:
        """An error stands in `half` until `well`."""
        retry_at = None if retry_in_seconds is None else self.now() + retry_in_seconds
        self._troubles.stand(StandingError(half, error.title, error.sentence, retry_at, attempt))
        self.publish(
            ErrorRaised(
                session=self.name,
                at=self.now(),
                half=half,
                title=error.title,
                message=error.sentence,
                kind=kind,
                retry_in_seconds=retry_in_seconds,
                attempt=attempt,
            )
        )

    def well(self, half: Half) -> None:
        """Whatever stood in `half` is over."""
        if self._troubles.over(half):
            self.publish(ErrorCleared(session=self.name, at=self.now(), half=half))

    def source_started(self) -> None:
        """First sound of an opening of the source."""
        self.facts.openings += 1
        self.facts.open = True
        self._tell(
            SourceStarted(
                session=self.name,
                at=self.now(),
                opening=self.facts.openings,
                codec=self.facts.status.codec,
            ),
            "sound arrives",
        )
        self.well(Half.SOURCE)

    def sound(self, seconds: float, level_dbfs: float) -> None:
        """A chunk so long and so loud was heard."""
        self._lamps.chunk(self.now(), level_dbfs)
        air = self.facts.hear(seconds, level_dbfs)
        if air is not None:
            dead = air is Air.DEAD
            self._tell(
                DeadAirChanged(session=self.name, at=self.now(), dead=dead),
                "dead air" if dead else "sound again",
            )

    def source_status(self, status: SourceStatus) -> None:
        """The source tells something new about itself."""
        before, self.facts.status = self.facts.status, status
        if status.title and status.title != before.title:
            self.publish(TitleChanged(session=self.name, at=self.now(), title=status.title))
        if status.overruns > before.overruns:
            self.notice(f"the device dropped sound ({status.overruns} times so far)")

    def connected(self, remote_session_id: str) -> None:
        """The service said `session_started`."""
        self.connections += 1
        self._tell(
            ConnectionStarted(
                session=self.name,
                at=self.now(),
                attempt=self.connections,
                remote_session_id=remote_session_id,
            ),
            "connected",
        )
        self.well(Half.SPEECH)

    def partial(self, text: str) -> None:
        """The open segment reads `text` now; told again, it is no news."""
        if text == self._partial:
            return
        self._partial = text
        if text:
            self._lamps.text(self.now())
        self.publish(PartialChanged(session=self.name, at=self.now(), text=text))

    def committed(self, segment: CommittedSegment) -> None:
        """A segment is final."""
        self.last_text = segment.text
        self._partial = ""
        self._lamps.text(self.now())
        self._tell(SegmentCommitted(session=self.name, at=self.now(), segment=segment), "committed")

    def commit_requested(self, reason: CommitReason) -> None:
        """A commit went out."""
        self._tell(CommitRequested(session=self.name, at=self.now(), reason=reason), "commit sent")

    def gap(self, gap: Gap) -> None:
        """A span was not heard."""
        self._tell(GapRecorded(session=self.name, at=self.now(), gap=gap), "gap")

    def notice(self, text: str) -> None:
        """Tell something that is no error."""
        self._tell(Noticed(session=self.name, at=self.now(), text=text), text)

    def pause(self, paused: bool) -> None:
        """The user stopped or resumed sending."""
        if paused != self.paused:
            self.paused = paused
            self._tell(
                PauseChanged(session=self.name, at=self.now(), paused=paused),
                "paused" if paused else "resumed",
            )

    def snapshot(self) -> SessionSnapshot:
        """The present facts."""
        facts = self.facts
        return SessionSnapshot(
            name=self.name,
            source=self.source,
            state=self.state,
            elapsed_seconds=self._elapsed(),
            is_live=facts.is_live,
            title=facts.status.title,
            level_dbfs=facts.level_dbfs,
            paused=self.paused,
            source_open=facts.open,
            heard_seconds=self.heard_seconds,
            sent_seconds=self.sent_seconds,
            behind_seconds=max(0.0, self.heard_seconds - self.sent_seconds),
            position_seconds=facts.position_seconds,
            duration_seconds=facts.status.duration_seconds,
            overruns=facts.status.overruns,
            segments=self.segments,
            connections=self.connections,
            last_event=self._last_event[0],
            last_event_at=self._last_event[1] or None,
            trouble=self._troubles.worst,
            lights=Lights() if self.state in OVER else self._lamps.lights(self.now()),
            dead_air=facts.dead_air,
        )

    def _tell(self, event: Event, words: str) -> None:
        self._last_event = (words, event.at)
        self.publish(event)

    def _clock_moved(self, previous: State) -> None:
        if previous in OVER or previous is State.IDLE:
            self._started_at, self._ended_at = self.now(), None
        if self.state in OVER:
            self._ended_at = self.now()
            self.facts.stopped()

    def _elapsed(self) -> float:
        if self._started_at is None:
            return 0.0
        return (self._ended_at or self.now()) - self._started_at
