"""A loopback server that answers each request with exactly the bytes it is given."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

Respond = Callable[[str], bytes]


@dataclass
class RawServer:
    """`heads` are the heads of the received requests, unchanged."""

    port: int = 0
    scheme: str = "http"
    heads: list[str] = field(default_factory=list)

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        return f"{self.scheme}://{host}:{self.port}{path}"


@asynccontextmanager
async def raw_server(
    answer: bytes | Respond, tls: ssl.SSLContext | None = None
) -> AsyncIterator[RawServer]:
    """Serve `answer`, or what it returns for a request's head, and close the connection."""
    server = RawServer(scheme="https" if tls else "http")

    async def respond(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            server.heads.append(head)
            writer.write(answer if isinstance(answer, bytes) else answer(head))
            await writer.drain()
        writer.close()

    listening = await asyncio.start_server(respond, "127.0.0.1", 0, ssl=tls)
    server.port = listening.sockets[0].getsockname()[1]
    async with listening:
        yield server
