"""Chooses the sound track of a recording at an address: the one with speech.

The tracks are not fetched one by one: one more request is made, from which the decoder copies the
beginning of all tracks into memory, and that copy is examined.
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
"""Seconds of sound examined; for a film as much video must be read as well."""
LIVE_SAMPLE_SECONDS = 6.0
"""The same for a live source, which sends about this much at once."""
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
    """The number, from 0, of the track to play; the default one if there is no better one.

    `read` makes the input that reads the recording through the relay. Takes about `READ_SECONDS`
    at most, and the time to decode the sample. Never raises.
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
    """Like `speaking_track_at`, through `route`, which it closes; None gives the default track.

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
    """A `Route` that ends after `MAX_READ_BYTES` over all requests."""

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
