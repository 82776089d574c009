"""A session between a source and a connection that do what the test says, chunk by chunk."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from types import TracebackType
from typing import Self

from scribe_tui.audio.format import AudioChunk
from scribe_tui.audio.source import SourceStatus
from scribe_tui.scribe.connection import CloseInfo, Endpoint
from scribe_tui.scribe.messages import Message, SessionStarted
from scribe_tui.session.controls import Sink
from scribe_tui.session.run import Services
from scribe_tui.session.supervisor import Supervisor
from scribe_tui.session.timing import Timing
from scribe_tui.settings import SourceSettings, SpeechSettings

SPEECH = bytes(range(1, 201)) * 16
"""One chunk."""


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

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
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
        self.sent: list[bytes] = []
        self.got = asyncio.Event()
        self.committed = asyncio.Event()

    async def send_audio(self, audio: bytes, *, previous_text: str | None = None) -> None:
        self.sent.append(audio)
        self.got.set()

    async def commit(self) -> None:
        self.committed.set()

    async def flushed(self) -> None:
        return None

    async def __aiter__(self) -> AsyncIterator[Message]:
        while True:
            yield await self.hand.get()

    async def close(self) -> None:
        return None


class Desk:
    """One session between a source and a connection of the test."""

    def __init__(self, sink: Sink, timing: Timing | None = None) -> None:
        self.source = HandedSource()
        self.connection = HandedConnection()

        async def connect(_endpoint: Endpoint, _speech: SpeechSettings) -> HandedConnection:
            return self.connection

        services = Services(
            open_source=lambda _: self.source,
            connector=connect,
            endpoint=Endpoint("http://127.0.0.1"),
            timing=timing or Timing(),
        )
        named = SourceSettings(name="desk", address="mic", speech=SpeechSettings())
        self.supervisor = Supervisor([named], services, [sink])

    async def __aenter__(self) -> Self:
        self._running = asyncio.create_task(self.supervisor.run())
        return self

    async def __aexit__(self, *_raised: object) -> None:
        self._running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._running

    async def speak(self, chunks: int) -> None:
        """Hand over chunks one by one, each once the one before has been sent."""
        for _ in range(chunks):
            self.connection.got.clear()
            self.source.give()
            await self.connection.got.wait()

    async def give(self, chunks: int) -> None:
        """Hand over chunks; return when the session has taken them."""
        for _ in range(chunks):
            self.source.give()
            await self.settle()

    async def settle(self) -> None:
        """Let the session do all that it has to do now."""
        for _ in range(10):
            await asyncio.sleep(0)
