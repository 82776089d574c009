"""A proxy for http and tunnels (CONNECT) on loopback that refuses and drops at random."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from contextlib import suppress
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

REFUSALS = ("403 Forbidden", "407 Proxy Authentication Required", "502 Bad Gateway")
PIECE_BYTES = 65_536


class ChaoticProxy:
    """Of its connections, about `refused` of 1 are answered with no, and each lives about
    `seconds`. `done` counts what it did.
    """

    def __init__(self, dice: random.Random, *, refused: float = 0.2, seconds: float = 5.0) -> None:
        self.done: Counter[str] = Counter()
        self._dice = dice
        self._refused = refused
        self._seconds = seconds
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[None]] = set()

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
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def url(self) -> str:
        """What a proxy variable holds."""
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        # Cancelled only by leaving the proxy.
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await self._answer(reader, writer)
        writer.transport.abort()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        method, target, _ = head.split(b" ", 2)
        if self._dice.random() < self._refused:
            status = self._dice.choice(REFUSALS)
            self.done[f"proxy says {status}"] += 1
            writer.write(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode())
            await writer.drain()
            return
        address = target.decode() if method == b"CONNECT" else urlsplit(target.decode()).netloc
        host, _, port = address.rpartition(":")
        far_reader, far_writer = await asyncio.open_connection(host, int(port))
        if method == b"CONNECT":
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        else:
            path = urlsplit(target.decode()).path.encode() or b"/"
            far_writer.write(head.replace(target, path, 1))
        try:
            async with asyncio.timeout(self._dice.expovariate(1 / self._seconds) + 1):
                await asyncio.gather(_pump(reader, far_writer), _pump(far_reader, writer))
        except TimeoutError:
            self.done["proxy drops the line"] += 1
        finally:
            far_writer.transport.abort()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while piece := await reader.read(PIECE_BYTES):
        writer.write(piece)
        await writer.drain()
    writer.write_eof()
