"""Totals over all sessions, counted from events and snapshots. Pure data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from scribe_tui.events import (
    BudgetChanged,
    BudgetLevel,
    ErrorCleared,
    ErrorRaised,
    Event,
    GapRecorded,
    Half,
    ScheduleChanged,
    SegmentCommitted,
    SessionOpened,
    SessionRemoved,
    State,
)
from scribe_tui.session.state import OVER
from scribe_tui.session.status.snapshot import SessionSnapshot
from scribe_tui.tui.figures.display_status import DisplayStatus, display_status
from scribe_tui.tui.figures.rates import STEP_SECONDS, Spending, SpokenWords
from scribe_tui.tui.finding.hits import KnownHits
from scribe_tui.tui.text import next_time


@dataclass(slots=True)
class Tally:
    """What is counted from the events of one session.

    `off_by_plan`: its schedule keeps it off until `next_at` (wall clock, None: not known), or until
    its source is live (`follows_live`). `spent` has an element for each daily budget that is used
    up: True for that of all sources, False for its own.
    """

    not_heard_seconds: float = 0.0
    off_by_plan: bool = False
    follows_live: bool = False
    next_at: float | None = None
    saved: bool = True
    spent: frozenset[bool] = frozenset()

    def status_of(self, snapshot: SessionSnapshot) -> DisplayStatus:
        """Return the status to show, with regard to the schedule."""
        return display_status(snapshot, self.off_by_plan)

    def begins_again(self, snapshot: SessionSnapshot) -> bool:
        """Return whether a stopped session will start by itself, by schedule or on the next day."""
        rests = snapshot.state in OVER or snapshot.state is State.IDLE
        return rests and (self.off_by_plan or bool(self.spent))

    def waits_for(self, snapshot: SessionSnapshot, wall: float) -> str:
        """Return what a session waits for whose schedule or budget keeps it off; "" for others."""
        how = self.status_of(snapshot)
        if how is DisplayStatus.WAITING and self.next_at is not None:
            return f"until {next_time(self.next_at, wall)}"
        if how is DisplayStatus.WAITING and self.follows_live:
            return "until it is live"
        if how in (DisplayStatus.WAITING, DisplayStatus.ENDED) and self.spent:
            return "the day's budget is used up"
        return ""


@dataclass(frozen=True, slots=True)
class Summary:
    """All sessions in short. `cost` is money so far, `cost_per_hour` at the recent rate.

    `words_per_minute` and `cost_per_hour` are None until there is enough to measure. `saved` is
    False while the journal of any session cannot be written. `warned` is the number of sessions
    that the service warns and that have no worse trouble.
    """

    counts: Mapping[DisplayStatus, int] = field(default_factory=dict)
    hits: int = 0
    new_hits: int = 0
    words_per_minute: int | None = None
    not_heard_seconds: float = 0.0
    cost: float = 0.0
    cost_per_hour: float | None = None
    saved: bool = True
    warned: int = 0

    @property
    def sources(self) -> int:
        """The number of sessions."""
        return sum(self.counts.values())


@dataclass(slots=True)
class _Bill:
    """What was sent of one session: seconds counted so far, and the recent rate.

    `idle`: nothing is sent, because it is paused, over or not yet started.
    """

    seconds: float = 0.0
    spending: Spending = field(default_factory=Spending)
    idle: bool = True


class Totals:
    """Totals from every event but partials, and at intervals from snapshots of all sessions.

    Instants are seconds of `Clock.elapsed`. Sessions that were removed stay counted.
    """

    def __init__(self, hits: KnownHits) -> None:
        """`hits` has the number of hits."""
        self._hits = hits
        self._tallies: dict[str, Tally] = {}
        self._gone = Tally()
        self._words = SpokenWords()
        self._heard: dict[str, float] = {}
        self._bills: dict[str, _Bill] = {}
        self._cost = 0.0
        self._cost_per_hour: float | None = None
        self._cost_shown: tuple[int, frozenset[str]] | None = None
        self._counts: Counter[DisplayStatus] = Counter()
        self._warned = 0

    def forget(self) -> None:
        """Start again: what comes next is of another time of a replay."""
        self._tallies.clear()
        self._gone = Tally()
        self._words = SpokenWords()
        self._heard.clear()

    def of(self, session: str) -> Tally:
        """Return the tally of one session; an empty one if nothing is known."""
        return self._tallies.setdefault(session, Tally())

    def receive(self, event: Event, now: float) -> None:
        """Handle one event, which arrived at `now`."""
        match event:
            case SegmentCommitted(session=session, segment=segment):
                heard = self._heard.get(session, 0.0)
                self._words.add(segment, now - max(0.0, heard - segment.end_seconds))
            case GapRecorded(session=session, gap=gap):
                self.of(session).not_heard_seconds += max(0.0, gap.end_seconds - gap.start_seconds)
            case ScheduleChanged(session=session, on=on, next_at=next_at):
                tally = self.of(session)
                tally.off_by_plan, tally.next_at = not on, next_at
                tally.follows_live = event.follows_live
            case BudgetChanged(session=session, level=level, for_all=for_all):
                is_spent = level is BudgetLevel.STOPPED
                tally = self.of(session)
                tally.spent = tally.spent | {for_all} if is_spent else tally.spent - {for_all}
            case ErrorRaised(session=session, half=Half.JOURNAL):
                self.of(session).saved = False
            case ErrorCleared(session=session, half=Half.JOURNAL) | SessionOpened(session=session):
                self.of(session).saved = True
            case SessionRemoved(session=session):
                self._forget(session)

    def look(
        self, snapshots: Sequence[SessionSnapshot], prices: Iterable[float], now: float
    ) -> None:
        """Take the facts of all sessions at `now`; `prices`: cost of an hour of sound of each."""
        self._counts = Counter(self.of(one.session).status_of(one) for one in snapshots)
        self._warned = sum(bool(one.warning and not one.trouble) for one in snapshots)
        self._heard = {one.session: one.heard_seconds for one in snapshots}
        known: list[float] = []
        waits = False
        for snapshot, price in zip(snapshots, prices, strict=True):
            rate = self._spent(snapshot, price, now)
            if rate is not None:
                known.append(rate * price)
            waits |= rate is None
        for gone in self._bills.keys() - self._heard.keys():
            del self._bills[gone]
        idle = frozenset(session for session, bill in self._bills.items() if bill.idle)
        moment = (int(now // STEP_SECONDS), idle)
        if moment != self._cost_shown or self._cost_per_hour is None:
            self._cost_shown = moment
            self._cost_per_hour = None if waits and not any(known) else sum(known)

    def _spent(self, snapshot: SessionSnapshot, price: float, now: float) -> float | None:
        """Count what was sent of a session; return the recent rate, None: not known yet."""
        bill = self._bills.setdefault(snapshot.session, _Bill())
        self._cost += max(0.0, snapshot.billed_seconds - bill.seconds) / 3600 * price
        bill.seconds = snapshot.billed_seconds
        idle = snapshot.paused or snapshot.state in OVER or snapshot.state is State.IDLE
        if idle is not bill.idle:
            bill.idle = idle
            bill.spending.begin_anew()
        rate = bill.spending.look(snapshot.billed_seconds, now)
        return 0.0 if rate is None and idle else rate

    def summary(self, now: float) -> Summary:
        """Return the summary as of `now`."""
        tallies = [self._gone, *self._tallies.values()]
        return Summary(
            counts=dict(self._counts),
            hits=self._hits.counted.hits,
            new_hits=self._hits.counted.new,
            words_per_minute=self._words.per_minute(now),
            not_heard_seconds=sum(tally.not_heard_seconds for tally in tallies),
            cost=self._cost,
            cost_per_hour=self._cost_per_hour,
            saved=all(tally.saved for tally in tallies),
            warned=self._warned,
        )

    def _forget(self, session: str) -> None:
        """Remove a session: its numbers stay in the sums, its troubles do not."""
        if (tally := self._tallies.pop(session, None)) is not None:
            self._gone.not_heard_seconds += tally.not_heard_seconds
