"""The wall: what all sessions together come to, tallied from events and snapshots. Pure data."""

from __future__ import annotations

import math
from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from scribe_tui.events import (
    CommittedSegment,
    ErrorCleared,
    ErrorRaised,
    Event,
    GapRecorded,
    Half,
    HitStatus,
    ScheduleChanged,
    SegmentCommitted,
    SessionOpened,
    SessionRemoved,
    Tier,
    WatchHit,
)
from scribe_tui.session.state import SessionSnapshot
from scribe_tui.tui.standing import Standing, standing

BUCKET_SECONDS = 10.0
BUCKETS = 12
"""Words a minute are those of the last two minutes, told anew every ten seconds."""
SOUNDING = frozenset({Standing.LIVE, Standing.DEAD_AIR})
"""Standings in which sound goes to the service and is paid for, silence included."""


@dataclass(slots=True)
class Tally:
    """What events told of one session.

    `off_by_plan`: its schedule keeps it off until `next_at` (wall clock, None: not known).
    `hits` leaves out what merely sounds alike and what was withdrawn; `new_hits` are those
    since somebody looked.
    """

    hits: int = 0
    new_hits: int = 0
    not_heard_seconds: float = 0.0
    off_by_plan: bool = False
    next_at: float | None = None
    saved: bool = True
    highest_hit: int = 0

    def standing_of(self, snapshot: SessionSnapshot) -> Standing:
        """How the session stands, its schedule considered."""
        return standing(snapshot, self.off_by_plan)


@dataclass(frozen=True, slots=True)
class Summary:
    """All sessions in one glance. `cost` is money so far, `cost_per_hour` at the present rate.

    `words_per_minute` is None until there is something to measure. `saved` is False while the
    journal of any session cannot be written.
    """

    counts: Mapping[Standing, int] = field(default_factory=dict)
    hits: int = 0
    new_hits: int = 0
    words_per_minute: int | None = None
    not_heard_seconds: float = 0.0
    cost: float = 0.0
    cost_per_hour: float = 0.0
    saved: bool = True

    @property
    def sources(self) -> int:
        """How many sessions there are."""
        return sum(self.counts.values())


class Wall:
    """Told every event but partials, and now and then the snapshots of all sessions.

    Instants are readings of `Clock.elapsed`. What sessions that are gone came to stays counted.
    """

    def __init__(self) -> None:
        """Nothing has happened."""
        self._tallies: dict[str, Tally] = {}
        self._gone = Tally()
        self._words: deque[tuple[int, int]] = deque(maxlen=BUCKETS + 2)
        self._first_words: int | None = None
        self._billed: dict[str, float] = {}
        self._cost = 0.0
        self._cost_per_hour = 0.0
        self._counts: Counter[Standing] = Counter()

    def of(self, session: str) -> Tally:
        """What is known of one session; an empty tally if that is nothing."""
        return self._tallies.setdefault(session, Tally())

    def receive(self, event: Event, now: float) -> None:
        """Take one event, which came at `now`."""
        match event:
            case SegmentCommitted(segment=segment):
                self._add_words(words_in(segment), now)
            case GapRecorded(session=session, gap=gap):
                self.of(session).not_heard_seconds += max(0.0, gap.end_seconds - gap.start_seconds)
            case WatchHit():
                self._add_hit(self.of(event.session), event)
            case ScheduleChanged(session=session, on=on, next_at=next_at):
                tally = self.of(session)
                tally.off_by_plan, tally.next_at = not on, next_at
            case ErrorRaised(session=session, half=Half.JOURNAL):
                self.of(session).saved = False
            case ErrorCleared(session=session, half=Half.JOURNAL) | SessionOpened(session=session):
                self.of(session).saved = True
            case SessionRemoved(session=session):
                self._forget(session)

    def look(self, snapshots: Sequence[SessionSnapshot], prices: Iterable[float]) -> None:
        """Take the present facts of all sessions, and what an hour of each costs."""
        self._counts = Counter()
        self._cost_per_hour = 0.0
        for snapshot, price in zip(snapshots, prices, strict=True):
            how = self.of(snapshot.session).standing_of(snapshot)
            self._counts[how] += 1
            self._cost_per_hour += price if how in SOUNDING else 0.0
            before = self._billed.get(snapshot.session, 0.0)
            self._cost += max(0.0, snapshot.billed_seconds - before) / 3600 * price
            self._billed[snapshot.session] = snapshot.billed_seconds
        for gone in self._billed.keys() - {snapshot.session for snapshot in snapshots}:
            del self._billed[gone]

    def seen(self, session: str) -> None:
        """Somebody looked at the hits of `session`."""
        self.of(session).new_hits = 0

    def seen_all(self) -> None:
        """Somebody looked at the list of all hits."""
        for tally in self._tallies.values():
            tally.new_hits = 0

    def summary(self, now: float) -> Summary:
        """Everything at once, as of `now`."""
        tallies = [self._gone, *self._tallies.values()]
        return Summary(
            counts=dict(self._counts),
            hits=sum(tally.hits for tally in tallies),
            new_hits=sum(tally.new_hits for tally in tallies),
            words_per_minute=self._words_per_minute(now),
            not_heard_seconds=sum(tally.not_heard_seconds for tally in tallies),
            cost=self._cost,
            cost_per_hour=self._cost_per_hour,
            saved=all(tally.saved for tally in tallies),
        )

    def _add_hit(self, tally: Tally, hit: WatchHit) -> None:
        is_new = hit.hit > tally.highest_hit
        tally.highest_hit = max(tally.highest_hit, hit.hit)
        if hit.tier is Tier.SOUNDS_LIKE:
            return
        if hit.status is HitStatus.WITHDRAWN:
            tally.hits -= 0 if is_new else 1
            tally.new_hits = min(tally.hits, tally.new_hits if is_new else tally.new_hits - 1)
            tally.hits, tally.new_hits = max(0, tally.hits), max(0, tally.new_hits)
        elif is_new:
            tally.hits += 1
            tally.new_hits += 1

    def _add_words(self, count: int, now: float) -> None:
        bucket = math.floor(now / BUCKET_SECONDS)
        if self._first_words is None:
            self._first_words = bucket
        if self._words and self._words[-1][0] == bucket:
            count += self._words.pop()[1]
        self._words.append((bucket, count))

    def _words_per_minute(self, now: float) -> int | None:
        """Over whole buckets alone, so that the figure stands still in between."""
        if self._first_words is None:
            return None
        present = math.floor(now / BUCKET_SECONDS)
        first = max(self._first_words, present - BUCKETS)
        if first >= present:
            return None
        words = sum(count for bucket, count in self._words if first <= bucket < present)
        return round(words * 60 / ((present - first) * BUCKET_SECONDS))

    def _forget(self, session: str) -> None:
        """A session is gone: its numbers stay in the sums, its troubles do not."""
        if (tally := self._tallies.pop(session, None)) is not None:
            self._gone.hits += tally.hits
            self._gone.not_heard_seconds += tally.not_heard_seconds


def words_in(segment: CommittedSegment) -> int:
    """How many words a segment has: the service's count, else that of the blanks between them."""
    return sum(word.kind == "word" for word in segment.words) or len(segment.text.split())
