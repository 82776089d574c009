"""A loopback web server whose URL path picks how it behaves: well, badly, or not at all.

It serves one sound (MP3 bytes at a constant rate) in every way a radio station was seen
to. `requests` lists the paths asked for, in order. Use it as an async context manager;
leaving it closes every connection.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import socket
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Self

TITLE = "Tëst – <Song>; it's 'quoted'=1"
ICY_INTERVAL = 4000
PASSWORD = "ada:s3cret"


@dataclass
class Web:
    """`sound` is what it serves, `byte_rate` its bytes per second of playing time."""

    sound: bytes
    byte_rate: int
    burst_seconds: float = 4.0
    requests: list[str] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    playlists: dict[str, tuple[str, str]] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)

    async def __aenter__(self) -> Self:
        self._tasks: set[asyncio.Task[None]] = set()
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port: int = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def url(self, path: str, user: str = "") -> str:
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
            await self._answer(path, writer)
        writer.close()

    async def _answer(self, path: str, writer: asyncio.StreamWriter) -> None:
        kind = path.strip("/").partition("/")[0].partition("?")[0]
        if path in self.playlists:
            return await _send(writer, *self.playlists[path])
        if path in self.files:
            return await _send(writer, "application/octet-stream", self.files[path])
        if kind.isdigit():
            return await _status(writer, f"{kind} Trouble")
        behaviour: Callable[[asyncio.StreamWriter], Awaitable[None]] | None
        behaviour = getattr(self, "_" + kind.replace(".", "_").replace("-", "_"), None)
        return await (behaviour(writer) if behaviour else _status(writer, "404 Not Found"))

    async def _tone_mp3(self, writer: asyncio.StreamWriter) -> None:
        await _send(writer, "audio/mpeg", self.sound)

    async def _live(self, writer: asyncio.StreamWriter) -> None:
        """An endless station: a burst, then real time."""
        await _head(writer, "audio/mpeg")
        await self._play(writer, 1e9)

    async def _drop(self, writer: asyncio.StreamWriter) -> None:
        """Half a second of sound, then a clean end."""
        await _head(writer, "audio/mpeg")
        await self._play(writer, 0.5)

    async def _short(self, writer: asyncio.StreamWriter) -> None:
        """Ends before the length it promised."""
        await _head(writer, "audio/mpeg", length=10 * len(self.sound))
        await self._play(writer, 0.5)

    async def _rst(self, writer: asyncio.StreamWriter) -> None:
        """Half a second of sound, then a reset."""
        await _head(writer, "audio/mpeg")
        await self._play(writer, 0.5)
        sock: socket.socket = writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    async def _stall(self, writer: asyncio.StreamWriter) -> None:
        """The burst, then nothing, for ever."""
        await _head(writer, "audio/mpeg")
        await self._play(writer, self.burst_seconds)
        await asyncio.Event().wait()

    async def _mute(self, writer: asyncio.StreamWriter) -> None:
        """Accepts and never answers."""
        await asyncio.Event().wait()

    async def _headers(self, writer: asyncio.StreamWriter) -> None:
        """Headers and then nothing."""
        await _head(writer, "audio/mpeg")
        await asyncio.Event().wait()

    async def _nothing(self, writer: asyncio.StreamWriter) -> None:
        """Headers and then a clean end."""
        await _head(writer, "audio/mpeg")

    async def _hangup(self, writer: asyncio.StreamWriter) -> None:
        """Closes without a word."""

    async def _html(self, writer: asyncio.StreamWriter) -> None:
        await _send(writer, "text/html; charset=utf-8", b"<!doctype html><title>hi</title>" * 50)

    async def _html_as_audio(self, writer: asyncio.StreamWriter) -> None:
        await _send(writer, "audio/mpeg", b"<html><body>moved away</body></html>" * 50)

    async def _text(self, writer: asyncio.StreamWriter) -> None:
        await _send(writer, "audio/mpeg", b"just some words " * 400)

    async def _loop(self, writer: asyncio.StreamWriter) -> None:
        await _status(writer, "302 Found", "Location: /loop")

    async def _moved(self, writer: asyncio.StreamWriter) -> None:
        await _status(writer, "301 Moved", f"Location: {self.url('/tone.mp3')}")

    async def _moved_here(self, writer: asyncio.StreamWriter) -> None:
        await _status(writer, "307 Moved", "Location: /tone.mp3")

    async def _moved_to_file(self, writer: asyncio.StreamWriter) -> None:
        await _status(writer, "302 Found", "Location: file:///etc/passwd")

    async def _private(self, writer: asyncio.StreamWriter) -> None:
        """Plays only for `PASSWORD`."""
        wanted = "Basic " + base64.b64encode(PASSWORD.encode()).decode()
        if self.headers.get("Authorization") != wanted:
            return await _status(writer, "401 Unauthorized", 'WWW-Authenticate: Basic realm="x"')
        return await self._tone_mp3(writer)

    async def _icy(self, writer: asyncio.StreamWriter) -> None:
        """SHOUTcast's own protocol with a title in UTF-8 among the sound."""
        writer.write(b"ICY 200 OK\r\nicy-name: T\xebst FM\r\n")
        writer.write(f"content-type: audio/mpeg\r\nicy-metaint: {ICY_INTERVAL}\r\n\r\n".encode())
        note = f"StreamTitle='{TITLE}';StreamUrl='';".encode()
        note += bytes(-len(note) % 16)
        for number, start in enumerate(range(0, len(self.sound), ICY_INTERVAL)):
            writer.write(self.sound[start : start + ICY_INTERVAL])
            writer.write(bytes([len(note) // 16]) + note if number == 0 else b"\0")
        await writer.drain()
        await asyncio.Event().wait()

    async def _play(self, writer: asyncio.StreamWriter, seconds: float) -> None:
        end = int(seconds * self.byte_rate)
        sent = 0
        loop = asyncio.get_running_loop()
        began = loop.time() - self.burst_seconds
        while sent < end:
            due = min(end, int((loop.time() - began) * self.byte_rate))
            while sent < due:
                start = sent % len(self.sound)
                piece = self.sound[start : start + due - sent]
                writer.write(piece)
                sent += len(piece)
            await writer.drain()
            await asyncio.sleep(0.02)


async def _head(writer: asyncio.StreamWriter, kind: str, length: int | None = None) -> None:
    size = "" if length is None else f"Content-Length: {length}\r\n"
    writer.write(f"HTTP/1.0 200 OK\r\nContent-Type: {kind}\r\n{size}\r\n".encode())
    await writer.drain()


async def _send(writer: asyncio.StreamWriter, kind: str, body: bytes | str) -> None:
    data = body.encode() if isinstance(body, str) else body
    await _head(writer, kind, len(data))
    writer.write(data)
    await writer.drain()


async def _status(writer: asyncio.StreamWriter, status: str, header: str = "") -> None:
    lines = f"HTTP/1.0 {status}\r\nContent-Type: text/plain\r\n"
    writer.write((lines + (header + "\r\n" if header else "") + "\r\n" + status).encode())
    await writer.drain()
