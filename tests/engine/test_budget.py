"""Work, counted: what a chunk and a partial cost on their way through the engine.

Counts do not depend on the machine. A higher one is a regression, whatever the clock says.
"""

from __future__ import annotations

import asyncio
import gc
import sys
from collections import Counter
from collections.abc import AsyncIterator
from types import FrameType
from typing import Self

import pytest

import scribe_tui
from scribe_tui.audio.format import AudioChunk
from scribe_tui.audio.source import SourceStatus
from scribe_tui.events import Event, State
from scribe_tui.scribe.connection import CloseInfo, Endpoint
from scribe_tui.scribe.messages import Message, Partial, SessionStarted
from scribe_tui.session.context import Services
from scribe_tui.session.supervisor import Supervisor
from scribe_tui.session.timing import Timing
from scribe_tui.settings import SourceSettings, SpeechSettings

OURS = str(next(iter(scribe_tui.__path__)))
CHUNKS = 50
ONCE_IN_A_WHILE = Timing(watchdog_every=1e4, keepalive_after=1e4, no_answer=1e5)
"""What a session does every second or so is not counted, however long the machine takes."""
SPEECH = bytes(range(1, 201)) * 16


class HandedSource:
    """A live source that gives what the test hands it."""

    is_live = True
    status = SourceStatus()

    def __init__(self) -> None:
        self.hand: asyncio.Queue[AudioChunk] = asyncio.Queue()
        self._heard_at = 1e9

    def give(self) -> None:
        self.hand.put_nowait(AudioChunk(SPEECH, self._heard_at))
        self._heard_at += 0.1

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        return None

    async def __aiter__(self) -> AsyncIterator[AudioChunk]:
        while True:
            yield await self.hand.get()


class HandedConnection:
    """A connection that says what the test hands it and counts what it is sent."""

    close_info: CloseInfo | None = None

    def __init__(self) -> None:
        self.hand: asyncio.Queue[Message] = asyncio.Queue()
        self.hand.put_nowait(SessionStarted("budget"))
        self.sent = 0
        self.got = asyncio.Event()

    async def send_audio(self, audio: bytes, *, previous_text: str | None = None) -> None:
        self.sent += 1
        self.got.set()

    async def commit(self) -> None:
        return None

    async def delivered(self) -> None:
        return None

    async def __aiter__(self) -> AsyncIterator[Message]:
        while True:
            yield await self.hand.get()

    async def close(self) -> None:
        return None


class Work:
    """Counts calls of the program's own functions, timers, and events, while it is entered."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.counts: Counter[str] = Counter()
        loop = asyncio.get_running_loop()
        real = loop.call_at

        def call_at(*arguments, **options):
            self.counts["timers"] += 1
            return real(*arguments, **options)

        monkeypatch.setattr(loop, "call_at", call_at)

    def receive(self, _event: Event) -> None:
        self.counts["events"] += 1

    def __enter__(self) -> Counter[str]:
        gc.collect()  # what an engine before left half done would be ended, and counted
        self.counts.clear()
        sys.setprofile(self._count)
        return self.counts

    def __exit__(self, *_raised: object) -> None:
        sys.setprofile(None)

    def _count(self, frame: FrameType, event: str, _argument: object) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(OURS):
            self.counts["calls"] += 1


class Desk:
    """One session between a source and a connection of the test."""

    def __init__(self, work: Work) -> None:
        self.source = HandedSource()
        self.connection = HandedConnection()

        async def connect(_endpoint: Endpoint, _speech: SpeechSettings) -> HandedConnection:
            return self.connection

        services = Services(
            open_source=lambda _: self.source,
            connector_of=lambda _: (connect, Endpoint("http://127.0.0.1")),
            timing=ONCE_IN_A_WHILE,
        )
        named = SourceSettings(name="desk", address="mic", speech=SpeechSettings(), gain="off")
        self.supervisor = Supervisor([named], services, [work])

    async def speak(self, chunks: int) -> None:
        """Hand over chunks one by one, each once the one before has been sent."""
        for _ in range(chunks):
            self.connection.got.clear()
            self.source.give()
            await self.connection.got.wait()

    async def settle(self) -> None:
        """Let the session do all that it has to do now."""
        for _ in range(10):
            await asyncio.sleep(0)


@pytest.fixture
async def work(monkeypatch: pytest.MonkeyPatch) -> Work:
    return Work(monkeypatch)


@pytest.fixture
async def desk(work: Work) -> AsyncIterator[Desk]:
    desk = Desk(work)
    task = asyncio.create_task(desk.supervisor.run())
    await desk.speak(20)
    await desk.settle()
    assert desk.supervisor.snapshot("desk").state is State.LIVE
    yield desk
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_chunk_costs_some_dozen_calls_and_no_timer(work: Work, desk: Desk) -> None:
    with work as counts:
        await desk.speak(CHUNKS)
        await desk.settle()
    assert desk.connection.sent == 20 + CHUNKS
    assert counts["timers"] == 0, "nothing per chunk that could be per second"
    assert counts["events"] == 0, "meters and clocks do not ride the stream"
    assert counts["calls"] / CHUNKS <= 63


async def test_a_partial_costs_one_event(work: Work, desk: Desk) -> None:
    first, *texts = [" ".join(["word"] * number) for number in range(1, CHUNKS + 2)]
    desk.connection.hand.put_nowait(Partial(first))  # by which the lateness is judged, once
    await desk.settle()
    with work as counts:
        for text in texts:
            desk.connection.hand.put_nowait(Partial(text))
            await desk.settle()
    assert counts["events"] == CHUNKS
    assert counts["timers"] == 0
    assert counts["calls"] / CHUNKS <= 20


async def test_a_partial_told_again_costs_no_event(work: Work, desk: Desk) -> None:
    desk.connection.hand.put_nowait(Partial("the same words"))
    await desk.settle()
    with work as counts:
        for _ in range(CHUNKS):
            desk.connection.hand.put_nowait(Partial("the same words"))
        await desk.settle()
    assert counts["events"] == counts["timers"] == 0
