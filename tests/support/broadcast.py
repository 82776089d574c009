"""Sending as a station does: a burst, then endless sound in real time, with titles if requested."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import Callable
from typing import Protocol

from tests.support.numbered import CHUNKS_A_SECOND, LAST_VALUE, numbered_chunk

TITLE_INTERVAL = 16_000
"""Bytes of sound between two titles (`icy-metaint`)."""
_ENDLESS = 0xFFFFFFFF


class Programme(Protocol):
    """Endless sound of `byte_rate` bytes per second; `kind` is its content type.

    `head` is sent before it, to each listener.
    """

    byte_rate: int
    kind: str
    head: bytes

    def piece(self, start: int, length: int) -> bytes:
        """Return `length` bytes of the sound from byte `start` on; `start` only increases."""


class Looped:
    """A file of whole frames (MP3), repeated."""

    kind = "audio/mpeg"
    head = b""

    def __init__(self, sound: bytes, byte_rate: int):
        self._sound = sound
        self.byte_rate = byte_rate

    def piece(self, start: int, length: int) -> bytes:
        start %= len(self._sound)
        piece = self._sound[start : start + length]
        while len(piece) < length:
            piece += self._sound[: length - len(piece)]
        return piece


class NumberedWave:
    """Noisy numbered sound as an endless WAV file."""

    kind = "audio/wav"

    def __init__(self, rate: int = 16000):
        self._rate = rate
        self._chunk_bytes = 2 * rate // CHUNKS_A_SECOND
        self.byte_rate = 2 * rate
        self.head = (
            b"RIFF"
            + struct.pack("<I", _ENDLESS)
            + b"WAVEfmt "
            + struct.pack("<IHHIIHH", 16, 1, 1, rate, rate * 2, 2, 16)
            + b"data"
            + struct.pack("<I", _ENDLESS)
        )

    def piece(self, start: int, length: int) -> bytes:
        first = start // self._chunk_bytes
        last = (start + length - 1) // self._chunk_bytes
        assert last < LAST_VALUE, "a station of numbered sound is on air for 25 minutes at most"
        chunks = (numbered_chunk(n + 1, self._rate, noisy=True) for n in range(first, last + 1))
        at = start - first * self._chunk_bytes
        return b"".join(chunks)[at : at + length]


class Titles:
    """Inserts a title, then empty titles, into one listener's stream."""

    def __init__(self, title: str, interval: int = TITLE_INTERVAL):
        text = f"StreamTitle='{title}';".encode()
        blocks = -(-len(text) // 16)
        self._next = bytes([blocks]) + text.ljust(16 * blocks, b"\0")
        self._interval = self._left = interval

    def between(self, sound: bytes) -> bytes:
        """Return `sound` with the titles that belong into it."""
        parts = []
        while len(sound) >= self._left:
            parts += [sound[: self._left], self._next]
            sound, self._left, self._next = sound[self._left :], self._interval, b"\0"
        self._left -= len(sound)
        return b"".join([*parts, sound])


async def broadcast(
    writer: asyncio.StreamWriter,
    programme: Programme,
    *,
    start: int = 0,
    burst: int = 0,
    length: float = float("inf"),
    titles: Titles | None = None,
    over: Callable[[], bool] = lambda: False,
    tick_seconds: float = 0.1,
    grain: int = 2,
) -> None:
    """Send `burst` bytes from byte `start` of the sound, then continue in real time.

    Writes every `tick_seconds`, in multiples of `grain` bytes (so that no sample is cut). Ends
    after `length` bytes or once `over` returns True.
    """
    loop = asyncio.get_running_loop()
    began = loop.time()
    sent = 0
    while sent < length and not over():
        due = int(min(length, burst + (loop.time() - began) * programme.byte_rate))
        due -= due % grain
        if due > sent:
            piece = programme.piece(start + sent, due - sent)
            sent = due
            writer.write(titles.between(piece) if titles else piece)
            await writer.drain()
        await asyncio.sleep(tick_seconds)
