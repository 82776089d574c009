"""What happened, as small frozen dataclasses in the past tense.

The engine publishes them, sinks (screen, journal, NDJSON) receive them; `event_records` writes
and reads their JSON form. Every text in an event has been made harmless at the edge where it
came in (`sanitize.harmless`). Instants (`at`, `..._at`) are seconds since the epoch, wall clock.
Source times (`..._seconds`) count from the first sound of the session, gaps included.

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
    """Immutable committed text.

    `number` counts from 1 within the session, over all its runs. `started_at` is the wall-clock
    instant of the segment's first sound. `words` is empty when the service sent no timestamps; the
    times then are those of the audio sent since the commit before.
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
    """Audio that never reached the service: half-open span, both clocks, and why."""

    start_seconds: float
    end_seconds: float
    started_at: float
    ended_at: float
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Base of all events: the id of the session, and when.

    The id is the name that the source had when it was added, made unique within the program's
    run; it stays when the session is renamed.
    """

    session: str
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionOpened(Event):
    """A run of a session began; the first event of each.

    `name` is what the user calls it, `source` its address, masked and fit to be shown.
    `corrections` is the user's list (heard, right) for whatever shows its text.
    """

    name: str
    source: str
    audio_format: str
    commit: str
    language: str | None = None
    corrections: tuple[Correction, ...] = ()


@dataclass(frozen=True, slots=True)
class Correction:
    """A wrong text of the recogniser, and the right text for it."""

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
    """The now-playing title as the station or the file's tags give it."""

    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionStarted(Event):
    """The service said `session_started` to connection number `attempt`."""

    attempt: int
    remote_session_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionEnded(Event):
    """Connection number `attempt` is over.

    `code` is the WebSocket close code (RFC 6455), None where there was no close frame; `reason`
    its text or the error that came before. `age_seconds` counts from `session_started`;
    `sent_seconds` is all sound sent over it, padding and keep-alive silence included, as it is
    billed.
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
    """Something went wrong; stands until `ErrorCleared` of the same half.

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
    """Something worth a notice that is no error: a warning, an overrun, an unknown message.

    `count` is how often it has happened since it was last reported; repeats are folded.
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
    """The source is alive but has been silent for long (`dead`), or sound is back."""

    dead: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GapRecorded(Event):
    """A span of the source was not heard by the service and never will be."""

    gap: Gap


@dataclass(frozen=True, slots=True, kw_only=True)
class SoundKept(Event):
    """From `start_seconds` of the source on its sound lies in `file`, from `offset_seconds` on.

    That holds until the next such event of the session, or the end of the file. `file` is a
    name in the run's folder, or the path of a local file, of which no copy is kept; `digest`
    is then the SHA-256 of that file, once it is known. `started_at` is when that sound was heard.
    """

    file: str
    offset_seconds: float
    start_seconds: float
    started_at: float
    digest: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntitiesFound(Event):
    """Entities in the committed segment of that number (0: not known), whose text is `text`."""

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
    """The service's redacted form of the committed segment of that number (0: not known)."""

    segment_number: int = 0
    text: str
    redacted_text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentEdited(Event):
    """The service's edited form of the committed segment of that number (0: not known)."""

    segment_number: int = 0
    text: str
    edited_text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchHit(Event):
    """A watch word was heard, or a hit was withdrawn.

    `hit` counts from 1 within the session and is the same in all events about one hit.
    `watch` is the list, `word` its entry, `heard` the text as it was heard. `source_seconds` is
    estimated as long as the text may change. `alert`: this event is to reach people elsewhere,
    which happens at most once for each find, and once more if that find is withdrawn.
    `segment_number` of an unconfirmed find is the number that the open segment will get.
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
    """Alerts could not be delivered: `count` of them to `outlet`, a name fit to be shown."""

    outlet: str
    count: int
    reason: str

    @property
    def sentence(self) -> str:
        """What happened, for people."""
        what = "An alert was" if self.count == 1 else f"{self.count} alerts were"
        return f"{what} not delivered to {self.outlet}: {self.reason}."


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetChanged(Event):
    """The used share of a day's budget reached another level. `spent` and `limit` are money.

    `for_all`: it is that of all sources together, and published once for each of them.
    """

    level: BudgetLevel
    for_all: bool
    spent: float
    limit: float

    @property
    def sentence(self) -> str:
        """What it means, for people; nothing where there is a budget again."""
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

    `follows_live`: it is heard only while its source is live, whose end is no trouble.
    """

    on: bool
    reason: str
    next_at: float | None = None
    follows_live: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionClosed(Event):
    """Last event of a session: totals in seconds of source time."""

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
    """The session is gone from the program; nothing follows under its id."""


Publish = Callable[[Event], None]
"""Hands an event to every sink, in its turn. For the event loop's thread."""
