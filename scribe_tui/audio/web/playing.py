"""Playing: a running decoder on an address, and the route that feeds it."""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Protocol

from scribe_tui.audio.containers.transport_stream import TracksWatch
from scribe_tui.audio.decoder.process import Decoder
from scribe_tui.audio.decoder.relay import Route
from scribe_tui.audio.format import SoundCopy
from scribe_tui.audio.losses.cut_short import Stored
from scribe_tui.audio.web.address import Address
from scribe_tui.errors import SourceError


@dataclass(frozen=True, slots=True)
class Rest:
    """The rest of an HLS recording: a playlist of the segments that the decoder did not get.

    `seconds`: the length of its first part, which is of one format; `after`: the part behind it.
    """

    address: Address
    text: str
    seconds: float
    after: Rest | None = None


class WebRoute(Route, Protocol):
    """A route that feeds the decoder, with the facts of its source."""

    title: str | None
    station: str
    copy: SoundCopy | None
    tail: bytes
    """The last bytes of a recording, as far as they are known."""
    tracks: TracksWatch | None
    """How the tracks of a recording that is one transport stream changed; else None."""
    patience_seconds: float
    """Seconds that the first sound may take at least."""

    @property
    def is_live(self) -> bool:
        """Whether the source is live, so that its end is a drop."""

    @property
    def is_locked(self) -> bool:
        """Whether its sound is encrypted."""

    @property
    def problem(self) -> SourceError | None:
        """Why its bytes ended, None for a clean end."""

    @property
    def stored(self) -> Stored | None:
        """Size and beginning of a recording that is one file, None where they are not known."""

    @property
    def rest(self) -> Rest | None:
        """The rest of the recording, which needs a new decoder; None: there is none."""

    @property
    def flac_seconds(self) -> float | None:
        """Total seconds of several FLAC recordings in a row; None unless there are several."""

    async def holds_another(self) -> bool:
        """Whether another recording stands behind the one that was heard. Raises nothing."""

    def unheard(self, heard_seconds: float) -> float:
        """Seconds of a recording that are known to have come and were not heard."""

    def missed(self, heard_seconds: float) -> float:
        """Seconds missing after `heard_seconds` of sound; each hole is returned once."""

    def close(self) -> None:
        """Cancel downloads that were not asked for."""


@dataclass(frozen=True, slots=True)
class Playing:
    """A running decoder with its first sound ready, the route that feeds it, and what holds both.

    `notices`: sentences about its timestamps and the choice of its track.
    """

    decoder: Decoder
    route: WebRoute
    where: str
    held: AsyncExitStack
    copy: SoundCopy | None = None
    track: int = 0
    notices: tuple[str, ...] = ()

    async def stop(self) -> None:
        """End the decoder and its connections. Never raises."""
        await self.held.aclose()
