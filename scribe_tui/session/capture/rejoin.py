"""Rejoin: a live source that is opened again repeats its last seconds; this drops them.

It compares the latest sound heard with the beginning of the new opening. If the opening ends
before enough has come to compare, that sound is dropped: it is unknown what it repeats, and the
decoder may have held it back until the connection was given up.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import replace

from scribe_tui.audio.format import SAMPLE_BYTES, AudioChunk, AudioFormat
from scribe_tui.audio.pcm.overlap import NEEDED_SECONDS, find_overlap

HELD_SECONDS = 1.2
"""Sound of a new opening that is held back for the comparison. It is more than a second, because
the decoder gives the sound of an opening shorter than that only at its end."""
TAIL_SECONDS = 12.0
"""Longest repetition that is looked for: Icecast sends 4 to 8 s again (measured)."""


class Rejoin:
    """Passes chunks on without what a new opening repeats. Memory: `TAIL_SECONDS` of PCM."""

    def __init__(self, audio_format: AudioFormat) -> None:
        self._format = audio_format
        self._tail: deque[bytes] = deque()
        self._tail_bytes = 0
        self._limit = audio_format.samples(TAIL_SECONDS) * SAMPLE_BYTES
        self._needed = audio_format.samples(max(NEEDED_SECONDS, HELD_SECONDS)) * SAMPLE_BYTES
        self._waiting: list[AudioChunk] | None = None
        self._to_drop = 0
        self.seamless = False
        """Whether the latest opening goes on exactly where the one before ended."""

    def opened(self, *, repeats: bool = True) -> None:
        """A new opening of the source begins.

        `repeats`: it may begin with sound heard already; then its first `HELD_SECONDS` are held
        back for the comparison.
        """
        self._waiting = [] if self._tail and repeats else None
        self._to_drop = 0
        self.seamless = False

    async def take(self, chunk: AudioChunk) -> list[AudioChunk]:
        """Take `chunk`; returns the chunks that can be passed on now."""
        if self._waiting is None:
            if self._to_drop:
                return self._pass_on([chunk])
            self._remember(chunk.pcm)
            return [chunk]
        self._waiting.append(chunk)
        if sum(len(held.pcm) for held in self._waiting) < self._needed:
            return []
        return await self._compare()

    async def _compare(self) -> list[AudioChunk]:
        """The part of the held-back sound that was not heard in the opening before."""
        chunks, self._waiting = self._waiting or [], None
        new = b"".join(chunk.pcm for chunk in chunks)
        old = b"".join(self._tail)
        # Some 50 ms of arithmetic: not on the event loop.
        overlap = await asyncio.to_thread(find_overlap, old, new, self._format)
        self.seamless = overlap is not None
        self._to_drop = overlap or 0
        return self._pass_on(chunks)

    def _pass_on(self, chunks: list[AudioChunk]) -> list[AudioChunk]:
        fresh = []
        for chunk in chunks:
            left = self._cut(chunk)
            if left is not None:
                fresh.append(left)
                self._remember(left.pcm)
        return fresh

    def _cut(self, chunk: AudioChunk) -> AudioChunk | None:
        if not self._to_drop:
            return chunk
        drop = min(self._to_drop, chunk.samples)
        self._to_drop -= drop
        if drop == chunk.samples:
            return None
        seconds = self._format.seconds(drop)
        position = chunk.source_position
        position = position and replace(position, seconds=position.seconds + seconds)
        return AudioChunk(chunk.pcm[drop * SAMPLE_BYTES :], chunk.heard_at + seconds, position)

    def _remember(self, pcm: bytes) -> None:
        self._tail.append(pcm)
        self._tail_bytes += len(pcm)
        while self._tail_bytes > self._limit:
            self._tail_bytes -= len(self._tail.popleft())
