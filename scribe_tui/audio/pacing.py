"""Pacing: chunks are released in real time, whatever bursts the sound arrives in.

A station sends 4 to 8 s at once to a new listener, and HLS a segment every 4 to 6 s. That backlog
is kept as a reserve against network delays. Only when it has grown beyond its initial size (after a
long delay that was made up, or because the station's clock is faster than ours) is it reduced, too
slowly to be noticed, to its initial size.
"""

from __future__ import annotations

import math
from typing import Protocol

from scribe_tui.audio.format import (
    CHUNK_SECONDS,
    SAMPLE_BYTES,
    AudioChunk,
    AudioFormat,
    SoundCopy,
    SourcePosition,
)
from scribe_tui.clock import Clock

BEAT_SECONDS = CHUNK_SECONDS
"""Chunks of live sources that wait for their time are released together, on a beat common to all:
the program wakes ten times a second, not ten times a second for each pane.
"""
CATCH_UP = 1.02
"""Pace, relative to real time, while an excess backlog is reduced."""
EXCESS_SECONDS = 0.5
SETTLING_SECONDS = 10.0
"""After this much sound the initial burst is over; then the usual backlog is measured."""
WINDOW_SECONDS = 20.0
"""The backlog is measured by its lowest value within this time, longer than two HLS segments."""
MAX_LATE_SECONDS = 1.0
"""A delay of this program up to this is made up for; after a longer one the schedule starts
anew."""


class PcmReader(Protocol):
    """PCM that arrives by itself, in any amounts."""

    @property
    def buffered_bytes(self) -> int:
        """Bytes that have arrived and were not read."""

    async def read(self, size: int) -> bytes:
        """Exactly `size` bytes; fewer only at the end, b"" after it. Raises SourceError."""


class Silence:
    """A `PcmReader` of `size` bytes of silence."""

    def __init__(self, size: int) -> None:
        self.buffered_bytes = size

    async def read(self, size: int) -> bytes:
        """The next `size` bytes, fewer at the end."""
        size = min(size, self.buffered_bytes)
        self.buffered_bytes -= size
        return bytes(size)


class ChunkSchedule:
    """When each chunk may be released: arithmetic alone.

    A live source (`speed` None) runs in real time and reduces an excess backlog; a file runs at its
    speed, since its backlog means nothing.
    """

    def __init__(self, speed: float | None = None) -> None:
        self._is_live = speed is None
        self._rate = speed or 1.0
        self._due: float | None = None
        self._judged_in = SETTLING_SECONDS
        self._settled = False
        self._lowest = float("inf")
        self._usual: float | None = None

    def due(self, now: float, seconds: float, backlog_seconds: float, *, waited: bool) -> float:
        """The instant at which a chunk of `seconds`, ready at `now`, may be released.

        `waited`: the program had to wait for the chunk. Then its delay moves all that follow. A
        chunk that was ready, and is late only because the machine was busy, moves none, so that the
        pace is kept. `backlog_seconds`: the sound that waits behind it.
        """
        due = now if self._due is None else self._due
        if now > due and (waited or now - due > MAX_LATE_SECONDS):
            due = now
        self._lowest = min(self._lowest, backlog_seconds)
        self._judged_in -= seconds
        if self._judged_in <= 0 and self._is_live:
            self._judge()
        self._due = due + seconds / self._rate
        return due

    def skip(self, seconds: float) -> None:
        """Note that `seconds` are missing before the next chunk."""
        if self._due is not None:
            self._due += seconds / self._rate

    def _judge(self) -> None:
        """At the end of a window: set the rate by the lowest backlog in it."""
        if self._settled and self._usual is None:
            self._usual = self._lowest
        elif self._usual is not None:
            excess = self._lowest > self._usual + EXCESS_SECONDS
            self._rate = CATCH_UP if excess else 1.0
        self._settled = True
        self._lowest = float("inf")
        self._judged_in = WINDOW_SECONDS


def on_beat(instant: float) -> float:
    """The first beat at or after `instant`, on the same clock."""
    return math.ceil(instant / BEAT_SECONDS) * BEAT_SECONDS


class PacedChunks:
    """Cuts PCM into chunks of the format's length and returns each when it is due.

    `speed`: as for `ChunkSchedule`; None for live sources. `copy` takes what the reader decodes.
    """

    def __init__(
        self,
        reader: PcmReader,
        audio_format: AudioFormat,
        *,
        speed: float | None = None,
        clock: Clock | None = None,
        copy: SoundCopy | None = None,
    ) -> None:
        self._copy = copy
        self._reader = reader
        self._format = audio_format
        self._clock = clock or Clock()
        self._is_live = speed is None
        self._schedule = ChunkSchedule(speed)
        self.released_samples = 0

    @property
    def released_seconds(self) -> float:
        """Seconds of sound released so far."""
        return self._format.seconds(self.released_samples)

    def skip(self, seconds: float) -> None:
        """Note that `seconds` of the source are missing before the next chunk: it is due later."""
        self._schedule.skip(seconds)

    async def next(self) -> AudioChunk | None:
        """The next chunk at its time, None after the last. Raises what the reader raises."""
        size = self._format.chunk_bytes
        waited = self._reader.buffered_bytes < size
        pcm = await self._reader.read(size)
        pcm = pcm[: len(pcm) - len(pcm) % SAMPLE_BYTES]
        if not pcm:
            return None
        samples = len(pcm) // SAMPLE_BYTES
        backlog = self._format.seconds(self._reader.buffered_bytes // SAMPLE_BYTES)
        now = self._clock.elapsed()
        due = self._schedule.due(now, self._format.seconds(samples), backlog, waited=waited)
        if due > now:
            leaves = on_beat(due) if self._is_live else due
            await self._clock.sleep(leaves - now)
        position = SourcePosition(self.released_seconds, self._copy)
        self.released_samples += samples
        # A beat, or a busy machine, has it leave late; that is not when it was to be heard.
        return AudioChunk(pcm, due, position)
