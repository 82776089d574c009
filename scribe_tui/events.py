"""Events: small frozen dataclasses, named in the past tense, for what happened.

The engine publishes them, sinks (screen, journal, NDJSON) receive them; `event_records` writes
and reads their JSON form. Every text in an event was made harmless (`sanitize.harmless`) where it
entered the program. Instants (`at`, `..._at`) are seconds since the epoch, wall clock. Source times
(`..._seconds`) count from the first sound of the session's run, gaps included.

A session is named by its id, which never changes; a segment by that id and its number.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from scribe_tui.event_kinds import BudgetLevel as BudgetLevel
from scribe_tui.event_kinds import ClosedBy as ClosedBy
from scribe_tui.event_kinds import CommitReason as CommitReason
from scribe_tui.event_kinds import Half as Half
from scribe_tui.event_kinds import HitStatus as HitStatus
from scribe_tui.event_kinds import State as State
from scribe_tui.event_kinds import Tier as Tier


@dataclass(frozen=True, slots=True)
class Word:
    """One word or audio event with its times in source seconds."""

    text: str
    start_seconds: float
    end_seconds: float
    kind: str = "word"
    logprob: float | None = None
    speaker: str | None = None


@dataclass(frozen=True, slots=True)
class CommittedSegment:
    """Committed text, which does not change any more.

    `number` counts from 1 within the session, over all its runs. `started_at` is the wall-clock
    instant of the segment's first sound. `words` is empty if the service sent no timestamps; the
    times are then those of the audio sent since the commit before.
    """

    number: int
    text: str
    started_at: float
    start_seconds: float
    end_seconds: float
    words: tuple[Word, ...] = ()
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """Audio that gets no text: half-open span in source time and wall clock, and the cause."""

    start_seconds: float
    end_seconds: float
    started_at: float
    ended_at: float
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Base of all events: the id of the session, and the instant.

    The id is the name that the source had when it was added, made unique within the program's
    run; it stays the same when the session is renamed.
    """

    session: str
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionOpened(Event):
    """A run of a session began; the first event of each.

    `name` is the user's name for it, `source` its address with secrets masked. `corrections` is
    the user's list (heard, right), to be applied wherever the text is shown.
    """

    name: str
    source: str
    audio_format: str
    commit: str
    language: str | None = None
    corrections: tuple[Correction, ...] = ()


@dataclass(frozen=True, slots=True)
class Correction:
    """A text that is recognised wrongly, and the right text for it."""

    heard: str
    right: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StateChanged(Event):
    """The session moved from `previous` to `state`; `reason` is a few words or empty."""

    state: State
    previous: State
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceStarted(Event):
    """First sound after the source was opened (again): `opening` counts from 1."""

    opening: int
    codec: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleChanged(Event):
    """The title now playing, from the station or the file's tags."""

    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionStarted(Event):
    """The service sent `session_started` on connection number `attempt`."""

    attempt: int
    remote_session_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionEnded(Event):
    """Connection number `attempt` is over.

    `code` is the WebSocket close code (RFC 6455), None without a close frame; `reason` is its text
    or the error that came before. `age_seconds` counts from `session_started`; `sent_seconds` is
    all billed sound: all that was sent on it, including padding and keep-alive silence.
    """

    attempt: int
    closed_by: ClosedBy
    code: int | None = None
    reason: str = ""
    age_seconds: float = 0.0
    sent_seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PartialChanged(Event):
    """Latest revisable text of the open segment; replaces the one before; "" clears it."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentCommitted(Event):
    """A segment was committed; its text is final. Clears the partial."""

    segment: CommittedSegment


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitRequested(Event):
    """A commit was sent to the service."""

    reason: CommitReason


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorRaised(Event):
    """An error, which stands until `ErrorCleared` of the same half or the next error.

    `message` is one sentence with remedy and what happens next; `title` fits a narrow
    bar. `retry_in_seconds` is None when the program will not try again by itself.
    """

    half: Half
    title: str
    message: str
    kind: str = ""
    retry_in_seconds: float | None = None
    attempt: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorCleared(Event):
    """The error that stood in that half is over."""

    half: Half


@dataclass(frozen=True, slots=True, kw_only=True)
class Noticed(Event):
    """Something worth a notice that is not an error: a warning, an overrun, an unknown message.

    `count` is how often it has happened since the previous report of it.
    """

    text: str
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseChanged(Event):
    """The user stopped or resumed the sending of audio."""

    paused: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RecognitionChanged(Event):
    """The user changed recognition settings of a running session.

    They apply from its next pause on.
    """

    language: str | None
    commit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadAirChanged(Event):
    """The source is open but has been silent for long (`dead`), or sound is back."""

    dead: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GapRecorded(Event):
    """A part of the source's sound was lost: it gets no text."""

    gap: Gap


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundKept(Event):
    """Sound from source time `start_seconds` on is kept in `file`, at `offset_seconds` there.

    This holds until the next such event of the session, or the end of the file. `file` is a
    name in the run's folder, or the path of a local file that is played, which is not copied;
    `digest` is then its SHA-256, once known. `started_at` is when that sound was heard.
    """

    file: str
    offset_seconds: float
    start_seconds: float
    started_at: float
    digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntitiesFound(Event):
    """Entities in the committed segment `segment_number` (0: unknown), whose text is `text`."""

    segment_number: int = 0
    text: str
    entities: tuple[Entity, ...]


