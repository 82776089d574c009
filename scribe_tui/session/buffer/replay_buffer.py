"""ReplayBuffer: the sound of a session from its capture until its text is committed.

It is both the queue between source and connection and the store for a replay: the
sender reads at a position and removes nothing; committed sound is released. Positions
are samples since the session's first sound, gaps included.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KeptChunk:
    """PCM that begins at `position` and has `samples` samples.

    `is_pause`: by its level it holds no speech.
    """

    position: int
    samples: int
    pcm: bytes
    is_pause: bool = False

    @property
    def end(self) -> int:
        """Position right after the last sample."""
        return self.position + self.samples


class ReplayBuffer:
    """Bounded store of chunks in order of position; the oldest is dropped when it is full.

    Memory: 2 bytes a sample, so 600 s at 16 kHz are at most 19.2 MB. `on_change` is called
    after every append and at the close.
    """

    def __init__(self, capacity_samples: int, on_change: Callable[[], None]) -> None:
        self._chunks: deque[KeptChunk] = deque()
        self._capacity = capacity_samples
        self._held = 0
        self._on_change = on_change
        self._read_index = 0
        self._read_base = 0
        self.closed = False

    @property
    def start(self) -> int | None:
        """Position of the oldest sample in store."""
        return self._chunks[0].position if self._chunks else None

    def append(self, chunk: KeptChunk) -> list[KeptChunk]:
        """Store `chunk`; returns the chunks that were dropped for it."""
        self._chunks.append(chunk)
        self._held += chunk.samples
        dropped = []
        while self._held > self._capacity and len(self._chunks) > 1:
            dropped.append(self._drop_oldest())
        self._on_change()
        return dropped

    def read(self, position: int) -> KeptChunk | None:
        """The first chunk that ends after `position`, cut to begin there.

        None if there is none yet.
        """
        index = max(0, self._read_index - self._read_base)
        if index >= len(self._chunks) or self._chunks[index].position > position:
            index = 0
        while index < len(self._chunks):
            chunk = self._chunks[index]
            if chunk.position + chunk.samples > position:
                self._read_index = index + self._read_base
                return chunk if chunk.position >= position else _cut(chunk, position)
            index += 1
        self._read_index = index + self._read_base
        return None

    def release(self, position: int) -> None:
        """Drop the chunks that end at or before `position`."""
        while self._chunks and self._chunks[0].end <= position:
            self._drop_oldest()

    def close(self) -> None:
        """No more sound will come; what is in store can still be read."""
        self.closed = True
        self._on_change()

    def _drop_oldest(self) -> KeptChunk:
        chunk = self._chunks.popleft()
        self._held -= chunk.samples
        self._read_base += 1
        return chunk


def _cut(chunk: KeptChunk, position: int) -> KeptChunk:
    skip = position - chunk.position
    width = len(chunk.pcm) // chunk.samples
    pcm = chunk.pcm[skip * width :]
    return KeptChunk(position, chunk.samples - skip, pcm, chunk.is_pause)
