"""Playing: sound from an address that runs, and what feeds it."""

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
    """Of an HLS recording: the list of its segments that were not given to the decoder yet.

    `seconds`: as much of it is of one kind; what follows that, `after`, is of another.
    """

    address: Address
    text: str
    seconds: float
    after: Rest | None = None


class WebRoute(Route, Protocol):
    """What feeds the decoder, and what it knows of its source."""

    title: str | None
    station: str
    copy: SoundCopy | None
    tail: bytes
    """The last bytes of a recording, as far as they are known."""
    tracks: TracksWatch | None
    """What became of the tracks of a recording that is one transport stream."""
    patience_seconds: float
    """The least time that its first sound may take."""

    @property
    def is_live(self) -> bool:
        """Whether its end is a drop."""

    @property
    def is_locked(self) -> bool:
        """Whether its sound is encrypted."""

    @property
    def problem(self) -> SourceError | None:
        """Why its bytes ended, None for a clean end."""

    @property
    def stored(self) -> Stored | None:
        """What the server has of a recording that is one file, None where it is not known."""

    @property
    def rest(self) -> Rest | None:
        """What is to be decoded anew after what was read, None: nothing."""

    @property
    def flac_seconds(self) -> float | None:
        """How long several FLAC recordings on end are together, None: it is not several."""

    async def holds_another(self) -> bool:
        """Whether another recording stands behind the one that was heard. Raises nothing."""

    def unheard(self, heard_seconds: float) -> float:
        """Of a recording the seconds that it is known to have given and that were not heard."""

    def missed(self, heard_seconds: float) -> float:
        """Seconds missing before what follows when so much was heard; returned once."""

    def close(self) -> None:
        """Cancel downloads that were not asked for."""


@dataclass(frozen=True, slots=True)
class Playing:
    """A running decoder with its first sound ready, what feeds it, and what holds both.

    `notices`: what there is to say of its times and of the choice of its track.
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
