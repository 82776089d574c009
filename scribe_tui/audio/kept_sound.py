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
    """The sound from `start_seconds` of the source on is in `file` from `offset_seconds` on.

    `started_at`: wall clock of that instant. `digest`: SHA-256 of a local file, which is not
    copied.
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
        """Take a chunk with its source time and wall clock.

        Returns where it is kept, if that changed.
        """

    def notices(self) -> list[str]:
        """Sentences about failures and recoveries since the last call."""

    async def close(self) -> None:
        """End of the run: write all that was taken."""


KeeperOf = Callable[[str, SourceSettings], SoundKeeper | None]
"""The keeper for one run of the session of that id; None: its sound is not kept."""
