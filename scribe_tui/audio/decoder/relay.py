"""Relay: gives the decoder what this program fetched, so that it needs no network itself.

An HTTP proxy on loopback, for our own decoders alone. A decoder is started with an address
that means nothing and, in its environment, this proxy with a password: the true address,
its passwords and cookies stand in no argument list, each byte comes over a connection that
this program has verified, and whatever a stream contains, its decoder reaches nothing else.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import secrets
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol
from weakref import WeakKeyDictionary

from scribe_tui.errors import SourceError, descriptors_are_exhausted, no_descriptors
from scribe_tui.network.http_head import read_head

HOST = "http://source.invalid"
"""Origin of the addresses that decoders are given; the name is reserved never to exist (RFC
2606)."""
HEAD_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to a decoder's request.

    `pieces` may raise SourceError: then the connection breaks. After the pieces `rest`, if given,
    gets the decoder's non-blocking socket to write to; it may raise SourceError, too. `first`: the
    first byte's offset; `total`: bytes of the whole.
    """

    content_type: str
    pieces: AsyncIterator[bytes]
    length: int | None = None
    first: int = 0
    total: int | None = None
    seekable: bool = False
    rest: Callable[[socket.socket], Awaitable[None]] | None = None


class Route(Protocol):
    """Answers the requests of one decoder."""

    async def reply(self, path: str, first: int, last: int | None) -> Reply:
        """The bytes from `first` to `last` (None: the end) of `path`. Raises SourceError."""


@dataclass
class Relay:
    """One server for all decoders of an event loop; lives as long as it has routes."""

    _routes: dict[str, Route] = field(default_factory=dict)
    _tasks: dict[asyncio.Task[None], Route | None] = field(default_factory=dict)
    _server: asyncio.Server | None = None
    _opening: asyncio.Lock = field(default_factory=asyncio.Lock)

    @contextlib.asynccontextmanager
    async def serving(self, route: Route, where: str) -> AsyncIterator[dict[str, str]]:
        """While entered, the decoder with the given environment is answered by `route`.

        `where` is the source's masked name. Raises SourceError where no port can be had.
        """
        name = secrets.token_hex(16)
        self._routes[name] = route
        try:
            try:
                port = await self._port()
            except OSError as error:
                raise no_relay(error, where) from error
            yield {"http_proxy": f"http://{name}:x@127.0.0.1:{port}", "no_proxy": ""}
        finally:
            del self._routes[name]
            await self._end_tasks(route)
            if not self._routes and self._server is not None:
                server, self._server = self._server, None
                server.close()

    async def _port(self) -> int:
        async with self._opening:
            if self._server is None:
                listening = _listening()
                try:
                    self._server = await asyncio.start_server(self._connected, sock=listening)
                except BaseException:
                    listening.close()
                    raise
        return int(self._server.sockets[0].getsockname()[1])

    async def _end_tasks(self, route: Route) -> None:
        mine = [task for task, owner in self._tasks.items() if owner is route]
        for task in mine:
            task.cancel()
        await asyncio.gather(*mine, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks[task] = None
        try:
            await self._serve(reader, writer, task)
        except (OSError, ValueError, EOFError, TimeoutError):
            pass  # the decoder went away, or another program connected
        except asyncio.CancelledError:
            # Only this relay cancels; ending normally keeps Python 3.11's streams quiet.
            pass
        finally:
            del self._tasks[task]
            abort_after_flush(writer)

    async def _serve(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        task: asyncio.Task[None],
    ) -> None:
        async with asyncio.timeout(HEAD_SECONDS):
            request, *lines = await read_head(reader)
        headers = {
            name.strip().lower(): value.strip()
            for name, _, value in (line.partition(":") for line in lines)
        }
        first, last = _span(headers)
        route = self._routes.get(_user_of(headers))
        if route is None:
            writer.write(_who(first))
            return
        self._tasks[task] = route
        path = request.split(" ")[1].partition("://")[2].partition("/")[2]
        try:
            reply = await route.reply(path, first, last)
        except SourceError:
            writer.write(_head("404 Gone"))
            return
        writer.write(_head_of(reply))
        with contextlib.suppress(SourceError):
            async for piece in reply.pieces:
                writer.write(piece)
                await writer.drain()
            if reply.rest is not None:
                writer.transport.set_write_buffer_limits(0)
                await writer.drain()  # now all is written
                with writer.get_extra_info("socket").dup() as sink:
                    await reply.rest(sink)
            return
        writer.transport.abort()


def _listening() -> socket.socket:
    """A port on loopback; asyncio would go on without one. Raises OSError."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listening.bind(("127.0.0.1", 0))
    except BaseException:
        listening.close()
        raise
    return listening


def no_relay(error: OSError, where: str) -> SourceError:
    """Why nothing can be handed to the decoder of the source called `where`."""
    if descriptors_are_exhausted(error):
        return no_descriptors(where)
    message = f"{where} cannot be opened: this machine gives no port on loopback"
    return SourceError("no port", f"{message} ({error.strerror}).")


_relays: WeakKeyDictionary[asyncio.AbstractEventLoop, Relay] = WeakKeyDictionary()


def relay() -> Relay:
    """The relay of the running event loop."""
    return _relays.setdefault(asyncio.get_running_loop(), Relay())


def abort_after_flush(writer: asyncio.StreamWriter) -> None:
    """Close a connection; what is buffered is still sent."""
    with contextlib.suppress(RuntimeError):
        writer.close()


def _user_of(headers: Mapping[str, str]) -> str:
    kind, _, value = headers.get("proxy-authorization", "").partition(" ")
    if kind.lower() != "basic":
        return ""
    return base64.b64decode(value).partition(b":")[0].decode("latin-1")


def _span(headers: Mapping[str, str]) -> tuple[int, int | None]:
    text = headers.get("range", "").strip().removeprefix("bytes=")
    first, _, last = text.partition("-")
    return (
        int(first) if first.isascii() and first.isdigit() else 0,
        int(last) if last.isascii() and last.isdigit() else None,
    )


def _who(first: int) -> bytes:
    """A 407 answer. A decoder that asked for a later range gives up unless the range is named."""
    headers = {"Proxy-Authenticate": 'Basic realm="relay"'}
    if first:
        headers["Content-Range"] = f"bytes {first}-"
    return _head("407 Who", **headers)


def _head_of(reply: Reply) -> bytes:
    headers = {"Content-Type": reply.content_type or "application/octet-stream"}
    if reply.length is not None:
        headers["Content-Length"] = str(reply.length)
    if reply.seekable:
        headers["Accept-Ranges"] = "bytes"
    if not reply.seekable or reply.total is None:
        return _head("200 OK", **headers)
    last = reply.first + (reply.length or 0) - 1
    headers["Content-Range"] = f"bytes {reply.first}-{last}/{reply.total}"
    return _head("206 Partial", **headers)


def _head(status: str, **headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")
