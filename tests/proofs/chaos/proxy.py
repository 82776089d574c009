"""A proxy for http and tunnels (CONNECT) on loopback that refuses and drops at random."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from contextlib import suppress
from urllib.parse import urlsplit

from tests.support.loopback import LoopbackServer

REFUSALS = ("403 Forbidden", "407 Proxy Authentication Required", "502 Bad Gateway")
PIECE_BYTES = 65_536


class ChaoticProxy(LoopbackServer):
    """A proxy that answers a share `refused` (0 to 1) of its connections with a refusal.

    Each other connection lives about `seconds`. `done` counts what it did.
    """

    def __init__(self, dice: random.Random, *, refused: float = 0.2, seconds: float = 5.0) -> None:
        super().__init__()
        self.done: Counter[str] = Counter()
        self._dice = dice
        self._refused = refused
        self._seconds = seconds

    @property
    def url(self) -> str:
        """The value for a proxy variable."""
        return f"http://127.0.0.1:{self.port}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection, and end it abruptly."""
        try:
            with suppress(OSError):
                await self._answer(reader, writer)
        finally:
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
