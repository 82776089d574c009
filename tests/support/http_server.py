"""A web server on loopback that reads one request a connection and answers by its path."""

from __future__ import annotations

import asyncio
import contextlib
from types import TracebackType
from typing import Self


class HttpServer:
    """Subclasses say what to answer. Leaving the block closes every connection.

    `requests` are the paths asked for, in order; `headers` those of the newest request.
    """

    def __init__(self) -> None:
        self.requests: list[str] = []
        self.headers: dict[str, str] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def answer(self, path: str, writer: asyncio.StreamWriter) -> None:
        """Answer one request; the connection is closed afterwards."""
        raise NotImplementedError

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.stop()

    async def stop(self) -> None:
        """Close the port and every connection; once more does nothing."""
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def port(self) -> int:
        """The port it listens on."""
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    def url(self, path: str, user: str = "") -> str:
        """The address of `path`, with user information in it if given."""
        return f"http://{user + '@' if user else ''}127.0.0.1:{self.port}{path}"

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        # Cancelled only by leaving the server: Python 3.11 would complain of it loudly.
        gone = (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError)
        with contextlib.suppress(*gone):
            head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            path = head[0].split()[1]
            self.requests.append(path)
            self.headers = dict(line.split(": ", 1) for line in head[1:] if ": " in line)
            await self.answer(path, writer)
        writer.close()


async def send_head(
    writer: asyncio.StreamWriter,
    kind: str,
    *lines: str,
    status: str = "200 OK",
    length: int | None = None,
) -> None:
    """The head of an answer of content type `kind`, with further header lines."""
    size = [] if length is None else [f"Content-Length: {length}"]
    head = [f"HTTP/1.0 {status}", f"Content-Type: {kind}", *size, *lines, "", ""]
    writer.write("\r\n".join(head).encode())
    await writer.drain()


async def send_body(writer: asyncio.StreamWriter, kind: str, body: bytes | str) -> None:
    """A whole answer."""
    data = body.encode() if isinstance(body, str) else body
    await send_head(writer, kind, length=len(data))
    writer.write(data)
    await writer.drain()


async def send_status(writer: asyncio.StreamWriter, status: str, *lines: str) -> None:
    """An answer that says no, or where else to ask."""
    await send_head(writer, "text/plain", *lines, status=status)
    writer.write(status.encode())
    await writer.drain()
