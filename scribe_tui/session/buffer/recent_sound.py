"""RecentSound: the last half minute of what a session heard, for clips and playback."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from scribe_tui.audio.format import AudioFormat
from scribe_tui.transcript import SAME_RUN_SECONDS

RECENT_SECONDS = 30.0
"""How much sound is kept: 1 MB per session at 16 kHz."""


Chunk = tuple[float, float, bytes]
"""Source time in seconds, wall clock of the first sample (seconds since the epoch), PCM."""
Listener = Callable[[bytes], None]


class RecentSound:
    """Sound as it was heard, before any gain; lives as long as a run of its session."""

    def __init__(self, audio_format: AudioFormat, seconds: float = RECENT_SECONDS) -> None:
        self.audio_format = audio_format
        self._seconds = seconds
        self._chunks: deque[Chunk] = deque()
        self._listeners: list[Listener] = []
        self._begun_at: float | None = None

    def add(self, start_seconds: float, started_at: float, pcm: bytes) -> None:
        """Append sound: its source time in seconds, its wall clock, 16-bit mono PCM."""
        if self._begun_at is None:
            self._begun_at = started_at
        self._chunks.append((start_seconds, started_at, pcm))
        while self._chunks[0][0] < start_seconds - self._seconds:
            self._chunks.popleft()
        if self._listeners:
            for listener in tuple(self._listeners):
                listener(pcm)

    def last(self, seconds: float) -> list[Chunk]:
        """The chunks of the last `seconds` that are still kept, in order."""
        if not self._chunks:
            return []
        start, _, pcm = self._chunks[-1]
        begin = start + self.audio_format.seconds(len(pcm) // 2) - seconds
        return [chunk for chunk in self._chunks if chunk[0] >= begin - 0.05]

    def between(self, start_seconds: float, end_seconds: float) -> list[Chunk]:
        """The chunks of a span of source time that are still kept, in order."""
        return [
            chunk
            for chunk in self._chunks
            if chunk[0] < end_seconds
            and chunk[0] + self.audio_format.seconds(len(chunk[2]) // 2) > start_seconds
        ]

    def said(self, started_at: float, start_seconds: float, end_seconds: float) -> list[Chunk]:
        """The chunks of a line of the transcript that are still kept, in order.

        Each run of a session counts its own source time. So the result is empty for a line that
        began (`started_at`, wall clock) before this run.
        """
        if self._begun_at is None or started_at < self._begun_at - SAME_RUN_SECONDS:
            return []
        return self.between(start_seconds, end_seconds)

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Pass PCM to `listener` as it is heard; returns a function that ends this.

        `listener` must neither block nor raise.
        """
        self._listeners.append(listener)

        def end() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return end
