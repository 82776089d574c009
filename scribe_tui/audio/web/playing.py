"""Playing: a running decoder and the route that feeds it with an address's bytes."""

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
    """The rest of an HLS stream: the playlist `text` of the segments that were not decoded.

    `seconds`: the length of its first part, which has one format; `after`: what follows that part.
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
    """The last bytes of a recording, as far as they have been read."""
    tracks: TracksWatch | None
    """Watches for changes of tracks in a recording that is a transport stream; else None."""
    patience_seconds: float
    """The wait for the first sound is at least this long."""

    @property
    def is_live(self) -> bool:
        """Whether the source is live, so that its end is a drop."""

    @property
    def is_locked(self) -> bool:
        """Whether its sound is encrypted."""

    @property
    def problem(self) -> SourceError | None:
        """The error that ended its bytes; None if there was none."""

    @property
    def stored(self) -> Stored | None:
        """Size and beginning of a recording that is one file; None if they are not known."""

    @property
    def rest(self) -> Rest | None:
        """The rest of the stream, which needs a new decoder; None if there is none."""

    @property
    def flac_seconds(self) -> float | None:
        """Total seconds of several FLAC recordings in a row; None unless there are several."""

    async def holds_another(self) -> bool:
        """Whether another recording follows the one that was heard. Never raises."""

    def unheard(self, heard_seconds: float) -> float:
        """Seconds of sound that are known to have come but were not heard."""

    def missed(self, heard_seconds: float) -> float:
        """Seconds missing after `heard_seconds` of sound; each hole is returned once."""

    def close(self) -> None:
        """Close responses that are still open."""


@dataclass(frozen=True, slots=True)
class Playing:
    """A running decoder with its first sound ready, and the route that feeds it.

    `held` closes both; `track` counts from 0; `notices` are sentences about timestamps and the
    choice of the track.
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
