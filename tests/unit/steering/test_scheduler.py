"""Sessions with times of their own: no connection in between, and a person's word counts."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, Self

import pytest

from scribe_tui.audio.format import AudioChunk
from scribe_tui.clock import Clock
from scribe_tui.errors import SourceError
from scribe_tui.events import (
    DeadAirChanged,
    Event,
    ScheduleChanged,
    SourceStarted,
    State,
    StateChanged,
)
from scribe_tui.session.status.snapshot import SessionSnapshot
from scribe_tui.settings import SourceSettings
from scribe_tui.steering.scheduler import NOT_LIVE_SECONDS, Scheduler

LOUD = b"\x00\x20" * 1600


class Station:
    """A source for probes: `answers` in turn, None for one that is down."""

    is_live = True

    def __init__(self, sound: bytes | None) -> None:
        self._sound = sound

    async def __aenter__(self) -> Self:
        if self._sound is None:
            raise SourceError("down", "It is down.")
        return self

    async def __aexit__(self, *_: object) -> None:
        pass

    async def __aiter__(self) -> AsyncIterator[AudioChunk]:
        assert self._sound is not None
        yield AudioChunk(self._sound, 0.0)


class Desk:
    """A scheduler over one session whose state tests set; time goes by hand."""

    def __init__(self, *sounds: bytes | None, **settings: Any) -> None:
        self.wall = datetime(2026, 11, 26, 5, 0).timestamp()
        self.source = SourceSettings(name="news", address="http://a.example/", **settings)
        self.state = State.IDLE
        self.calls: list[str] = []
        self.published: list[Event] = []
        self.sounds = list(sounds)
        self.sessions = ("news",)
        controls: Any = self
        opens: Any = lambda _: Station(self.sounds.pop(0) if self.sounds else None)  # noqa: E731
        self.has_budget = True

        def scheduler_with(sleep: Callable[[float], Awaitable[None]]) -> Scheduler:
            clock = Clock(elapsed=lambda: self.wall, wall=lambda: self.wall, sleep=sleep)
            return Scheduler(
                controls, self.published.append, opens, clock, has_budget=lambda _: self.has_budget
            )

        self.scheduler_with = scheduler_with
        self.scheduler = scheduler_with(asyncio.sleep)

    def settings_of(self, session: str) -> SourceSettings:
        return self.source

    def snapshot(self, session: str) -> SessionSnapshot:
        return SessionSnapshot(
            session="news", name="news", source="x", state=self.state, elapsed_seconds=0.0
        )

    def start(self, session: str) -> None:
        self.calls.append("start")
        self._go(State.CONNECTING)

    def stop(self, session: str) -> None:
        if self.state not in (State.IDLE, State.ENDED, State.FAILED):
            self.calls.append("stop")
            self._go(State.ENDED)

    def by_hand(self, state: State) -> None:
        self._go(state)

    def _go(self, state: State) -> None:
        previous, self.state = self.state, state
        self.tell(StateChanged(session="news", at=self.wall, state=state, previous=previous))

    def tell(self, event: Event) -> None:
        self.scheduler.receive(event)

    def look(self, after: float = 0.0) -> list[str]:
        """What is done so many seconds later."""
        self.wall += after
        self.calls.clear()
        self.scheduler.look()
        return list(self.calls)

    async def probed(self) -> list[str]:
        """What is done once a probe that has begun has its answer."""
        tasks = [task for task in asyncio.all_tasks() if task.get_name().startswith("probe")]
        await asyncio.gather(*tasks)
        return self.look()

    @property
    def reported(self) -> list[bool]:
        return [event.on for event in self.published if isinstance(event, ScheduleChanged)]


MORNING = "05:55-09:05"


def test_it_waits_starts_and_stops_by_its_times() -> None:
    desk = Desk(on=MORNING)
    assert not desk.scheduler.may_start(desk.source)
    assert desk.look() == []
    assert desk.look(54 * 60) == []
    assert desk.look(60) == ["start"]
    assert desk.look(3600) == []
    assert desk.look(2 * 3600 + 600) == ["stop"]
    assert desk.reported == [False, True, False]
    waiting = desk.published[0]
    assert isinstance(waiting, ScheduleChanged)
    assert waiting.next_at == datetime(2026, 11, 26, 5, 55).timestamp()


def test_what_a_person_does_stands_until_the_next_change() -> None:
    desk = Desk(on=MORNING)
    desk.look()
    desk.by_hand(State.CONNECTING)
    assert desk.look(60) == []
    desk.by_hand(State.ENDED)
    assert desk.look(3600) == ["start"]
    desk.by_hand(State.ENDED)
    assert desk.look(60) == []
    assert desk.look(4 * 3600) == []
    assert desk.look(20 * 3600 + 3600) == ["start"]


def test_what_its_budget_stopped_goes_on_when_there_is_one_again_within_its_times() -> None:
    desk = Desk(on=MORNING)
    assert desk.look(3600) == ["start"]
    desk.has_budget = False
    desk.by_hand(State.ENDED)
    assert desk.look(60) == []
    desk.has_budget = True
    assert desk.look(60) == ["start"]
    desk.has_budget = False
    desk.by_hand(State.ENDED)
    assert desk.look(4 * 3600) == []
    desk.has_budget = True
    assert desk.look(60) == [], "its times are over"
    assert desk.look(20 * 3600) == ["start"]


def test_its_time_without_a_budget_sends_nothing_until_there_is_one() -> None:
    desk = Desk(on=MORNING)
    desk.look()
    desk.has_budget = False
    assert desk.look(3600) == []
    assert desk.look(60) == []
    desk.has_budget = True
    assert desk.look(60) == ["start"]


async def test_without_a_budget_a_live_source_is_not_looked_for() -> None:
    desk = Desk(LOUD, when="live")
    desk.has_budget = False
    desk.look()
    desk.look(3600)
    assert desk.sounds == [LOUD]
    desk.has_budget = True
    desk.look(5)
    assert await desk.probed() == ["start"]


def test_one_that_failed_is_not_hammered() -> None:
    desk = Desk(on=MORNING)
    desk.look(3600)
    desk.by_hand(State.FAILED)
    assert desk.look(60) == []


def test_without_a_plan_nothing_is_done() -> None:
    desk = Desk()
    assert desk.scheduler.may_start(desk.source)
    assert not desk.scheduler.will_start("news", desk.source)
    assert desk.look(86400) == []
    assert desk.published == []


def test_a_plan_that_is_changed_counts_at_once() -> None:
    desk = Desk(on=MORNING)
    desk.look()
    desk.source = replace(desk.source, on="04:00-06:00")
    assert desk.look() == ["start"]


def test_it_looks_just_when_its_times_begin_and_end() -> None:
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        desk.wall += seconds
        if len(waits) > 4:
            raise asyncio.CancelledError

    desk = Desk(on=MORNING)
    desk.wall = datetime(2026, 11, 26, 5, 54, 52).timestamp()
    desk.scheduler = desk.scheduler_with(sleep)
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(desk.scheduler.run())
    assert waits == [5.0, 3.0, 5.0, 5.0, 5.0]
    assert desk.calls == ["start"]


@pytest.mark.parametrize("other", [None, "04:00-04:30", "04:00-04:30 05:30-05:40"])
def test_times_that_were_slept_through_or_changed_are_not_looked_for_all_the_time(
    other: str | None,
) -> None:
    """A machine that is suspended from before its times until after them."""
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        desk.wall += seconds if len(waits) > 1 else 6 * 3600
        if len(waits) == 1 and other is not None:
            desk.source = replace(desk.source, on=other)
        if len(waits) > 20:
            raise asyncio.CancelledError

    desk = Desk(on=MORNING)
    desk.scheduler = desk.scheduler_with(sleep)
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(desk.scheduler.run())
    assert waits == [5.0] * 21
    assert desk.calls == []


async def test_a_live_source_is_started_once_it_is_found_with_sound() -> None:
    desk = Desk(None, bytes(3200), LOUD, when="live")
    assert not desk.scheduler.may_start(desk.source)
    for _ in range(2):
        assert desk.look() == []
        assert await desk.probed() == []
        assert desk.look(30) == []
        desk.wall += 31
    desk.look()
    assert await desk.probed() == ["start"]


@pytest.mark.parametrize("silent", [True, False])
async def test_a_live_source_that_is_no_more_is_stopped_and_looked_for_again(silent: bool) -> None:
    desk = Desk(LOUD, LOUD, when="live")
    desk.look()
    assert await desk.probed() == ["start"]
    desk.by_hand(State.LIVE)
    desk.tell(DeadAirChanged(session="news", at=1.0, dead=True))
    if not silent:
        desk.tell(SourceStarted(session="news", at=1.0, opening=2))
        assert desk.look(NOT_LIVE_SECONDS + 1) == []
        return
    assert desk.look(NOT_LIVE_SECONDS - 1) == []
    assert desk.look(2) == ["stop"]
    desk.look(61)
    assert await desk.probed() == ["start"]


async def test_a_live_source_stopped_by_hand_stays_stopped() -> None:
    desk = Desk(LOUD, LOUD, when="live")
    desk.look()
    await desk.probed()
    desk.by_hand(State.ENDED)
    desk.scheduler.look()
    assert desk.look(3600) == []
    assert desk.sounds == [LOUD]


async def test_outside_its_times_a_live_source_is_not_even_looked_for() -> None:
    desk = Desk(LOUD, when="live", on=MORNING)
    desk.look()
    assert desk.sounds == [LOUD]
    desk.look(3600)
    assert await desk.probed() == ["start"]


async def test_what_a_live_source_waits_for_is_told_its_times_or_that_it_is_live() -> None:
    desk = Desk(LOUD, when="live", on=MORNING)
    desk.look()
    desk.look(3600)
    assert await desk.probed() == ["start"]
    told = [event for event in desk.published if isinstance(event, ScheduleChanged)]
    morning = datetime(2026, 11, 26, 5, 55).timestamp()
    assert [(event.reason, event.on, event.next_at) for event in told[:2]] == [
        ("waits for its time", False, morning),
        ("waits until it is live", False, None),
    ]
