"""Chunks leave at the pace of the clock, however their sound arrived. Time is virtual."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from scribe_tui.audio.format import AudioFormat
from scribe_tui.audio.pacing import BEAT_SECONDS, CATCH_UP, ChunkSchedule, PacedChunks
from scribe_tui.clock import Clock

CHUNK = 0.1


class Simulation:
    """A station of which `arrived(t)` seconds of sound have arrived at time t."""

    def __init__(self, arrived: Callable[[float], float]) -> None:
        self.arrived = arrived
        self.now = 0.0
        self.heard = 0.0
        self.schedule = ChunkSchedule()
        self.released: list[float] = []

    @property
    def backlog(self) -> float:
        return self.arrived(self.now) - self.heard

    def run(self, until: float) -> None:
        while self.now < until:
            waited = self.backlog < CHUNK
            while self.backlog < CHUNK:
                self.now += 0.005
            self.heard += CHUNK
            due = self.schedule.due(self.now, CHUNK, self.backlog, waited=waited)
            self.now = max(self.now, due)
            self.released.append(self.now)

    def pace(self, start: float, end: float) -> float:
        return CHUNK * sum(start <= at < end for at in self.released) / (end - start)


def test_a_burst_is_held_back() -> None:
    station = Simulation(lambda t: 8.0 + t)
    station.run(120)
    gaps = [b - a for a, b in zip(station.released, station.released[1:], strict=False)]
    assert max(gaps) == pytest.approx(CHUNK)
    assert min(gaps) == pytest.approx(CHUNK)
    assert station.backlog == pytest.approx(8.0, abs=0.2)


def test_hls_lumps_are_smoothed() -> None:
    station = Simulation(lambda t: 18.0 + 6.0 * (t // 6.0))
    station.run(300)
    assert station.pace(0, 300) == pytest.approx(1.0, abs=0.002)
    gaps = [b - a for a, b in zip(station.released, station.released[1:], strict=False)]
    assert max(gaps) == pytest.approx(CHUNK)


def test_a_fast_station_clock_does_not_fill_memory() -> None:
    station = Simulation(lambda t: 4.0 + t * 1.001)  # 86 s a day
    station.run(6 * 3600)
    assert station.backlog < 6.0
    assert station.pace(100, 6 * 3600) == pytest.approx(1.001, abs=0.0005)


def test_a_slow_station_clock_is_followed() -> None:
    station = Simulation(lambda t: 4.0 + t * 0.999)
    station.run(3 * 3600)
    assert station.pace(2 * 3600, 3 * 3600) == pytest.approx(0.999, abs=0.0005)


def test_a_hiccup_made_good_in_one_lump_is_worked_off_unnoticeably() -> None:
    station = Simulation(lambda t: 4.0 + (t if t < 60 or t > 72 else 60.0))
    station.run(75)
    assert station.backlog > 10
    station.run(1500)
    assert station.pace(200, 300) == pytest.approx(CATCH_UP, abs=0.003)
    assert station.backlog < 5.0
    assert station.pace(1300, 1500) == pytest.approx(1.0, abs=0.002)


def test_a_busy_machine_costs_no_pace() -> None:
    schedule = ChunkSchedule()
    assert schedule.due(0.0, CHUNK, 4.0, waited=False) == 0.0
    assert schedule.due(0.7, CHUNK, 4.0, waited=False) == pytest.approx(0.1)
    assert schedule.due(0.7, CHUNK, 4.0, waited=False) == pytest.approx(0.2)


def test_after_a_long_sleep_time_starts_anew() -> None:
    schedule = ChunkSchedule()
    schedule.due(0.0, CHUNK, 4.0, waited=False)
    assert schedule.due(3600.0, CHUNK, 60.0, waited=False) == 3600.0
    assert schedule.due(3600.0, CHUNK, 60.0, waited=False) == pytest.approx(3600.1)


class Lumps:
    """A feed that has everything at once."""

    def __init__(self, pcm: bytes) -> None:
        self.pcm = pcm

    @property
    def buffered_bytes(self) -> int:
        return len(self.pcm)

    async def read(self, size: int) -> bytes:
        piece, self.pcm = self.pcm[:size], self.pcm[size:]
        return piece


class VirtualTime:
    def __init__(self) -> None:
        self.seconds = 100.0

    async def sleep(self, seconds: float) -> None:
        self.seconds += seconds

    @property
    def clock(self) -> Clock:
        return Clock(elapsed=lambda: self.seconds, sleep=self.sleep)


@pytest.mark.parametrize(("speed", "took"), [(None, 0.9), (1.0, 0.9), (4.0, 0.225), (0.5, 1.8)])
async def test_chunks_are_whole_and_timed(
    audio_format: AudioFormat, speed: float | None, took: float
) -> None:
    time = VirtualTime()
    pcm = bytes(range(256)) * 125 + b"\1\2\3"  # 1 s, one sample and half a sample
    chunks = PacedChunks(Lumps(pcm), audio_format, speed=speed, clock=time.clock)
    got = []
    while (chunk := await chunks.next()) is not None:
        got.append(chunk)
    assert [len(chunk.pcm) for chunk in got] == [audio_format.chunk_bytes] * 10 + [2]
    assert b"".join(chunk.pcm for chunk in got) == pcm[:-1]
    assert got[9].heard_at - got[0].heard_at == pytest.approx(took)
    assert chunks.released_samples == 16001


async def test_stations_that_began_at_any_moment_share_their_beats(
    audio_format: AudioFormat,
) -> None:
    left: set[int] = set()
    for number in range(64):
        time = VirtualTime()
        time.seconds += number * 0.0173
        chunks = PacedChunks(Lumps(bytes(32000)), audio_format, clock=time.clock)
        await chunks.next()
        began = time.seconds
        while await chunks.next() is not None:
            left.add(round(time.seconds / BEAT_SECONDS * 1000))
        assert time.seconds - began == pytest.approx(0.9, abs=BEAT_SECONDS), "no pace is lost"
    assert all(instant % 1000 == 0 for instant in left)


async def test_a_chunk_that_leaves_late_was_heard_in_time(audio_format: AudioFormat) -> None:
    time = VirtualTime()
    time.seconds += 0.0173
    chunks = PacedChunks(Lumps(bytes(32000)), audio_format, clock=time.clock)
    heard = []
    while (chunk := await chunks.next()) is not None:
        heard.append(chunk.heard_at)
        time.seconds += 0.03 if len(heard) == 5 else 0.0
    assert heard == pytest.approx([100.0173 + 0.1 * number for number in range(10)])
