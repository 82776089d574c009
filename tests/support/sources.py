"""Sources of numbered sound (see `numbered`), at any speed, that fail on request."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

from scribe_tui.audio.format import AudioChunk
from scribe_tui.audio.source import Source, SourceStatus
from scribe_tui.clock import seconds_since_boot
from scribe_tui.errors import SourceError
from scribe_tui.settings import SourceSettings
from tests.support.numbered import CHUNKS_A_SECOND, numbered_pcm


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """One opening of a source: `seconds` of sound from chunk `first` on, then `error` or the end.

    Before that come `silence_after` seconds of silence. `title` is reported with the first sound.
    `hold`: after the sound, wait until cancelled. `fails_to_open`: `error` is raised on opening.
    `noisy`: sound in which a repetition can be found. `silent`: only silence. `dropped`: maps a
    chunk's number to how many chunks the device drops after it.
    """

    seconds: float
    first: int = 1
    error: SourceError | None = None
    title: str | None = None
    hold: bool = False
    bug: Exception | None = None
    fails_to_open: bool = False
    noisy: bool = False
    silent: bool = False
    silence_after: float = 0.0
    dropped: dict[int, int] = field(default_factory=dict)
    quiet_from: float = math.inf
    quiet_to: float = math.inf

    def is_quiet(self, number: int) -> bool:
        """Return whether chunk `number` (from 1) is silent."""
        instant = (number - 0.5) / CHUNKS_A_SECOND
        return self.silent or self.quiet_from <= instant < self.quiet_to


class NumberedSource:
    """A `Source`; `chunk_seconds` is the time between two chunks.

    The instants of its sound are those of real time from `epoch` on, however fast it comes: chunk
    number n at `epoch` + (n - 1) / 10 s.
    """

    def __init__(
        self, opening: Opening, *, is_live: bool, chunk_seconds: float, rate: int, epoch: float
    ):
        self._epoch = epoch
        self._opening = opening
        self._is_live = is_live
        self._chunk_seconds = chunk_seconds
        self._rate = rate
        self._status = SourceStatus(title=opening.title, codec="numbers")
        self.left = False

    @property
    def is_live(self) -> bool:
        return self._is_live

    @property
    def status(self) -> SourceStatus:
        return self._status

    async def __aenter__(self) -> Self:
        if self._opening.fails_to_open and self._opening.error:
            raise self._opening.error
        return self

    async def __aexit__(self, *_: object) -> None:
        self.left = True

    async def __aiter__(self) -> AsyncIterator[AudioChunk]:
        opening = self._opening
        chunks = numbered_pcm(opening.seconds, self._rate, first=opening.first, noisy=opening.noisy)
        lost = 0
        for number, pcm in enumerate(chunks, opening.first):
            if lost:
                lost -= 1
                continue
            yield AudioChunk(
                bytes(len(pcm)) if opening.is_quiet(number) else pcm,
                self._epoch + (number - 1) / CHUNKS_A_SECOND,
            )
            lost = opening.dropped.get(number, 0)
            if lost:
                self._drop(lost)
            await asyncio.sleep(self._chunk_seconds)
        async for chunk in self._silence_after():
            yield chunk
        if opening.hold:
            await asyncio.Event().wait()
        if opening.bug:
            raise opening.bug
        if opening.error:
            raise opening.error

    async def _silence_after(self) -> AsyncIterator[AudioChunk]:
        opening = self._opening
        left = round(opening.silence_after * self._rate)
        at = self._epoch + (opening.first - 1) / CHUNKS_A_SECOND + opening.seconds
        while left:
            samples = min(left, self._rate // CHUNKS_A_SECOND)
            yield AudioChunk(bytes(2 * samples), at)
            left -= samples
            at += samples / self._rate
            await asyncio.sleep(self._chunk_seconds)

    def _drop(self, chunks: int) -> None:
        before = self._status
        self._status = replace(
            before,
            overruns=before.overruns + 1,
            dropped_samples=before.dropped_samples + chunks * self._rate // CHUNKS_A_SECOND,
        )


class Openings:
    """Makes a source's openings one after the other, repeating the last one."""

    def __init__(
        self,
        *openings: Opening,
        is_live: bool = True,
        chunk_seconds: float = 0.002,
        rate: int = 16000,
    ):
        self._openings: Sequence[Opening] = openings
        self._is_live = is_live
        self._chunk_seconds = chunk_seconds
        self._rate = rate
        self._epoch = seconds_since_boot()
        self.made: list[NumberedSource] = []

    def __call__(self, _: SourceSettings) -> Source:
        opening = self._openings[min(len(self.made), len(self._openings) - 1)]
        source = NumberedSource(
            opening,
            is_live=self._is_live,
            chunk_seconds=self._chunk_seconds,
            rate=self._rate,
            epoch=self._epoch,
        )
        self.made.append(source)
        return source
