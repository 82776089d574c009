"""WebSource: a station, a recording, or any other sound, at an http(s) address."""

from __future__ import annotations

from collections.abc import AsyncIterator
from types import TracebackType
from typing import Self

from scribe_tui.audio import failures
from scribe_tui.audio.format import AudioChunk, AudioFormat
from scribe_tui.audio.options import SourceOptions
from scribe_tui.audio.pacing import PacedChunks
from scribe_tui.audio.source import CopyMaker, SourceStatus, noticed
from scribe_tui.audio.web.opening import Opening, Playing
from scribe_tui.clock import Clock


class WebSource:
    """One opening of an address.

    Entering returns at the first sound and raises SourceError without any: NEVER for what
    can never work (a web page, a bad address), BACKOFF for what may pass. Iterating ends
    when a station ends its stream or a recording is over, and raises SourceError for a
    stall or a broken line.
    """

    def __init__(
        self,
        url: str,
        audio_format: AudioFormat,
        options: SourceOptions | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._url = url
        self._format = audio_format
        self._options = options or SourceOptions()
        self._clock = clock or Clock()
        self._playing: Playing | None = None
        self._chunks: PacedChunks | None = None
        self._status = SourceStatus()
        self._maker: CopyMaker | None = None

    def keep(self, maker: CopyMaker) -> None:
        """Before entering: give `maker` the sound as it is sent."""
        self._maker = maker

    @property
    def is_live(self) -> bool:
        """Whether it is a station; a finished recording is known when it answers."""
        return self._playing is None or self._playing.route.is_live

    @property
    def status(self) -> SourceStatus:
        """Now-playing title, codec and, of a recording, position and duration."""
        if self._playing is not None and self._chunks is not None:
            facts, route = self._playing.decoder.facts, self._playing.route
            live = route.is_live
            status = SourceStatus(
                title=route.title or facts.title or route.station or None,
                codec=facts.codec,
                position_seconds=0.0 if live else self._chunks.released_seconds,
                duration_seconds=None if live else facts.told_duration,
                notices=noticed(self._playing.decoder.notice),
            )
            if status != self._status:
                self._status = status
        return self._status

    async def __aenter__(self) -> Self:
        opening = Opening(self._format, self._options, self._clock.elapsed, self._maker)
        self._playing = await opening.play(self._url)
        self._chunks = PacedChunks(
            self._playing.decoder,
            self._format,
            speed=None if self.is_live else self._options.speed,
            clock=self._clock,
            copy=self._playing.copy,
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._playing is not None:
            await self._playing.stop()

    def __aiter__(self) -> AsyncIterator[AudioChunk]:
        return self

    async def __anext__(self) -> AudioChunk:
        if self._chunks is None or self._playing is None:
            raise StopAsyncIteration
        chunk = await self._chunks.next()
        if chunk is not None:
            return chunk
        decoder, route = self._playing.decoder, self._playing.route
        await decoder.wait_exit()
        problem = decoder.problem or route.problem
        if problem is None:
            raise StopAsyncIteration
        if not route.is_live:
            raise failures.recording_broke_off(
                self._playing.where, self._chunks.released_seconds, problem
            )
        raise problem
