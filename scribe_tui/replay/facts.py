"""Facts: what is known of a recorded session at one instant, folded from its events."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

from scribe_tui.events import (
    ConnectionStarted,
    DeadAirChanged,
    ErrorCleared,
    ErrorRaised,
    Event,
    GapRecorded,
    Half,
    PartialChanged,
    PauseChanged,
    SegmentCommitted,
    SessionClosed,
    SessionOpened,
    SessionRemoved,
    SessionRenamed,
    SourceStarted,
    State,
    StateChanged,
    TitleChanged,
)
from scribe_tui.session.state import OVER
from scribe_tui.session.status.activity import TEXT_SECONDS
from scribe_tui.session.status.snapshot import Lights, SessionSnapshot, StandingError
from scribe_tui.session.status.standing_errors import StandingErrors


@dataclass(slots=True)
class Facts:
    """What a pane shows of one session beside its text.

    Instants are those of the replay's clock. `zero_at` is that of the source's first sound,
    None until a text says it. `opening` holds the user's corrections for the text that follows.
    """

    session: str
    name: str
    source: str = ""
    state: State = State.IDLE
    started_at: float | None = None
    ended_at: float | None = None
    title: str | None = None
    paused: bool = False
    source_open: bool = False
    dead_air: bool = False
    segments: int = 0
    connections: int = 0
    heard_seconds: float = 0.0
    text_at: float = -math.inf
    zero_at: float | None = None
    last_event: str = ""
    last_event_at: float | None = None
    opening: SessionOpened | None = None
    errors: StandingErrors = field(default_factory=StandingErrors)

    def copy(self) -> Facts:
        """The same facts, apart."""
        return replace(self, errors=self.errors.copy())

    def apply(self, event: Event, at: float) -> None:
        """Take one event that happened at `at` on the replay's clock."""
        match event:
            case SessionOpened():
                self._open(event)
            case SessionRenamed(name=name):
                self.name = name
            case StateChanged(state=state, reason=reason):
                self._move(state, at)
                self._say(reason or state.value, at)
            case SessionClosed(state=state, heard_seconds=heard):
                self._move(state if state in OVER else State.ENDED, at)
                self.heard_seconds = heard
            case SessionRemoved():
                self._move(State.ENDED, at)
            case ErrorRaised():
                self._raise(event, at)
            case ErrorCleared(half=half):
                self.errors.over(half)
            case _:
                self._apply_signs_of_life(event, at)

    def _apply_signs_of_life(self, event: Event, at: float) -> None:
        """What only a session that runs says."""
        match event:
            case SourceStarted():
                self._wake(at)
                self.source_open = True
                self._say("sound arrives", at)
            case ConnectionStarted(attempt=attempt):
                self._wake(at)
                self.connections = attempt
                self._say("connected", at)
            case TitleChanged(title=title):
                self.title = title
            case PauseChanged(paused=paused):
                self.paused = paused
                self._say("paused" if paused else "resumed", at)
            case DeadAirChanged(dead=dead):
                self.dead_air = dead
                self._say("dead air" if dead else "sound again", at)
            case PartialChanged(text=text) if text:
                self.text_at = at
            case SegmentCommitted(segment=segment):
                self._wake(at)
                self.text_at = at
                self.segments = segment.number
                self.heard_seconds = max(self.heard_seconds, segment.end_seconds)
                if self.zero_at is None:
                    self.zero_at = segment.started_at - segment.start_seconds + at - event.at
                self._say("committed", at)
            case GapRecorded(gap=gap):
                self.heard_seconds = max(self.heard_seconds, gap.end_seconds)
                self._say("gap", at)

    def snapshot(self, now: float) -> SessionSnapshot:
        """The facts as a pane takes them, at `now` on the replay's clock."""
        over = self.state in OVER
        open_now = self.source_open and not over
        until = now if self.ended_at is None else self.ended_at
        return SessionSnapshot(
            session=self.session,
            name=self.name,
            source=self.source,
            state=self.state,
            elapsed_seconds=0.0 if self.started_at is None else max(0.0, until - self.started_at),
            title=self.title,
            paused=self.paused,
            source_open=open_now,
            heard_seconds=self.heard_seconds,
            sent_seconds=self.heard_seconds,
            segments=self.segments,
            connections=self.connections,
            last_event=self.last_event,
            last_event_at=self.last_event_at,
            trouble=self.errors.worst,
            lights=Lights(
                arriving=open_now,
                sound=open_now and not self.dead_air,
                text=not over and now - self.text_at < TEXT_SECONDS,
            ),
            dead_air=self.dead_air and open_now,
        )

    def _open(self, event: SessionOpened) -> None:
        self.errors.begin_run()
        self.name, self.source, self.opening = event.name, event.source, event
        self.title, self.paused, self.dead_air = None, False, False
        self.heard_seconds, self.text_at = 0.0, -math.inf
        self.zero_at = None

    def _move(self, state: State, at: float) -> None:
        if self.started_at is None or (self.ended_at is not None and state not in OVER):
            self.started_at, self.ended_at = at, None
        if state in OVER:
            self.ended_at = at if self.ended_at is None else self.ended_at
            self.source_open = False
        self.state = state

    def _wake(self, at: float) -> None:
        """A journal whose beginning is gone does not say that its session was started."""
        if self.state is State.IDLE:
            self._move(State.LIVE, at)

    def _raise(self, event: ErrorRaised, at: float) -> None:
        retry = event.retry_in_seconds
        retry_at = None if retry is None else at + retry
        self.errors.stand(
            StandingError(event.half, event.title, event.message, retry_at, event.attempt)
        )
        if event.half is Half.SOURCE:
            self.source_open = False

    def _say(self, words: str, at: float) -> None:
        self.last_event, self.last_event_at = words, at
