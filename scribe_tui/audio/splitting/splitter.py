"""The Splitter protocol: bytes as a station sends them in, pieces that files are made of out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

MAX_WAITING_BYTES = 1024 * 1024
"""Most bytes held back to find the end of a frame, a page or a cluster."""


@dataclass(frozen=True, slots=True)
class StreamPiece:
    """Bytes in order. `starts_at`: a file may begin with them, and holds the sound from then on.

    It is in seconds since the first sound of the opening; None: they belong to what was before.
    """

    data: bytes
    starts_at: float | None


class Splitter(Protocol):
    """Takes the bytes of one opening of a source, wherever they were cut. No clock, no disk."""

    @property
    def suffix(self) -> str:
        """What a file of this sound is called at its end, such as `.mp3`."""

    @property
    def is_lost(self) -> bool:
        """Whether what comes is not what it was taken for, and cannot be kept."""

    @property
    def header(self) -> bytes:
        """What a file needs before a piece that it begins with, the very first piece apart."""

    def feed(self, data: bytes) -> list[StreamPiece]:
        """The pieces that are whole now."""
