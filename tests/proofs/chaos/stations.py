"""Stations over HTTP that send noisy numbered sound as WAV, live, and fail at random."""

from __future__ import annotations

import asyncio
import random
import struct
import time
from collections import Counter
from contextlib import suppress
from types import TracebackType
from typing import Self

from tests.support.numbered import CHUNKS_A_SECOND, LAST_VALUE, numbered_chunk

RATE = 16000
ENDLESS = 0xFFFFFFFF
BURST_SECONDS = 6.0
"""What every second station sends again at joining, as Icecast does (4 to 8 s measured)."""
_HEADER = (
    b"RIFF"
    + struct.pack("<I", ENDLESS)
    + b"WAVEfmt "
    + struct.pack("<IHHIIHH", 16, 1, 1, RATE, RATE * 2, 2, 16)
    + b"data"
    + struct.pack("<I", ENDLESS)
)


class Stations:
    """One server for all; number n of the sound is on air at `epoch` + n / 10 s, at all stations.

    A fault every `share` seconds a station, on average.
    """

    def __init__(
        self, names: list[str], share: float, dice: random.Random, done: Counter[str]
    ) -> None:
        self._bursts = {name: BURST_SECONDS * (at % 2) for at, name in enumerate(names)}
        self._share = share
        self._dice = dice
        self._done = done
        self._gone_until: dict[str, float] = {}
        # Stations have been on air for a while: there is something to send again.
        self._epoch = time.monotonic() - 2 * BURST_SECONDS
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        assert self._server is not None
        self._server.close()

    @property
    def port(self) -> int:
        """The port it listens on."""
        assert self._server is not None
        return self._server.sockets[0].getsockname()[1]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # Cancelled when the world ends.
        with suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            request = await reader.readuntil(b"\r\n\r\n")
            name = request.split(b" ", 2)[1].decode().strip("/")
            if time.monotonic() < self._gone_until.get(name, 0.0):
                writer.write(b"HTTP/1.0 404 Not Found\r\nContent-Length: 0\r\n\r\n")
                await writer.drain()
            else:
                await self._play(name, writer)
        writer.transport.abort()

    async def _play(self, name: str, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.0 200 OK\r\nContent-Type: audio/wav\r\n\r\n" + _HEADER)
        value = 1 + round((self._now - self._bursts[name]) * CHUNKS_A_SECOND)
        fails_at = self._now + self._dice.expovariate(1 / self._share)
        if self._dice.random() < 0.1:
            fails_at = self._now + 0.5
        while self._now < fails_at:
            while value <= self._now * CHUNKS_A_SECOND:
                assert value <= LAST_VALUE, "a chaos run may take 25 minutes at most"
                writer.write(numbered_chunk(value, RATE, noisy=True))
                value += 1
            await writer.drain()
            await asyncio.sleep(1 / CHUNKS_A_SECOND)
        await self._fail(name)

    async def _fail(self, name: str) -> None:
        """The caller drops the connection; before or after that, something else may be wrong."""
        kind = self._dice.choice(
            ("drops", "drops", "stalls", "is gone for 5 s", "is gone for 20 s")
        )
        self._done[f"source {kind}"] += 1
        if kind == "stalls":
            await asyncio.sleep(60)
        elif kind == "is gone for 5 s":
            self._gone_until[name] = time.monotonic() + 5
        elif kind == "is gone for 20 s":
            self._gone_until[name] = time.monotonic() + 20

    @property
    def _now(self) -> float:
        return time.monotonic() - self._epoch
