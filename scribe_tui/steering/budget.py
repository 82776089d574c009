"""Budget: what the sound sent costs, by day and source; warned at 80 %, stopped at 100 %."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from scribe_tui.clock import Clock
from scribe_tui.events import (
    BudgetChanged,
    BudgetLevel,
    Event,
    Publish,
    SessionClosed,
    State,
    StateChanged,
)
from scribe_tui.session.controls import Controls
from scribe_tui.session.state import OVER

LOOK_SECONDS = 2.0
"""Interval of counting: a budget is overrun by no more sound than this."""
WARN_SHARE = 0.8
DAYS_REMEMBERED = 8
"""Days whose cost is remembered: when the clock is set back, a day may come again."""


@dataclass(slots=True)
class _Day:
    """What this run has spent on one day: `spent` by the name of a source, `of_session` by id.

    `names` are the names that each session had on that day, the present one at the end.
    """

    spent: dict[str, float] = field(default_factory=dict)
    of_session: dict[str, float] = field(default_factory=dict)
    names: dict[str, list[str]] = field(default_factory=dict)


class Budget:
    """Counts the cost of all sources; stops those whose budget for the day is used up.

    They start again at midnight. A `Sink`: a session started nevertheless is stopped before
    anything is sent. `spent`: money of this run by source name. The cost of other runs is taken
    from `spent_before` once for each day, if there is a limit, and updated by `others_spent`, since
    two programs may run at once. A renamed source keeps what it spent; another source that gets its
    old name does not.
    """

    def __init__(
        self,
        controls: Controls,
        publish: Publish,
        limit_for_all: float | None,
        *,
        spent_before: Callable[[date], Mapping[str, float]] = lambda _day: {},
        clock: Clock | None = None,
    ) -> None:
        self._controls = controls
        self._publish = publish
        self._limit_for_all = limit_for_all
        self._clock = clock or Clock()
        self._spent_before = spent_before
        self._date = self._today()
        self._before: Mapping[str, float] | None = None
        self._day = _Day()
        self._days = {self._date: self._day}
        self._billed: dict[str, float] = {}
        self._levels: dict[tuple[str, bool], BudgetLevel] = {}
        self._stopped: set[str] = set()

    @property
    def day(self) -> date:
        """The day to which `spent` belongs."""
        return self._date

    @property
    def spent(self) -> dict[str, float]:
        """Money of this run by name, on that day."""
        return self._day.spent

    @property
    def has_asked(self) -> bool:
        """Whether there is a limit, so that the cost of other runs counts."""
        return self._before is not None

    def others_spent(self, day: date, spent: Mapping[str, float]) -> None:
        """What other runs have spent on `day` by now."""
        if day == self._date:
            self._before = spent

    async def run(self) -> None:
        """Count at intervals until cancelled."""
        while True:
            self.look()
            await self._clock.sleep(LOOK_SECONDS)

    def may_start(self, session: str) -> bool:
        """Whether the day's budget leaves anything for a session."""
        own = self._controls.settings_of(session).source_budget
        return (own is None or self._of(session) < own) and (
            self._limit_for_all is None or self._of_all() < self._limit_for_all
        )

    def waits_for_day(self, session: str) -> bool:
        """Whether it was stopped because the budget was spent, and starts again with the next.

        A recording is not: it would begin at its beginning and be paid for twice.
        """
        return (
            session in self._stopped
            and session in self._controls.sessions
            and self._controls.settings_of(session).may_be_live
            and self._controls.snapshot(session).duration_seconds is None
        )

    def receive(self, event: Event) -> None:
        """Count a run that is over, before it is forgotten; stop one that begins without budget."""
        match event:
            case SessionClosed(session=session):
                self._count(session)
            case StateChanged(session=session, state=State.CONNECTING, previous=before) if (
                before is State.IDLE or before in OVER
            ):
                if not self.may_start(session):
                    self._refuse(session)

    def look(self) -> None:
        """Count what was sent since the last look; warn and stop."""
        for session in self._controls.sessions:
            self._count(session)
        if self._today() != self._date:
            self._new_day()
        for session in self._controls.sessions:
            self._weigh(session)
            if not self.may_start(session):
                self._stop(session)

    def _count(self, session: str) -> None:
        source = self._controls.settings_of(session)
        names = self._day.names.setdefault(session, [])
        if source.name in names:
            names.remove(source.name)
        names.append(source.name)
        billed = self._controls.snapshot(session).billed_seconds
        fresh = billed - self._billed.get(session, 0.0)
        self._billed[session] = billed
        if fresh > 0:
            cost = fresh / 3600 * source.price_per_hour
            spent, of_session = self._day.spent, self._day.of_session
            spent[source.name] = spent.get(source.name, 0.0) + cost
            of_session[session] = of_session.get(session, 0.0) + cost

    def _of(self, session: str) -> float:
        """What a source spent today: this session, and those removed that were called so last."""
        present = self._controls.settings_of(session).name
        day = self._day
        names = {present, *day.names.get(session, ())}
        there = self._controls.sessions
        own = sum(
            money
            for other, money in day.of_session.items()
            if other == session or (other not in there and day.names[other][-1] in names)
        )
        before = self._of_earlier_runs()
        return own + sum(before.get(name, 0.0) for name in names)

    def _of_all(self) -> float:
        return sum(self._of_earlier_runs().values()) + sum(self.spent.values())

    def _of_earlier_runs(self) -> Mapping[str, float]:
        if self._before is None:
            self._before = self._spent_before(self._date)
        return self._before

    def _new_day(self) -> None:
        """Midnight, or a clock that was set: also to a day on which something was spent before."""
        self._date = self._today()
        self._before = None
        self._day = self._days.pop(self._date, _Day())
        self._days[self._date] = self._day
        for forgotten in list(self._days)[:-DAYS_REMEMBERED]:
            del self._days[forgotten]
        waited = {session for session in self._stopped if self.waits_for_day(session)}
        self._stopped.clear()
        for session in self._controls.sessions:
            self._weigh(session)
            if session not in waited:
                continue
            if not self.may_start(session):
                self._stopped.add(session)
            elif not self._controls.settings_of(session).has_plan:  # else its schedule starts it
                self._controls.start(session)

    def _weigh(self, session: str) -> None:
        """Determine the levels of both budgets, and report those that changed."""
        own = self._controls.settings_of(session).source_budget
        if own is not None or (session, False) in self._levels:
            self._set_level(session, self._of(session), own, for_all=False)
        if self._limit_for_all is not None:
            self._set_level(session, self._of_all(), self._limit_for_all, for_all=True)

    def _set_level(self, session: str, spent: float, limit: float | None, *, for_all: bool) -> None:
        level = _level(spent, limit)
        before = self._levels.get((session, for_all), BudgetLevel.FREE)
        if level is before:
            return
        self._levels[session, for_all] = level
        self._publish_level(session, spent, limit, for_all=for_all)

    def _publish_level(
        self, session: str, spent: float, limit: float | None, *, for_all: bool
    ) -> None:
        self._publish(
            BudgetChanged(
                session=session,
                at=self._clock.wall(),
                level=_level(spent, limit),
                for_all=for_all,
                spent=spent,
                limit=limit or 0.0,
            )
        )

    def _stop(self, session: str) -> None:
        state = self._controls.snapshot(session).state
        if state not in OVER and state not in (State.IDLE, State.DRAINING):
            self._stopped.add(session)
            self._controls.stop(session)

    def _refuse(self, session: str) -> None:
        """A session was started for which the budget is spent: stop it and report that again."""
        self._stopped.add(session)
        self._controls.stop(session)
        own = self._controls.settings_of(session).source_budget
        by_own = own is not None and self._of(session) >= own
        self._levels[session, not by_own] = BudgetLevel.STOPPED  # not once more at the next look
        if by_own:
            self._publish_level(session, self._of(session), own, for_all=False)
        else:
            self._publish_level(session, self._of_all(), self._limit_for_all, for_all=True)

    def _today(self) -> date:
        return datetime.fromtimestamp(self._clock.wall()).date()


def _level(spent: float, limit: float | None) -> BudgetLevel:
    if limit is None or spent < WARN_SHARE * limit:
        return BudgetLevel.FREE
    return BudgetLevel.STOPPED if spent >= limit else BudgetLevel.WARNED
