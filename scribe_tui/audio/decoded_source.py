"""DecodedSource: what all sources whose sound comes out of a decoder have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Self

from scribe_tui.audio.format import AudioChunk, AudioFormat
from scribe_tui.audio.options import SourceOptions
from scribe_tui.audio.pacing import PacedChunks
from scribe_tui.audio.source import SourceStatus
from scribe_tui.clock import Clock
from scribe_tui.errors import SourceError


class DecodedSource(ABC):
    """One opening: chunks at their pace until the decoder has no more.

    A kind of source says how it is opened, which facts it has, and what its end means.
    """

    def __init__(
        self,
        audio_format: AudioFormat,
        options: SourceOptions | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._format = audio_format
        self._options = options or SourceOptions()
        self._clock = clock or Clock()
        self._held = AsyncExitStack()
        self._chunks: PacedChunks | None = None
        self._status = SourceStatus()

    @abstractmethod
    async def _open(self, held: AsyncExitStack) -> PacedChunks:
        """The chunks of this opening, once the first sound is ready.

        `held` releases what they need. Raises SourceError.
        """

    @abstractmethod
    def _facts(self, chunks: PacedChunks) -> SourceStatus:
        """Its present facts; asked only while it is open."""

    async def _next_part(self, chunks: PacedChunks) -> PacedChunks | None:
        """The chunks of a new decoder after `chunks` have ended; None: nothing follows."""
        return None

    @abstractmethod
    async def _ended(self, chunks: PacedChunks) -> SourceError | None:
        """Why there is no more sound, None for a good end."""

    @property
    def status(self) -> SourceStatus:
        """The latest facts; the same object as long as nothing changed."""
        if self._chunks is not None:
            status = self._facts(self._chunks)
            if status is not self._status and status != self._status:
                self._status = status
        return self._status

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as held:
            self._chunks = await self._open(held)
            self._held = held.pop_all()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._held.aclose()

    def __aiter__(self) -> AsyncIterator[AudioChunk]:
        return self

    async def __anext__(self) -> AudioChunk:
        if self._chunks is None:
            raise StopAsyncIteration
        while (chunk := await self._chunks.next()) is None:
            if (following := await self._next_part(self._chunks)) is None:
                break
            self._chunks = following
        if chunk is not None:
            return chunk
        problem = await self._ended(self._chunks)
        if problem is not None:
            raise problem
        raise StopAsyncIteration
