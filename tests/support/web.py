"""Web: a loopback web server whose URL path selects its behaviour: good, bad, or none.

It serves one sound (MP3 bytes at a constant rate) in all ways seen of radio stations. Use it as an
async context manager; leaving it closes every connection.
"""

from __future__ import annotations

import asyncio
import base64
import socket
import struct
from collections.abc import Awaitable, Callable

from tests.support.broadcast import Looped, broadcast
from tests.support.http_server import HttpServer, send_body, send_head, send_status

TITLE = "Tëst – <Song>; it's 'quoted'=1"
ICY_INTERVAL = 4000
PASSWORD = "ada:s3cret"

Behaviour = Callable[[asyncio.StreamWriter], Awaitable[None]]


class Web(HttpServer):
    """`sound` is what it serves, `byte_rate` its bytes per second of playing time.

    `playlists` maps further paths to (content type, content), `files` to content.
    """

    def __init__(self, sound: bytes, byte_rate: int):
        super().__init__()
        self.sound = sound
        self.byte_rate = byte_rate
        self.burst_seconds = 4.0
        self.playlists: dict[str, tuple[str, str]] = {}
        self.files: dict[str, bytes] = {}

    async def answer(self, path: str, writer: asyncio.StreamWriter) -> None:
        kind = path.strip("/").partition("/")[0].partition("?")[0]
        if path in self.playlists:
            return await send_body(writer, *self.playlists[path])
        if path in self.files:
            return await send_body(writer, "application/octet-stream", self.files[path])
        if kind.isdigit():
            return await send_status(writer, f"{kind} Trouble")
        behaviour: Behaviour | None
        behaviour = getattr(self, "_" + kind.replace(".", "_").replace("-", "_"), None)
        if behaviour is None:
            return await send_status(writer, "404 Not Found")
        await behaviour(writer)
        return None

    async def _tone_mp3(self, writer: asyncio.StreamWriter) -> None:
        await send_body(writer, "audio/mpeg", self.sound)

    async def _live(self, writer: asyncio.StreamWriter) -> None:
        """Serve an endless station: a burst, then real time."""
        await send_head(writer, "audio/mpeg")
        await self._play(writer, 1e9)

    async def _drop(self, writer: asyncio.StreamWriter) -> None:
        """Serve half a second of sound, then end cleanly."""
        await send_head(writer, "audio/mpeg")
        await self._play(writer, 0.5)

    async def _short(self, writer: asyncio.StreamWriter) -> None:
        """End before the length it promised."""
        await send_head(writer, "audio/mpeg", length=10 * len(self.sound))
        await self._play(writer, 0.5)

    async def _rst(self, writer: asyncio.StreamWriter) -> None:
        """Serve half a second of sound, then reset the connection."""
        await send_head(writer, "audio/mpeg")
        await self._play(writer, 0.5)
        sock: socket.socket = writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        writer.transport.abort()

    async def _stall(self, writer: asyncio.StreamWriter) -> None:
        """Serve the burst, then nothing, for ever."""
        await send_head(writer, "audio/mpeg")
        await self._play(writer, self.burst_seconds)
        await asyncio.Event().wait()

    async def _mute(self, writer: asyncio.StreamWriter) -> None:
        """Accept the connection and never answer."""
        await asyncio.Event().wait()

    async def _headers(self, writer: asyncio.StreamWriter) -> None:
        """Send headers and then nothing."""
        await send_head(writer, "audio/mpeg")
        await asyncio.Event().wait()

    async def _drip(self, writer: asyncio.StreamWriter) -> None:
        """Send a byte now and then: the connection lives, but carries no sound."""
        await send_head(writer, "audio/mpeg")
        writer.write(bytes(100))
        while True:
            await writer.drain()
            await asyncio.sleep(0.1)
            writer.write(b"\0")

    async def _nothing(self, writer: asyncio.StreamWriter) -> None:
        """Send headers and then end cleanly."""
        await send_head(writer, "audio/mpeg")

    async def _hangup(self, writer: asyncio.StreamWriter) -> None:
        """Close without an answer."""

    async def _html(self, writer: asyncio.StreamWriter) -> None:
        await send_body(
            writer, "text/html; charset=utf-8", b"<!doctype html><title>hi</title>" * 50
        )

    async def _html_as_audio(self, writer: asyncio.StreamWriter) -> None:
        await send_body(writer, "audio/mpeg", b"<html><body>moved away</body></html>" * 50)

    async def _text(self, writer: asyncio.StreamWriter) -> None:
        await send_body(writer, "audio/mpeg", b"just some words " * 400)

    async def _loop(self, writer: asyncio.StreamWriter) -> None:
        await send_status(writer, "302 Found", "Location: /loop")

    async def _moved(self, writer: asyncio.StreamWriter) -> None:
        await send_status(writer, "301 Moved", f"Location: {self.url('/tone.mp3')}")

    async def _moved_here(self, writer: asyncio.StreamWriter) -> None:
        await send_status(writer, "307 Moved", "Location: /tone.mp3")

    async def _moved_to_file(self, writer: asyncio.StreamWriter) -> None:
        await send_status(writer, "302 Found", "Location: file:///etc/passwd")

    async def _private(self, writer: asyncio.StreamWriter) -> None:
        """Serve the sound only with `PASSWORD`."""
        wanted = "Basic " + base64.b64encode(PASSWORD.encode()).decode()
        if self.headers.get("Authorization") != wanted:
            return await send_status(
                writer, "401 Unauthorized", 'WWW-Authenticate: Basic realm="x"'
            )
        return await self._tone_mp3(writer)

    async def _icy(self, writer: asyncio.StreamWriter) -> None:
        """Serve SHOUTcast's own protocol, with a title in UTF-8 within the sound."""
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
        await broadcast(
            writer,
            Looped(self.sound, self.byte_rate),
            burst=int(self.burst_seconds * self.byte_rate),
            length=seconds * self.byte_rate,
            tick_seconds=0.02,
        )
