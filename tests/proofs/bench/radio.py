"""Radio stations like Icecast's: `/1`, `/2`, ... play one MP3 for ever, from different places.

A listener gets 64 kB at once, as Icecast sends by default, then real time; titles come in
the stream where they are asked for (`Icy-MetaData: 1`).
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from tests.proofs.bench.mp3 import BYTES_PER_SECOND, FRAME_BYTES
from tests.proofs.bench.side import answer_commands

BURST_BYTES = 65_535
TICK_SECONDS = 0.1
TITLE_INTERVAL = 16_000
"""Bytes of sound between two places for a title (`icy-metaint`)."""
STATION_GAP = 7_000 * FRAME_BYTES // 40
"""Bytes by which one station is ahead of the one before."""


def looped(mp3: bytes, start: int) -> Iterator[bytes]:
    """Endless sound from `start` on: the receiver sends how many bytes it wants next."""
    position = start % len(mp3)
    wanted = yield b""
    while True:
        piece = mp3[position : position + wanted]
        while len(piece) < wanted:
            piece += mp3[: wanted - len(piece)]
        position = (position + wanted) % len(mp3)
        wanted = yield piece


class Titles:
    """Puts a title, then empty titles, between the bytes of one listener's stream."""

    def __init__(self, title: str):
        text = f"StreamTitle='{title}';".encode()
        blocks = -(-len(text) // 16)
        self._next = bytes([blocks]) + text.ljust(16 * blocks, b"\0")
        self._left = TITLE_INTERVAL

    def between(self, sound: bytes) -> bytes:
        """`sound` with the titles that fall into it."""
        parts = []
        while len(sound) >= self._left:
            parts += [sound[: self._left], self._next]
            sound, self._left, self._next = sound[self._left :], TITLE_INTERVAL, b"\0"
        self._left -= len(sound)
        return b"".join([*parts, sound])


class Radio:
    """All stations; `mp3` is whole frames of `BYTES_PER_SECOND`."""

    def __init__(self, mp3: bytes):
        self._mp3 = mp3

    async def listen(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one listener until they go."""
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            request = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
            station = int(request.split()[1].strip("/"))
            titled = "icy-metadata: 1" in request
            writer.write(_head(station, titled))
            await self._play(writer, station, Titles(f"Programme {station}") if titled else None)
        writer.close()

    async def _play(
        self, writer: asyncio.StreamWriter, station: int, titles: Titles | None
    ) -> None:
        sound = looped(self._mp3, station * STATION_GAP)
        next(sound)
        loop = asyncio.get_running_loop()
        began = loop.time()
        sent = 0
        while True:
            due = BURST_BYTES + int((loop.time() - began) * BYTES_PER_SECOND)
            piece = sound.send(due - sent)
            sent = due
            writer.write(titles.between(piece) if titles else piece)
            await writer.drain()
            await asyncio.sleep(TICK_SECONDS)


def _head(station: int, titled: bool) -> bytes:
    lines = [
        "HTTP/1.0 200 OK",
        "Content-Type: audio/mpeg",
        f"icy-name: Station {station}",
        "icy-br: 64",
        *([f"icy-metaint: {TITLE_INTERVAL}"] if titled else []),
    ]
    return "\r\n".join([*lines, "", ""]).encode()


async def _main(radio: Radio) -> None:
    server = await asyncio.start_server(radio.listen, "127.0.0.1", 0)
    await answer_commands(server.sockets[0].getsockname()[1], {})


if __name__ == "__main__":
    asyncio.run(_main(Radio(Path(sys.argv[1]).read_bytes())))
