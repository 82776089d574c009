"""Gaps have the duration that passed, whatever the wall clock is set to or the machine slept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Self

import pytest

from scribe_tui.audio.format import AudioChunk, AudioFormat
from scribe_tui.audio.source import SourceStatus
from scribe_tui.clock import Clock
from scribe_tui.events import Event, Gap, GapRecorded, Noticed
from scribe_tui.session.buffer.audio_buffer import AudioBuffer
from scribe_tui.session.capture.capture import Capture
from scribe_tui.session.context import RunConfig
from scribe_tui.session.status.session_facts import SourceName
from scribe_tui.session.status.status import SessionStatus
from scribe_tui.session.timing import Timing
from scribe_tui.settings import SpeechSettings

FORMAT = AudioFormat.parse("pcm_16000")
TONE = b"\x00\x40\x00\xc0" * 800  # 0.1 s
HOUR = 3600.0


class World:
    """Three clocks that move as a test says, and a live source on them."""

    def __init__(self) -> None:
        self.seconds, self.offset, self.suspended = 500.0, 1e9, 0.0
        self.events: list[Event] = []
        self.clock = Clock(
            elapsed=lambda: self.seconds,
            wall=lambda: self.offset + self.seconds,
            awake=lambda: self.seconds - self.suspended,
        )

    def wait(self, seconds: float) -> None:
        self.seconds += seconds

    def suspend(self, seconds: float) -> None:
        self.seconds += seconds
        self.suspended += seconds

    def chunk(self) -> AudioChunk:
        self.wait(0.1)
        return AudioChunk(TONE, self.seconds - 0.1)

    @property
    def gaps(self) -> list[Gap]:
        return [event.gap for event in self.events if isinstance(event, GapRecorded)]

    @property
    def notices(self) -> list[str]:
        return [event.text for event in self.events if isinstance(event, Noticed)]


class Station:
    """Live sound; `script` is run between its first and its second 0.6 s."""

    is_live = True
    status = SourceStatus()

    def __init__(self, world: World, between: AsyncIterator[None] | None = None) -> None:
        self._world = world
        self._between = between

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        return None

    async def __aiter__(self) -> AsyncIterator[AudioChunk]:
        for _ in range(6):
            yield self._world.chunk()
        if self._between is not None:
            async for _ in self._between:
                pass
        for _ in range(6):
            yield self._world.chunk()


async def heard(world: World, *stations: Station, down_seconds: float = 0.0) -> SessionStatus:
    """Let a session hear the stations one after the other, with so much time between them."""
    status = SessionStatus(SourceName("a", "a", "a"), world.events.append, world.clock)
    quick = Timing(backoff_first=0.0, source_backoff_cap=0.0)
    config = RunConfig(
        name="a",
        address="a",
        speech=SpeechSettings(),
        format=FORMAT,
        timing=quick,
        clock=world.clock,
    )
    left = list(stations)

    def open_source() -> Station:
        if not left:
            raise asyncio.CancelledError  # no station is left
        if len(left) < len(stations):
            world.wait(down_seconds)
        return left.pop(0)

    status.opened(audio_format="pcm_16000", commit="vad", language=None)
    capture = Capture(config, open_source, AudioBuffer(config, status), status)
    with pytest.raises(asyncio.CancelledError):
        await capture.run()
    return status


@pytest.mark.parametrize("set_by", [-HOUR, 24 * HOUR])
async def test_a_clock_that_is_set_while_the_source_is_away_changes_labels_alone(
    set_by: float,
) -> None:
    world = World()

    async def set_clock() -> AsyncIterator[None]:
        world.offset += set_by
        yield

    await heard(world, Station(world), Station(world, set_clock()), down_seconds=5.0)
    (gap,) = world.gaps
    assert gap.end_seconds - gap.start_seconds == pytest.approx(5.0, abs=0.05)
    way = "forward" if set_by > 0 else "back"
    assert world.notices == [f"the clock of this machine was set {way} by {abs(set_by):.0f} s"]


async def test_a_suspended_machine_is_a_gap_of_its_real_duration() -> None:
    world = World()

    async def sleep() -> AsyncIterator[None]:
        world.suspend(8 * HOUR)
        yield

    await heard(world, Station(world, sleep()))
    (gap,) = world.gaps
    assert (gap.start_seconds, gap.end_seconds) == pytest.approx((0.6, 0.6 + 8 * HOUR))
    assert gap.ended_at - gap.started_at == pytest.approx(8 * HOUR)
    assert "suspended" in gap.cause


async def test_what_a_source_misses_while_it_is_away_counts_the_suspended_time_once() -> None:
    world = World()
    asleep = Station(world)

    async def sleep() -> AsyncIterator[None]:
        world.suspend(HOUR)
        yield

    class Dropping(Station):
        async def __aiter__(self) -> AsyncIterator[AudioChunk]:
            yield world.chunk()
            async for _ in sleep():
                pass

    await heard(world, Dropping(world), asleep, down_seconds=2.0)
    assert sum(gap.end_seconds - gap.start_seconds for gap in world.gaps) == pytest.approx(
        HOUR + 2.0, abs=0.05
    )


async def test_lights_and_elapsed_time_follow_the_time_that_passed() -> None:
    world = World()
    status = await heard(world, Station(world))
    assert status.snapshot().lights.sound
    world.suspend(HOUR)
    assert not status.snapshot().lights.sound
