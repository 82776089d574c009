"""The Source protocol: what the engine knows of a radio station, a file or a microphone."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self, runtime_checkable

from scribe_tui.audio.format import AudioChunk, SoundCopy

if TYPE_CHECKING:
    from scribe_tui.audio.splitting.splitter import Splitter


@dataclass(frozen=True, slots=True)
class SourceStatus:
    """The facts of a source; replaced as a whole when something changes.

    `title` is harmless text. `position_seconds` and `duration_seconds` are a file's
    progress in its own time (duration None: unknown or endless). `overruns` counts how
    often the device dropped sound, `dropped_samples` how much, where it can be known, and
    `drop_cause` why.
    `notices` are to be shown once, oldest first; more may be added at the end. `address`, fit to
    be shown, is where the sound comes from where a source has several.
    """

    title: str | None = None
    codec: str | None = None
    position_seconds: float = 0.0
    duration_seconds: float | None = None
    overruns: int = 0
    dropped_samples: int = 0
    drop_cause: str = "dropped by the device"
    notices: tuple[str, ...] = ()
    address: str = ""


def noticed(*notices: str | None) -> tuple[str, ...]:
    """The notices that are not None."""
    return tuple(notice for notice in notices if notice)


class Source(Protocol):
    """One opening of a source: enter, iterate, leave. A reconnect makes a new object.

    Iterating yields chunks of about 100 ms at the pace of real time (a file: times its
    speed), never faster, whatever bursts the other side sends. The end of iteration is
    the end of the source: of a file, its end; of a live source, a drop.

    Entering and iterating raise SourceError. Leaving never raises, leaves no process,
    thread or descriptor behind and takes well under a second.
    """

    @property
    def is_live(self) -> bool:
        """True if sound that is not read at once is lost; False for a file, which can wait.

        For an http(s) address it is known only once the server has answered, and may change at the
        end: a finished recording, or an HLS stream that ended, is not opened again.
        """

    @property
    def status(self) -> SourceStatus:
        """The latest facts; the same object as long as nothing changed."""

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...

    def __aiter__(self) -> AsyncIterator[AudioChunk]: ...


class CopyMaker(Protocol):
    """What keeps a source's sound on disk."""

    def begin(self, splitter: Splitter) -> SoundCopy:
        """Take the sound of one opening, cut by `splitter`, from its first byte on."""


@runtime_checkable
class KeepsSound(Protocol):
    """A source whose sound is compressed and can be kept as it was sent."""

    def keep(self, maker: CopyMaker) -> None:
        """Pass the bytes to `maker` as they are sent. Call it before entering."""


@runtime_checkable
class HeardOnce(Protocol):
    """A source whose new opening never gives sound again that an earlier one gave.

    A station sends its last seconds to each listener; what a microphone hears is never that,
    even where it sounds the same, as a jingle or an alarm does.
    """

    never_repeats: bool


def may_repeat(source: Source) -> bool:
    """Whether a new opening may begin with sound that was heard already."""
    return not (isinstance(source, HeardOnce) and source.never_repeats)


def keep_sound(source: Source, maker: CopyMaker | None) -> None:
    """Have `source` pass its bytes to `maker`, if it can; with `maker` None do nothing."""
    if maker is not None and isinstance(source, KeepsSound):
        source.keep(maker)
