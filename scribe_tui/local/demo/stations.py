"""StationServer: stations on loopback that play bundled clips without end, in real time.

A station begins with its first listener and then goes on even without listeners. Like Icecast it
sends a new listener the last seconds at once, and sends the title of what it plays: between the
bytes of an MP3 stream (ICY metadata, on request), or in the headers of each chained Ogg stream.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

from scribe_tui.local.demo.clip_frames import FramedRecording, read_recording
from scribe_tui.local.demo.clips import BundledStation
from scribe_tui.local.listening_socket import HOST, ListeningSocket

BURST_SECONDS: Final = 3.0
"""Seconds of sound that a new listener gets at once."""
META_INTERVAL: Final = 4000
"""Bytes of sound between two ICY titles: half a second at 64 kbit/s."""
_REQUEST_SECONDS: Final = 10.0
_MAX_REQUEST_BYTES: Final = 16384
_ICY_LENGTH_UNIT: Final = 16
_TYPES: Final = {".mp3": "audio/mpeg", ".ogg": "application/ogg"}


@dataclass(frozen=True, slots=True)
class AudioPart:
    """Bytes to send next, and the title of their clip."""

    data: bytes
    title: str


class StationProgramme:
    """A station's endless programme, which is the same for all listeners."""

    def __init__(self, station: BundledStation) -> None:
        self.suffix = station.clips[0].path.suffix
        self._items: list[tuple[str, FramedRecording]] = [
            (clip.title, read_recording(clip.path)) for clip in station.clips
        ]
        self._started_at: float | None = None

    async def play(self) -> AsyncIterator[AudioPart]:
        """Parts from `BURST_SECONDS` ago on, each when it is due."""
        loop = asyncio.get_running_loop()
        joined_at = loop.time() - BURST_SECONDS
        if self._started_at is None:
            self._started_at = joined_at
        total = sum(recording.seconds for _, recording in self._items)
        due = self._started_at + (joined_at - self._started_at) // total * total
        while True:
            for title, recording in self._items:
                preamble = recording.preamble
                for block in recording.blocks:
                    due += block.seconds
                    if due < joined_at:
                        continue
                    await asyncio.sleep(max(0.0, due - loop.time()))
                    yield AudioPart(preamble + block.data, title)
                    preamble = b""


class StationServer:
    """Serves stations while entered; `urls` are their addresses, in the order given."""

    def __init__(self, stations: Sequence[BundledStation]) -> None:
        self._names = [f"{station.name}{station.clips[0].path.suffix}" for station in stations]
        self._programmes = {
            f"/{name}": StationProgramme(station)
            for name, station in zip(self._names, stations, strict=True)
        }
        self._server: asyncio.Server | None = None
        self._listeners: set[asyncio.Task[None]] = set()

    @property
    def urls(self) -> tuple[str, ...]:
        """The addresses of the stations."""
        assert self._server is not None, "stations have an address only while entered"
        port = self._server.sockets[0].getsockname()[1]
        return tuple(f"http://{HOST}:{port}/{name}" for name in self._names)

    async def __aenter__(self) -> Self:
        listening = ListeningSocket(0, "The stations")
        self._server = await asyncio.start_server(
            self._serve, sock=listening, limit=_MAX_REQUEST_BYTES
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        assert self._server is not None, "left only after it was entered"
        self._server.close()
        listeners = tuple(self._listeners)
        for listener in listeners:
            listener.cancel()
        await asyncio.gather(*listeners, return_exceptions=True)
        await self._server.wait_closed()

    def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        listener = asyncio.create_task(self._answer(reader, writer))
        self._listeners.add(listener)
        listener.add_done_callback(self._listeners.discard)

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(_REQUEST_SECONDS):
                request = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
            path = request.split(" ", 2)[1] if request.count(" ") > 1 else ""
            programme = self._programmes.get(path)
            if programme is None:
                writer.write(b"HTTP/1.0 404 Not Found\r\nContent-Length: 0\r\n\r\n")
                await writer.drain()
                return
            wants_titles = re.search(r"(?im)^icy-metadata:\s*1\s*$", request) is not None
            with_titles = wants_titles and programme.suffix == ".mp3"
            writer.write(_head(path, programme.suffix, with_titles=with_titles))
            await self._stream(programme, writer, with_titles=with_titles)
        except (ConnectionError, TimeoutError, asyncio.IncompleteReadError):
            return  # the listener left, or never asked for anything
        except asyncio.LimitOverrunError:
            return  # a longer request than any player makes
        finally:
            writer.transport.abort()

    async def _stream(
        self, programme: StationProgramme, writer: asyncio.StreamWriter, *, with_titles: bool
    ) -> None:
        titles = IcyTitles()
        async for part in programme.play():
            writer.write(titles.weave(part.data, part.title) if with_titles else part.data)
            await writer.drain()


class IcyTitles:
    """Inserts the title into a stream, after every `META_INTERVAL` bytes."""

    def __init__(self) -> None:
        self._until_title = META_INTERVAL
        self._sent_title = ""

    def weave(self, data: bytes, title: str) -> bytes:
        """`data` with the metadata due in it; for an unchanged title that is one zero byte."""
        woven = bytearray()
        while len(data) >= self._until_title:
            woven += data[: self._until_title] + self._metadata(title)
            data = data[self._until_title :]
            self._until_title = META_INTERVAL
        self._until_title -= len(data)
        return bytes(woven + data)

    def _metadata(self, title: str) -> bytes:
        if title == self._sent_title:
            return b"\0"
        self._sent_title = title
        text = f"StreamTitle='{title}';".encode()
        units = -(-len(text) // _ICY_LENGTH_UNIT)
        return bytes([units]) + text.ljust(units * _ICY_LENGTH_UNIT, b"\0")


def _head(path: str, suffix: str, *, with_titles: bool) -> bytes:
    lines = [
        "HTTP/1.0 200 OK",
        f"Content-Type: {_TYPES[suffix]}",
        "Cache-Control: no-cache",
        f"icy-name: {path.strip('/').removesuffix(suffix)}",
    ]
    if with_titles:
        lines.append(f"icy-metaint: {META_INTERVAL}")
    return "\r\n".join([*lines, "", ""]).encode()
