"""Channel: the queue of one outlet. Bounded, retries with backoff, limits its rate."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass

from scribe_tui.alerts.alert import Alert, AlertKind
from scribe_tui.alerts.outlets.outlet import DeliveryError, Outlet

MAX_WAITING = 200
"""Most queued alerts; further ones are only counted."""
SUMMARY_FROM = 4
"""Number of waiting alerts from which on they are sent as one."""
SUMMARY_LINES = 8
REASON_CHARS = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Seconds: between two deliveries; before the second try, doubled for each further one.

    After one that could not be delivered it rests for `longest_retry`: what comes meanwhile is
    tried together, and reported once if that fails too.
    """

    between: float = 2.0
    first_retry: float = 2.0
    longest_retry: float = 60.0
    tries: int = 5


Failed = Callable[[Alert, int, str, str], None]
"""Called with the newest alert, how many, the outlet's name and why."""


class Channel:
    """Delivers in order, a burst as one summary. `run` is its task; `put` never waits."""

    def __init__(self, outlet: Outlet, failed: Failed, pace: Pace | None = None) -> None:
        self._outlet = outlet
        self._failed = failed
        self._pace = pace or Pace()
        self._waiting: deque[Alert] = deque()
        self._dropped = 0
        self._come = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._hurry = asyncio.Event()

    def put(self, alert: Alert) -> None:
        """Take one alert; where too many wait, the oldest is only counted."""
        if len(self._waiting) >= MAX_WAITING:
            self._waiting.popleft()
            self._dropped += 1
        self._waiting.append(alert)
        self._idle.clear()
        self._come.set()

    async def run(self) -> None:
        """Deliver until cancelled."""
        while True:
            await self._come.wait()
            self._come.clear()
            while self._waiting:
                delivered = await self._deliver()
                if not self._waiting:
                    self._idle.set()
                if not delivered:
                    await self._rest(self._pace.longest_retry)
                elif self._waiting:
                    await self._rest(self._pace.between)

    def hurry(self) -> None:
        """The program ends: deliver queued alerts without waits between tries."""
        self._hurry.set()

    async def _rest(self, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._hurry.wait()

    async def drained(self) -> None:
        """Return when nothing waits."""
        await self._idle.wait()

    def give_up(self) -> None:
        """The program ends: report queued alerts as not delivered."""
        if self._waiting:
            newest = self._waiting[-1]
            count = self._dropped + sum(alert.count for alert in self._waiting)
            self._waiting.clear()
            self._failed(newest, count, self._outlet.name, "the program ended before")

    async def _deliver(self) -> bool:
        """Try to deliver the queue, with retries; alerts that come meanwhile join.

        Whether it worked.
        """
        wait, reason = self._pace.first_retry, ""
        for attempt in range(self._pace.tries):
            if attempt:
                await asyncio.sleep(wait)
                wait = min(2 * wait, self._pace.longest_retry)
            batch = self._batch()
            try:
                await self._outlet.deliver(self._as_one(batch))
            except DeliveryError as error:
                reason = error.reason
                if error.permanent:
                    break
            else:
                self._taken(batch)
                return True
        batch = self._batch()
        newest, count = batch[-1], self._dropped + sum(alert.count for alert in batch)
        self._taken(batch)
        self._failed(newest, count, self._outlet.name, reason[:REASON_CHARS])
        return False

    def _batch(self) -> list[Alert]:
        """What the next delivery stands for: one alert, or all that wait."""
        many = len(self._waiting) + self._dropped >= SUMMARY_FROM
        return list(self._waiting) if many else [self._waiting[0]]

    def _as_one(self, batch: list[Alert]) -> Alert:
        return batch[0] if len(batch) == 1 else summary(batch, self._dropped)

    def _taken(self, batch: list[Alert]) -> None:
        for alert in batch:
            if self._waiting and self._waiting[0] is alert:
                self._waiting.popleft()
        if len(batch) > 1:
            self._dropped = 0


def summary(alerts: list[Alert], dropped: int = 0) -> Alert:
    """One alert that stands for these and `dropped` more; the most frequent ones come first."""
    titles = Counter(alert.title for alert in alerts)
    names: dict[str, dict[str, None]] = {}
    for alert in alerts:
        names.setdefault(alert.title, {}).update(dict.fromkeys(alert.names))
    parts = [
        f"{title}{f' ×{count}' if count > 1 else ''} ({', '.join(list(names[title])[:3])})"
        for title, count in titles.most_common(SUMMARY_LINES)
    ]
    rest = len(titles) - len(parts)
    more = [f"and {rest} more"] if rest > 0 else []
    count = dropped + sum(alert.count for alert in alerts)
    return Alert(
        kind=AlertKind.SUMMARY,
        at=alerts[-1].at,
        title=f"{count} alerts",
        text="; ".join([*parts, *more]),
        sessions=tuple(dict.fromkeys(s for alert in alerts for s in alert.sessions)),
        names=tuple(dict.fromkeys(n for alert in alerts for n in alert.names)),
        is_over=all(alert.is_over for alert in alerts),
        count=count,
    )
