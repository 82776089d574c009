"""ReplayBuffer: the sound of a session between being heard and being committed.

It is the queue between source and connection and the store for a replay at once: the
sender reads at a position and does not take away; what is committed is released. Positions
are samples since the session's first sound, gaps included.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Piece:
    """PCM that begins at `position`; `samples` long."""

    position: int
    samples: int
    pcm: bytes

    @property
    def end(self) -> int:
        """Position right after the last sample."""
        return self.position + self.samples


class ReplayBuffer:
    """Bounded store of pieces in order of position; the oldest is dropped when it is full.

    Memory: 2 bytes a sample, so 600 s at 16 kHz are at most 19.2 MB. `on_change` is called
    after every append and at the close.
    """

    def __init__(self, capacity_samples: int, on_change: Callable[[], None]) -> None:
        self._pieces: deque[Piece] = deque()
        self._capacity = capacity_samples
        self._held = 0
        self._on_change = on_change
        self._read_index = 0
        self._read_base = 0
        self.closed = False

    @property
    def held_samples(self) -> int:
        """Samples in store."""
        return self._held

    @property
    def start(self) -> int | None:
        """Position of the oldest sample in store."""
        return self._pieces[0].position if self._pieces else None

    def append(self, piece: Piece) -> list[Piece]:
        """Store `piece`; returns the pieces that had to make room for it."""
        self._pieces.append(piece)
        self._held += piece.samples
        dropped = []
        while self._held > self._capacity and len(self._pieces) > 1:
            dropped.append(self._drop_oldest())
        self._on_change()
        return dropped

    def read(self, position: int) -> Piece | None:
        """The first piece that ends after `position`, cut to begin there; None if none yet."""
        index = max(0, self._read_index - self._read_base)
        if index >= len(self._pieces) or self._pieces[index].position > position:
            index = 0
        while index < len(self._pieces) and self._pieces[index].end <= position:
            index += 1
        self._read_index = index + self._read_base
        return _cut(self._pieces[index], position) if index < len(self._pieces) else None

    def release(self, position: int) -> None:
        """Forget everything before `position` that fills whole pieces."""
        while self._pieces and self._pieces[0].end <= position:
            self._drop_oldest()

    def close(self) -> None:
        """No more sound will come; what is in store can still be read."""
        self.closed = True
        self._on_change()

    def _drop_oldest(self) -> Piece:
        piece = self._pieces.popleft()
        self._held -= piece.samples
        self._read_base += 1
        return piece


def _cut(piece: Piece, position: int) -> Piece:
    skip = position - piece.position
    if skip <= 0:
        return piece
    width = len(piece.pcm) // piece.samples
    return Piece(position, piece.samples - skip, piece.pcm[skip * width :])
