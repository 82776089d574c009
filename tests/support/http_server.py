"""A web server on loopback that reads one request per connection and answers by its path."""

from __future__ import annotations

import asyncio

from tests.support.loopback import LoopbackServer


class HttpServer(LoopbackServer):
    """Base of such servers; subclasses implement `answer`.

    `requests` has the requested paths, in order; `headers` those of the newest request.
    """

    def __init__(self) -> None:
        super().__init__()
        self.requests: list[str] = []
        self.headers: dict[str, str] = {}

    async def answer(self, path: str, writer: asyncio.StreamWriter) -> None:
        """Answer one request; the connection is closed afterwards."""
        raise NotImplementedError

    def url(self, path: str, user: str = "") -> str:
        """Return the address of `path`, with user information if given."""
        return f"http://{user + '@' if user else ''}127.0.0.1:{self.port}{path}"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Record the request and answer it."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        path = head[0].split()[1]
        self.requests.append(path)
        self.headers = dict(line.split(": ", 1) for line in head[1:] if ": " in line)
        await self.answer(path, writer)


async def send_head(
    writer: asyncio.StreamWriter,
    kind: str,
    *lines: str,
    status: str = "200 OK",
    length: int | None = None,
) -> None:
    """Send the head of an answer of content type `kind`, with further header lines."""
    size = [] if length is None else [f"Content-Length: {length}"]
    head = [f"HTTP/1.0 {status}", f"Content-Type: {kind}", *size, *lines, "", ""]
    writer.write("\r\n".join(head).encode())
    await writer.drain()


async def send_body(writer: asyncio.StreamWriter, kind: str, body: bytes | str) -> None:
    """Send a whole answer."""
    data = body.encode() if isinstance(body, str) else body
    await send_head(writer, kind, length=len(data))
    writer.write(data)
    await writer.drain()


async def send_status(writer: asyncio.StreamWriter, status: str, *lines: str) -> None:
    """Send an answer that refuses or redirects."""
    await send_head(writer, "text/plain", *lines, status=status)
    writer.write(status.encode())
    await writer.drain()
