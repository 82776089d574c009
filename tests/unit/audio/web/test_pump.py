"""The pump: bytes go from one socket to another on a beat, and nothing is taken for a full one."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator

import pytest

from scribe_tui.audio.format import AudioFormat
from scribe_tui.audio.web import pump as pump_module
from scribe_tui.audio.web import upstream
from scribe_tui.audio.web.pump import LUMP_BYTES, LUMPS, Pump, beat
from scribe_tui.audio.web.web_source import WebSource
from tests.support.web import TITLE, Web

Pair = tuple[socket.socket, socket.socket]


@pytest.fixture
def pairs() -> Iterator[tuple[Pair, Pair]]:
    """Station and its end here; the end here and the decoder."""
    with contextlib.ExitStack() as stack:
        two = (socket.socketpair(), socket.socketpair())
        for sock in (*two[0], *two[1]):
            stack.enter_context(sock)
            sock.setblocking(False)
        yield two


class Time:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@contextlib.asynccontextmanager
async def running(pump: Pump) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(pump.run())
    await asyncio.sleep(0)
    yield task
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def make(pairs: tuple[Pair, Pair], **options: object) -> tuple[Pump, Time]:
    time = Time()
    (_, source), (sink, _) = pairs
    pump = Pump(source, sink, bytes.upper, idle_seconds=15.0, now=time, **options)  # type: ignore[arg-type]
    return pump, time


async def test_each_beat_passes_on_what_has_come(pairs: tuple[Pair, Pair]) -> None:
    pump, _ = make(pairs, first=b"before ")
    async with running(pump) as task:
        pairs[0][0].send(b"one")
        pump.step()
        pairs[0][0].send(b" two")
        pump.step()
        assert pairs[1][1].recv(100) == b"before ONE TWO"
        pairs[0][0].close()
        pump.step()
        await task


async def test_nothing_is_taken_for_a_decoder_that_takes_nothing(pairs: tuple[Pair, Pair]) -> None:
    pump, time = make(pairs)
    station, decoder = pairs[0][0], pairs[1][1]
    async with running(pump) as task:
        given = 0
        for _ in range(100):
            with contextlib.suppress(BlockingIOError):
                given += station.send(b"x" * 1000)
                continue
            pump.step()
        time.now += 100.0  # it is not the station that is silent
        pump.step()
        assert not task.done()
        with pytest.raises(BlockingIOError):  # the station is held back
            while True:
                pump.step()
                given += station.send(b"x" * 1000)
        heard = bytearray()
        while len(heard) < given:
            with contextlib.suppress(BlockingIOError):
                heard += decoder.recv(1 << 20)
            pump.step()
        assert heard == b"X" * given


async def test_one_station_cannot_hold_up_the_beat(pairs: tuple[Pair, Pair]) -> None:
    class Endless:
        def __init__(self) -> None:
            self.read = 0

        def recv(self, size: int) -> bytes:
            self.read += 1
            return bytes(10)

        def send(self, data: bytes) -> int:
            return len(data)

    endless = Endless()
    pump = Pump(endless, endless, bytes, idle_seconds=1.0)  # type: ignore[arg-type]
    async with running(pump):
        pump.step()
        assert endless.read == LUMPS
    assert LUMP_BYTES * LUMPS <= 256 * 1024


async def test_a_silent_station_is_a_time_out(pairs: tuple[Pair, Pair]) -> None:
    pump, time = make(pairs)
    async with running(pump) as task:
        time.now = 14.0
        pump.step()
        assert not task.done()
        time.now = 16.0
        pump.step()
        with pytest.raises(TimeoutError):
            await task


async def test_a_decoder_that_is_gone_is_no_fault_of_the_station(pairs: tuple[Pair, Pair]) -> None:
    pump, _ = make(pairs)
    async with running(pump) as task:
        pairs[1][1].close()
        pairs[0][0].send(b"one")
        pump.step()
        await task


async def test_the_beat_rests_without_stations(pairs: tuple[Pair, Pair]) -> None:
    pump, _ = make(pairs)
    async with running(pump):
        assert len(beat().steps) == 1
    assert not beat().steps


async def test_a_station_is_heard_through_it_titles_and_all(
    web: Web, audio_format: AudioFormat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upstream, "BURST_SECONDS", 0.0)
    steps = []
    step = Pump.step

    def counted(pump: Pump) -> None:
        steps.append(1)
        step(pump)

    monkeypatch.setattr(pump_module.Pump, "step", counted)
    async with WebSource(web.url("/icy"), audio_format) as source:
        heard = 0
        async for chunk in source:
            heard += chunk.samples
            if heard > 3 * audio_format.rate and source.status.title == TITLE:
                break
    assert steps
