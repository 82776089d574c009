"""The protocol of what keeps a source's sound on disk, and its reports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from scribe_tui.audio.format import AudioChunk, SoundCopy
from scribe_tui.events import SoundKept
from scribe_tui.settings import SourceSettings

if TYPE_CHECKING:
    from scribe_tui.audio.splitting.splitter import Splitter


@dataclass(frozen=True, slots=True)
class KeptSound:
    """From `start_seconds` of the source on, its sound lies in `file` from `offset_seconds` on.

    `started_at` is wall clock. `digest`: SHA-256 of a local file that is not copied.
    """

    file: str
    offset_seconds: float
    start_seconds: float
    started_at: float
    digest: str = ""

    def event(self, session: str, at: float) -> SoundKept:
        """The same as an event of that session at that instant."""
        return SoundKept(
            session=session,
            at=at,
            file=self.file,
            offset_seconds=self.offset_seconds,
            start_seconds=self.start_seconds,
            started_at=self.started_at,
            digest=self.digest,
        )


class SoundKeeper(Protocol):
    """Keeps the sound of one run of one session. Nothing here blocks or raises."""

    def begin(self, splitter: Splitter) -> SoundCopy:
        """Take the sound of one opening of the source as it is sent."""

    def heard(self, chunk: AudioChunk, start_seconds: float, started_at: float) -> list[KeptSound]:
        """Sound of the source, at its place in source time; what there is to report of it."""

    def notices(self) -> list[str]:
        """What there is to say since the last call."""

    async def close(self) -> None:
        """The run is over; what was taken is written."""


KeeperOf = Callable[[str, SourceSettings], SoundKeeper | None]
"""The keeper for one run of the session of that id; None: its sound is not kept."""
