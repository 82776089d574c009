"""SessionStatus: all that other parts of the program may see of a session is written here.

The parts of a session report here and never read it back. Each report changes the snapshot
and, if it is worth a record, publishes an event.
"""

from __future__ import annotations

from dataclasses import replace

from scribe_tui.audio.dead_air import Air, DeadAirDetector
from scribe_tui.audio.kept_sound import KeptSound
from scribe_tui.audio.source import SourceStatus
from scribe_tui.clock import Clock
from scribe_tui.errors import ScribeTuiError
from scribe_tui.events import (
    ClosedBy,
    CommitReason,
    CommitRequested,
    CommittedSegment,
    ConnectionEnded,
    ConnectionStarted,
    Correction,
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
    Publish,
    RecognitionChanged,
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
from scribe_tui.session.status.annotation_reports import AnnotationReports
from scribe_tui.session.status.folded_notices import FoldedNotices
from scribe_tui.session.status.session_facts import SessionFacts, SourceName
from scribe_tui.session.status.snapshot import SessionSnapshot, StandingError
from scribe_tui.settings import SpeechSettings


class SessionStatus:
    """State, errors and counts of one session as others see them; lives as long as its pane."""

    def __init__(self, source: SourceName, publish: Publish, clock: Clock | None = None) -> None:
        self.session = source.session
        self.source = source
        self._publish = publish
        clock = clock or Clock()
        self._now = clock.elapsed
        self._wall = clock.wall
        self._facts = SessionFacts()
        self._partial = ""
        self._notices = FoldedNotices()
        self.annotations = AnnotationReports(self.session, publish, self._wall)

    def opened(
        self,
        *,
        audio_format: str,
        commit: str,
        language: str | None,
        corrections: tuple[Correction, ...] = (),
        dead_air: DeadAirDetector | None = None,
    ) -> None:
        """A run begins: the errors of the previous one are forgotten."""
        self._facts.begin_run(dead_air)
        self._notices = FoldedNotices()
        self._publish(
            SessionOpened(
                session=self.session,
                at=self._wall(),
                name=self.source.name,
                source=self.source.address,
                audio_format=audio_format,
                commit=commit,
                language=language,
                corrections=corrections,
            )
        )
        self.partial_changed("")

    def closed(
        self, *, state: State, heard_seconds: float, sent_seconds: float, segments: int
    ) -> None:
        """A run is over, with these totals in seconds of source time."""
        for text, count in self._notices.rest():
            self._notice(text, count)
        self._publish(
            SessionClosed(
                session=self.session,
                at=self._wall(),
                state=state,
                heard_seconds=heard_seconds,
                sent_seconds=sent_seconds,
                segments=segments,
            )
        )

    def renamed(self, name: str) -> None:
        """The user calls the session `name` from now on."""
        self.source = replace(self.source, name=name)
        self._publish(SessionRenamed(session=self.session, at=self._wall(), name=name))

    def removed(self) -> None:
        """The session is gone from the program."""
        self._publish(SessionRemoved(session=self.session, at=self._wall()))

    def state_changed(self, previous: State, state: State, reason: str) -> None:
        """The session went from `previous` to `state`."""
        self._facts.moved(previous, state, self._now())
        self._report(
            StateChanged(
                session=self.session,
                at=self._wall(),
                state=state,
                previous=previous,
                reason=reason,
            ),
            reason or state.value,
        )

    def error_raised(
        self,
        half: Half,
        error: ScribeTuiError,
        *,
        kind: str = "",
        retry_in_seconds: float | None = None,
        attempt: int = 0,
    ) -> None:
        """An error stands in `half` until `error_cleared`."""
        retry_at = None if retry_in_seconds is None else self._now() + retry_in_seconds
        self._facts.errors.stand(
            StandingError(half, error.title, error.sentence, retry_at, attempt)
        )
        self._publish(
            ErrorRaised(
                session=self.session,
                at=self._wall(),
                half=half,
                title=error.title,
                message=error.sentence,
                kind=kind,
                retry_in_seconds=retry_in_seconds,
                attempt=attempt,
            )
        )

    def error_cleared(self, half: Half) -> None:
        """The errors of `half` are over."""
        if self._facts.errors.over(half):
            self._publish(ErrorCleared(session=self.session, at=self._wall(), half=half))

    def source_opening(self, *, is_live: bool) -> None:
        """The source is about to be opened (again)."""
        self._facts.source.is_live = is_live

    def source_started(self) -> None:
        """First sound of an opening of the source."""
        self._facts.source.openings += 1
        self._facts.source.open = True
        self._report(
            SourceStarted(
                session=self.session,
                at=self._wall(),
                opening=self._facts.source.openings,
                codec=self._facts.source.status.codec,
            ),
            "sound arrives",
        )
        self.error_cleared(Half.SOURCE)

    def source_stopped(self) -> None:
        """An opening of the source is over."""
        self._facts.source.stopped()

    def sound(self, seconds: float, level_dbfs: float, gain_db: float = 0.0) -> None:
        """A chunk of this duration and level came from the source; it is sent `gain_db` louder."""
        self._facts.gain_db = gain_db
        self._facts.lights.chunk(self._now(), level_dbfs)
        air = self._facts.source.add_chunk(seconds, level_dbfs)
        if air is not None:
            dead = air is Air.DEAD
            self._report(
                DeadAirChanged(session=self.session, at=self._wall(), dead=dead),
                "dead air" if dead else "sound again",
            )

    def heard(self, seconds: float) -> None:
        """All sound so far, gaps included, in seconds of source time."""
        self._facts.heard_seconds = seconds

    def sent(self, seconds: float) -> None:
        """How far the sound has been sent, in seconds of source time."""
        self._facts.sent_seconds = seconds

    def billed(self, seconds: float) -> None:
        """More sound was sent to the service, replays and silence included: it is billed."""
        self._facts.billed_seconds += seconds

    def source_status(self, status: SourceStatus) -> None:
        """The source reports something new about itself."""
        before, self._facts.source.status = self._facts.source.status, status
        if status.title and status.title != before.title:
            self._publish(TitleChanged(session=self.session, at=self._wall(), title=status.title))
        moved = status.address != before.address  # reported each time, however often
        for notice in status.notices:
            if notice not in before.notices:
                self._notice(notice, 1) if moved else self.noticed(notice)
        if status.overruns > before.overruns:
            self.noticed(f"the device dropped sound ({status.overruns} times so far)")

    def connection_started(self, attempt: int, remote_session_id: str) -> None:
        """The service sent `session_started` on connection number `attempt`."""
        self._facts.connections = attempt
        self._report(
            ConnectionStarted(
                session=self.session,
                at=self._wall(),
                attempt=attempt,
                remote_session_id=remote_session_id,
            ),
            "connected",
        )
        self.error_cleared(Half.SPEECH)

    def connection_ended(  # noqa: PLR0913 - the fields of the event
        self,
        attempt: int,
        *,
        closed_by: ClosedBy,
        code: int | None,
        reason: str,
        age_seconds: float,
        sent_seconds: float,
    ) -> None:
        """Connection number `attempt` is over; see `events.ConnectionEnded`."""
        self._report(
            ConnectionEnded(
                session=self.session,
                at=self._wall(),
                attempt=attempt,
                closed_by=closed_by,
                code=code,
                reason=reason,
                age_seconds=age_seconds,
                sent_seconds=sent_seconds,
            ),
            "connection ended",
        )

    def partial_changed(self, text: str) -> None:
        """The text of the open segment is now `text`; nothing is published if it is unchanged."""
        if text == self._partial:
            return
        self._partial = text
        if text:
            self._facts.lights.text(self._now())
        self._publish(PartialChanged(session=self.session, at=self._wall(), text=text))

    def segment_committed(self, segment: CommittedSegment) -> None:
        """A segment is final."""
        self._facts.segments = segment.number
        self._partial = ""
        self._facts.lights.text(self._now())
        self._report(
            SegmentCommitted(session=self.session, at=self._wall(), segment=segment),
            "committed",
        )

    def commit_requested(self, reason: CommitReason) -> None:
        """A commit was sent."""
        self._report(
            CommitRequested(session=self.session, at=self._wall(), reason=reason),
            "commit sent",
        )

    def gap_recorded(self, gap: Gap) -> None:
        """A gap was added to the timeline: sound that never got text."""
        self._report(GapRecorded(session=self.session, at=self._wall(), gap=gap), "gap")

    def sound_kept(self, kept: KeptSound) -> None:
        """Where the sound from now on is kept."""
        self._publish(kept.event(self.session, self._wall()))

    def noticed(self, text: str, *, fold_as: str = "") -> None:
        """Something happened that is not an error.

        Notices with the same text, or with the same `fold_as`, are folded into a count.
        """
        count = self._notices.add(fold_as or text, text)
        if count:
            self._notice(text, count)

    def warned(self, text: str) -> None:
        """The service sent a warning; it is shown as long as the service repeats it."""
        text = text or "it does not say of what"
        kind = self._facts.warning.said(text, self._now())
        self.noticed(f"the service warns: {text}", fold_as=kind)

    def _notice(self, text: str, count: int) -> None:
        self._report(Noticed(session=self.session, at=self._wall(), text=text, count=count), text)

    def pause_changed(self, paused: bool) -> None:
        """The user stopped or resumed sending."""
        if paused != self._facts.paused:
            self._facts.paused = paused
            self._report(
                PauseChanged(session=self.session, at=self._wall(), paused=paused),
                "paused" if paused else "resumed",
            )

    def recognition_changed(self, speech: SpeechSettings) -> None:
        """From the next pause on, text is recognised with these settings."""
        event = RecognitionChanged(
            session=self.session, at=self._wall(), language=speech.language, commit=speech.commit
        )
        self._report(event, "settings changed")

    def snapshot(self) -> SessionSnapshot:
        """The present facts."""
        return self._facts.snapshot(self.source, self._now())

    def _report(self, event: Event, words: str) -> None:
        self._facts.last_event = (words, self._now())
        self._publish(event)
