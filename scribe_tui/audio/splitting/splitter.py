"""The Splitter protocol: cuts a station's bytes into pieces that files can begin with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

MAX_WAITING_BYTES = 1024 * 1024
"""Most bytes held back to find the end of a frame, a page or a cluster."""


@dataclass(frozen=True, slots=True)
class StreamPiece:
    """Consecutive bytes. `starts_at`: where their sound begins, if a file may begin with them.

    In seconds since the first sound of the opening. None: they belong to the file before.
    """

    data: bytes
    starts_at: float | None


class Splitter(Protocol):
    """Takes the bytes of one opening of a source, wherever they were cut. No clock, no disk."""

    @property
    def suffix(self) -> str:
        """The file suffix of this format, such as `.mp3`."""

    @property
    def is_lost(self) -> bool:
        """Whether the bytes are not of the assumed format, so that they cannot be kept."""

    @property
    def header(self) -> bytes:
        """Bytes that a file needs before its first piece, unless that is the very first one."""

    def feed(self, data: bytes) -> list[StreamPiece]:
        """Take the next bytes; returns the pieces that are complete now."""