@dataclass(frozen=True, slots=True)
class Entity:
    """One detected entity; `start` and `end` are character offsets, end exclusive."""

    text: str
    entity_type: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentRedacted(Event):
    """The service's redacted form of the committed segment `segment_number` (0: unknown)."""

    segment_number: int = 0
    text: str
    redacted_text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentEdited(Event):
    """The service's edited form of the committed segment `segment_number` (0: unknown)."""

    segment_number: int = 0
    text: str
    edited_text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchHit(Event):
    """A watch word was heard, or a hit was withdrawn.

    `hit` counts from 1 within the session and is the same in all events about one hit.
    `watch` is the list, `word` its entry, `heard` the recognised text. `source_seconds` is an
    estimate as long as the text may change. `alert`: this event is sent to alert outlets, which
    happens at most once for each hit, and once more if that hit is withdrawn. `segment_number` of
    an unconfirmed hit is the number that the open segment will get.
    """

    hit: int
    watch: str
    word: str
    heard: str
    tier: Tier
    status: HitStatus
    segment_number: int
    source_seconds: float
    quote: str
    alert: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertFailed(Event):
    """`count` alerts could not be delivered to `outlet`, whose name holds no secret."""

    outlet: str
    count: int
    reason: str

    @property
    def sentence(self) -> str:
        """What happened, as a sentence for people."""
        what = "An alert was" if self.count == 1 else f"{self.count} alerts were"
        return f"{what} not delivered to {self.outlet}: {self.reason}."


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetChanged(Event):
    """The used share of a day's budget reached another level; `spent` and `limit` are money.

    `for_all`: it is the budget of all sources together; the event is published for each of them.
    """

    level: BudgetLevel
    for_all: bool
    spent: float
    limit: float

    @property
    def sentence(self) -> str:
        """What it means, as a sentence for people; "" if there is budget again."""
        if self.level is BudgetLevel.FREE:
            return ""
        whose = "The day's budget of all sources" if self.for_all else "Its budget for the day"
        amount = f"{self.spent:.2f} of {self.limit:.2f}"
        if self.level is BudgetLevel.WARNED:
            return f"{whose} is used up by 80 %: {amount}."
        return f"{whose} is used up: {amount}. Nothing more is sent until midnight."


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleChanged(Event):
    """A session begins (`on`) or ends by its schedule; `next_at`: when it changes again.

    `follows_live`: the session runs only while its source is live, so its end is not an error.
    """

    on: bool
    reason: str
    next_at: float | None = None
    follows_live: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionClosed(Event):
    """A run of a session is over: its totals, in seconds of source time."""

    state: State
    heard_seconds: float
    sent_seconds: float
    segments: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRenamed(Event):
    """The user calls the session `name` from now on; its id and its files keep theirs."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionRemoved(Event):
    """The session was removed; no more events with its id follow."""


Publish = Callable[[Event], None]
"""Hands an event to all sinks, after earlier events. Call it in the event loop's thread."""
