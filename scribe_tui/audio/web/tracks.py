"""Which sound track of a recording at an address is heard: the one with speech.

The tracks are not fetched one by one: the decoder copies the beginning of all of them from one more
request, and that copy in memory is examined.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace

from scribe_tui.audio.decoder.command import DecoderInput, relay_input
from scribe_tui.audio.decoder.log import Track
from scribe_tui.audio.decoder.relay import HOST, Reply, Route, relay
from scribe_tui.audio.decoder.remux import remuxed
from scribe_tui.audio.options import SourceOptions
from scribe_tui.audio.track_choice import speaking_track
from scribe_tui.audio.web.address import Address
from scribe_tui.audio.web.answer import ask
from scribe_tui.audio.web.playing import WebRoute
from scribe_tui.audio.web.upstream import Upstream
from scribe_tui.errors import SourceError

SAMPLE_SECONDS = 30.0
"""Seconds of sound examined; a film has as much video with it."""
LIVE_SAMPLE_SECONDS = 6.0
"""The same for a live source: as much as it sends at once."""
MAX_READ_BYTES = 64 * 1024 * 1024
MAX_SAMPLE_BYTES = 16 * 1024 * 1024
READ_SECONDS = 12.0
"""Longest time for the request."""


async def speaking_track_at(
    address: Address,
    options: SourceOptions,
    tracks: Sequence[Track],
    read: Callable[[dict[str, str]], DecoderInput],
) -> int:
    """The number, from 0, of the track to hear; the default one where none can be preferred.

    `read` makes the input that reads the recording through the relay. Takes at most some
    `READ_SECONDS` and the time to decode what came; raises nothing.
    """
    upstream: Upstream | None = None
    with contextlib.suppress(SourceError):
        upstream = Upstream(await ask(address, options), options)
    return await speaking_track_of(upstream, address.where, tracks, read)


async def speaking_track_of(
    route: WebRoute | None,
    where: str,
    tracks: Sequence[Track],
    read: Callable[[dict[str, str]], DecoderInput],
    seconds: float | None = None,
) -> int:
    """As `speaking_track_at`, read through `route`, which is closed then; None: the default track.

    `seconds`: how much sound to examine; None: as much as of a recording.
    """
    sample = b""
    if route is not None:
        with contextlib.closing(route):
            sample = await _sample(route, where, read, seconds or SAMPLE_SECONDS)
    async with relay().serving(_Kept(sample), where) as variables:

        def source(number: int, seconds: float) -> DecoderInput:
            kept = relay_input(f"{HOST}/sample", variables)
            return replace(kept, track=number, seconds=seconds)

        return await speaking_track(tracks, source, where)


async def _sample(
    route: Route, where: str, read: Callable[[dict[str, str]], DecoderInput], seconds: float
) -> bytes:
    """The beginning of all sound tracks as Matroska, as far as it can be read."""
    sample = bytearray()
    with contextlib.suppress(SourceError, TimeoutError):
        async with asyncio.timeout(READ_SECONDS):
            async with relay().serving(_Bounded(route), where) as variables:
                source = replace(read(variables), seconds=seconds)
                async with contextlib.aclosing(remuxed(source, where)) as pieces:
                    async for piece in pieces:
                        sample += piece
                        if len(sample) > MAX_SAMPLE_BYTES:
                            break
    return bytes(sample)


class _Bounded:
    """A `Route` that ends after `MAX_READ_BYTES`, however often it is asked."""

    def __init__(self, route: Route) -> None:
        self._route = route
        self._left = MAX_READ_BYTES

    async def reply(self, path: str, first: int, last: int | None) -> Reply:
        reply = await self._route.reply(path, first, last)
        return replace(reply, pieces=self._pieces(reply.pieces))

    async def _pieces(self, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        async for piece in pieces:
            self._left -= len(piece)
            if self._left < 0:
                return
            yield piece


class _Kept:
    """A `Route` to bytes in memory."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    async def reply(self, path: str, first: int, last: int | None) -> Reply:
        return Reply("", self._rest(first), length=len(self._data) - first, first=first)

    async def _rest(self, first: int) -> AsyncIterator[bytes]:
        yield self._data[first:]
