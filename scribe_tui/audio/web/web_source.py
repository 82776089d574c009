"""WebSource: a station, or any other sound, at an http(s) address."""

from __future__ import annotations

from collections.abc import AsyncIterator
from types import TracebackType
from typing import Self

from scribe_tui.audio import failures
from scribe_tui.audio.decoder.process import Decoder
from scribe_tui.audio.format import AudioChunk, AudioFormat
from scribe_tui.audio.pacing import PacedChunks
from scribe_tui.audio.source import SourceStatus
from scribe_tui.audio.web.opening import Opening, WebOptions
from scribe_tui.clock import Clock
from scribe_tui.sanitize import host_of


class WebSource:
    """One opening of an address; a live `Source`.

    Entering returns at the first sound and raises SourceError without any: NEVER for
    what a person must mend (404, a web page), BACKOFF for what may pass. Iterating ends
    when the station ends its stream, and raises SourceError for a stall or a broken line.
    """

    is_live = True

    def __init__(
        self,
        url: str,
        audio_format: AudioFormat,
        options: WebOptions | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._url = url
        self._format = audio_format
        self._options = options or WebOptions()
        self._clock = clock or Clock()
        self._decoder: Decoder | None = None
        self._chunks: PacedChunks | None = None
        self._status = SourceStatus()

    @property
    def status(self) -> SourceStatus:
        """Now-playing title and codec."""
        if self._decoder is not None:
            facts = self._decoder.facts
            if (facts.title, facts.codec) != (self._status.title, self._status.codec):
                self._status = SourceStatus(title=facts.title, codec=facts.codec)
        return self._status

    async def __aenter__(self) -> Self:
        opening = Opening(self._format, self._options, self._clock.elapsed)
        self._decoder = await opening.play(self._url)
        self._chunks = PacedChunks(self._decoder, self._format, clock=self._clock)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._decoder is not None:
            await self._decoder.stop()

    def __aiter__(self) -> AsyncIterator[AudioChunk]:
        return self

    async def __anext__(self) -> AudioChunk:
        if self._chunks is None or self._decoder is None:
            raise StopAsyncIteration
        chunk = await self._chunks.next()
        if chunk is not None:
            return chunk
        await self._decoder.wait_exit()
        problem = failures.explain(self._decoder.errors, host_of(self._url))
        if problem is not None:
            raise problem
        raise StopAsyncIteration
