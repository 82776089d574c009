"""How a decoder reads an address, and the errors after which `opening` tries another way."""

from __future__ import annotations

from dataclasses import dataclass, replace

from scribe_tui.audio import failures
from scribe_tui.audio.decoder.command import DecoderInput, relay_input
from scribe_tui.audio.decoder.relay import HOST
from scribe_tui.errors import Retry, SourceError


class NoCopyError(SourceError):
    """The decoder cannot copy sound that it could decode."""


class NoTrackError(SourceError):
    """The decoder found no sound track in the probed bytes; `cause` is the error for people."""

    def __init__(self, cause: SourceError) -> None:
        super().__init__(cause.title, cause.message, cause.remedy, retry=cause.retry)
        self.cause = cause


def hopelessness(error: SourceError) -> int:
    """Sort key: 0 for errors that may pass by themselves, more for those a person must fix."""
    if error.retry is Retry.NEVER:
        return 2
    status = failures.status_of(error)
    return 1 if status is not None and 400 <= status < 500 else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class WebReadOptions:
    """How the decoder reads the bytes from the relay."""

    track: int
    copy_as: str
    fill_holes: bool
    long_probe: bool = False
    flags: tuple[str, ...] = ()

    def input(self, variables: dict[str, str]) -> DecoderInput:
        """The decoder's input, through the relay given by the environment `variables`."""
        source = relay_input(f"{HOST}/sound", variables, long_probe=self.long_probe)
        source = source.reading(self.flags)
        return replace(source, track=self.track, fill_holes=self.fill_holes, copy_as=self.copy_as)


@dataclass(frozen=True, slots=True)
class TrackChoice:
    """The number of the chosen track, from 0, and a notice about the choice."""

    track: int
    notice: str | None = None
