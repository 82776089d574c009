"""A loopback HTTP server that accepts POSTs and answers as a test sets it; and a proxy."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Sequence
from dataclasses import dataclass

from tests.support.loopback import LoopbackServer


@dataclass(frozen=True)
class Posted:
    """One received request."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes


class PostServer(LoopbackServer):
    """`statuses` are the answers in turn, the last one repeated; 0: never answer."""

    def __init__(self, statuses: Sequence[int] = (200,), *, tls: ssl.SSLContext | None = None):
        super().__init__(tls)
        self.posted: list[Posted] = []
        self._statuses = statuses
        self._come = asyncio.Event()

    def url(self, path: str = "/hook") -> str:
        return f"http{'s' if self._tls else ''}://127.0.0.1:{self.port}{path}"

    async def until(self, count: int, seconds: float = 45.0) -> list[Posted]:
        """Return the requests, once there are `count` of them."""
        async with asyncio.timeout(seconds):
            while len(self.posted) < count:
                self._come.clear()
                await self._come.wait()
        return self.posted

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Read a request completely, and answer it."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        method, target, _ = head[0].split()
        headers = dict(line.split(": ", 1) for line in head[1:] if ": " in line)
        body = await reader.readexactly(int(headers.get("Content-Length", "0")))
        status = self._statuses[min(len(self.posted), len(self._statuses) - 1)]
        self.posted.append(Posted(method, target, headers, body))
        self._come.set()
        if status == 0:
            await asyncio.Event().wait()
        writer.write(f"HTTP/1.1 {status} Told\r\nContent-Length: 0\r\n\r\n".encode())
        await writer.drain()


class Proxy(LoopbackServer):
    """Forwards connections, as an HTTP proxy by CONNECT or as SOCKS5; `asked`: requested hosts."""

    def __init__(self, socks: bool = False):
        super().__init__()
        self.asked: list[str] = []
        self._is_socks = socks

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Forward in both directions until one side has ended."""
        host, port = await (self._socks if self._is_socks else self._connect)(reader, writer)
        self.asked.append(host)
        there, back = await asyncio.open_connection("127.0.0.1", port)
        ways = [
            asyncio.create_task(_pass(reader, back)),
            asyncio.create_task(_pass(there, writer)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            back.close()

    async def _connect(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> tuple[str, int]:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        host, _, port = head.split()[1].rpartition(":")
        writer.write(b"HTTP/1.1 200 Go on\r\n\r\n")
        return host, int(port)

    async def _socks(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> tuple[str, int]:
        await reader.readexactly((await reader.readexactly(2))[1])
        writer.write(b"\x05\x00")
        length = (await reader.readexactly(5))[4]
        host = (await reader.readexactly(length)).decode()
        port = int.from_bytes(await reader.readexactly(2))
        writer.write(b"\x05\x00\x00\x01" + bytes(6))
        return host, port


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
