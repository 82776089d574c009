"""Scheduler: sessions with times of their own, or heard only while live, start and stop by it.

A session that waits has no connection and no open source. What a person starts or stops by
hand stays so until the next change of its times.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from dataclasses import dataclass

from scribe_tui.audio.pcm.level import level_dbfs
from scribe_tui.clock import Clock
from scribe_tui.errors import SourceError
from scribe_tui.events import (
    DeadAirChanged,
    ErrorCleared,
    ErrorRaised,
    Event,
    Half,
    Publish,
    ScheduleChanged,
    SourceStarted,
    State,
    StateChanged,
)
from scribe_tui.session.context import OpenSource
from scribe_tui.session.controls import Controls
from scribe_tui.session.state import OVER
from scribe_tui.settings import SourceSettings
from scribe_tui.settings.schedule import Schedule, parse_schedule

LOOK_SECONDS = 5.0
"""Interval of checks, besides the moments when a change is due.

A clock that is set counts from the next look on.
"""
SHORTEST_WAIT_SECONDS = 0.05
PROBE_EVERY_SECONDS = 60.0
PROBE_SECONDS = 30.0
"""How long a source may take to be found live, opening included."""
NOT_LIVE_SECONDS = 60.0
"""A live source that is down or silent for this long counts as off air."""
MOST_PROBES = 4


@dataclass(slots=True)
class _Followed:
    """One session with a plan. Instants are readings of `Clock.elapsed`.

    `held`: it is wanted and may not run, for its budget is used up. `changes_at` (wall clock) is
    when its times, `plan`, begin or end next.
    """

    plan: str | None = None
    on: bool | None = None
    wanted: bool = False
    by_user: bool = False
    held: bool = False
    absent_since: float | None = None
    changes_at: float | None = None
    probe_at: float = 0.0
    probe: asyncio.Task[bool] | None = None


class Scheduler:
    """A `Sink` that steers. `run` is its task; `may_start` is asked before anything starts."""

    def __init__(  # noqa: PLR0913 - two of them may be left out
        self,
        controls: Controls,
        publish: Publish,
        open_source: OpenSource,
        clock: Clock | None = None,
        *,
        has_budget: Callable[[str], bool] = lambda _: True,
        waits_for_day: Callable[[str], bool] = lambda _: False,
    ) -> None:
        """`has_budget`: whether a session may be started at all; asked again while it may not.

        `waits_for_day`: whether its budget alone stopped it, and a new day starts it again.
        """
        self._has_budget = has_budget
        self._waits_for_day = waits_for_day
        self._controls = controls
        self._publish = publish
        self._open_source = open_source
        self._clock = clock or Clock()
        self._followed: dict[str, _Followed] = {}
        self._plans: dict[str, Schedule] = {}
        self._probes = asyncio.Semaphore(MOST_PROBES)

    def may_start(self, source: SourceSettings) -> bool:
        """Whether a session may start by itself: it has no plan, or is on by it."""
        if source.when == "live":
            return False
        return source.on is None or self._plan(source.on).is_on(self._clock.wall())

    def will_start(self, session: str, source: SourceSettings) -> bool:
        """Whether a session that is over will be started again: by its plan, or by a new day."""
        return source.has_plan or self._waits_for_day(session)

    def receive(self, event: Event) -> None:
        """Track whether live-only sources are alive, and what the user starts and stops."""
        followed = self._followed.get(event.session)
        if followed is None:
            return
        match event:
            case ErrorRaised(half=Half.SOURCE) | DeadAirChanged(dead=True):
                if followed.absent_since is None:
                    followed.absent_since = self._clock.elapsed()
            case SourceStarted() | ErrorCleared(half=Half.SOURCE) | DeadAirChanged():
                followed.absent_since = None
            case StateChanged(state=State.CONNECTING, previous=previous) if previous in OVER:
                followed.by_user = False
            case StateChanged(state=State.ENDED):
                followed.held = followed.wanted and not self._has_budget(event.session)
                followed.by_user = followed.wanted and not followed.held
                followed.absent_since = None

    async def run(self) -> None:
        """Check at intervals until cancelled."""
        try:
            while True:
                self.look()
                await self._clock.sleep(self._wait_seconds())
        finally:
            probes = [f.probe for f in self._followed.values() if f.probe is not None]
            for probe in probes:
                probe.cancel()
            await asyncio.gather(*probes, return_exceptions=True)

    def _wait_seconds(self) -> float:
        """Seconds until the next change of any session's times, at most until the next look."""
        changes = [f.changes_at for f in self._followed.values() if f.changes_at is not None]
        due = min(changes, default=math.inf) - self._clock.wall()
        return max(SHORTEST_WAIT_SECONDS, min(LOOK_SECONDS, due))

    def look(self) -> None:
        """Start and stop the sessions that are due."""
        sessions = self._controls.sessions
        for gone in self._followed.keys() - set(sessions):
            self._drop(gone)
        for session in sessions:
            source = self._controls.settings_of(session)
            if source.has_plan:
                self._look_at(session, source, self._followed.setdefault(session, _Followed()))
            else:
                self._drop(session)

    def _look_at(self, session: str, source: SourceSettings, followed: _Followed) -> None:
        wall = self._clock.wall()
        on = source.on is None or self._plan(source.on).is_on(wall)
        self._expect_change(source.on, followed, wall)
        if on is not followed.on:
            followed.on, followed.by_user, followed.probe_at = on, False, 0.0
            self._want(session, source, followed, on and source.when == "always")
        if source.when == "live" and on:
            self._look_for_life(session, source, followed)
        is_new = followed.wanted and self._controls.snapshot(session).state is State.IDLE
        if followed.held or is_new:  # new: the engine was not running yet
            self._start(session, followed)

    def _expect_change(self, plan: str | None, followed: _Followed, wall: float) -> None:
        """Compute the next change of the times; again if the clock was set past it."""
        known = followed.changes_at
        if plan is None:
            followed.changes_at = None
        elif plan != followed.plan or known is None or known <= wall:
            followed.changes_at = self._plan(plan).next_change(wall)
        followed.plan = plan

    def _want(
        self, session: str, source: SourceSettings, followed: _Followed, wanted: bool
    ) -> None:
        """Start or stop a session once: a later action of the user is left alone."""
        followed.wanted, followed.held, followed.absent_since = wanted, False, None
        self._report(session, source, on=wanted)
        if wanted:
            self._start(session, followed)
        else:
            self._controls.stop(session)

    def _start(self, session: str, followed: _Followed) -> None:
        """Start a session, or hold it until there is a budget for it."""
        followed.held = not self._has_budget(session)
        if not followed.held:
            self._controls.start(session)

    def _look_for_life(self, session: str, source: SourceSettings, followed: _Followed) -> None:
        """Start the sources that are live, and stop those that are no longer so."""
        now = self._clock.elapsed()
        if followed.wanted:
            absent = followed.absent_since
            failed = self._controls.snapshot(session).state is State.FAILED
            if failed or (absent is not None and now - absent >= NOT_LIVE_SECONDS):
                followed.probe_at = now + PROBE_EVERY_SECONDS
                self._want(session, source, followed, False)
        elif followed.probe is not None:
            if followed.probe.done():
                live, followed.probe = followed.probe.result(), None
                followed.probe_at = now + PROBE_EVERY_SECONDS
                if live:
                    self._want(session, source, followed, True)
        elif not followed.by_user and now >= followed.probe_at and self._has_budget(session):
            followed.probe = asyncio.create_task(self._is_live(source), name=f"probe {session}")

    async def _is_live(self, source: SourceSettings) -> bool:
        """Whether the source can be opened and is louder than its dead air."""
        async with self._probes:
            try:
                async with (
                    asyncio.timeout(PROBE_SECONDS),
                    self._open_source(source) as opened,
                ):
                    async for chunk in opened:
                        if level_dbfs(chunk.pcm) > source.dead_air_dbfs:
                            return True
            except (SourceError, TimeoutError):  # not live is no error; it is asked again
                return False
        return False

    def _report(self, session: str, source: SourceSettings, *, on: bool) -> None:
        wall = self._clock.wall()
        plan = None if source.on is None else self._plan(source.on)
        live = source.when == "live"
        awaits_live = live and not on and (plan is None or plan.is_on(wall))
        change = None if plan is None or awaits_live else plan.next_change(wall)
        reason = ("live" if live else "its time has come") if on else (
            "waits until it is live" if awaits_live else "waits for its time"
        )  # fmt: skip
        self._publish(
            ScheduleChanged(
                session=session,
                at=wall,
                on=on,
                reason=reason,
                next_at=change,
                follows_live=live,
            )
        )

    def _drop(self, session: str) -> None:
        followed = self._followed.pop(session, None)
        if followed is not None and followed.probe is not None:
            followed.probe.cancel()

    def _plan(self, text: str) -> Schedule:
        if text not in self._plans:
            self._plans[text] = parse_schedule(text)
        return self._plans[text]
