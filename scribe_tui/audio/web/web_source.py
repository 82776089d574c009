"""WebSource: a station, a recording, or any other sound, at an http(s) address."""

from __future__ import annotations

from contextlib import AsyncExitStack

from scribe_tui.audio import failures
from scribe_tui.audio.decoded_source import DecodedSource
from scribe_tui.audio.format import CHUNK_SECONDS, AudioChunk, AudioFormat
from scribe_tui.audio.options import SourceOptions
from scribe_tui.audio.pacing import PacedChunks
from scribe_tui.audio.source import CopyMaker, SourceStatus, noticed
from scribe_tui.audio.web.opening import Opening
from scribe_tui.audio.web.playing import Playing
from scribe_tui.clock import Clock
from scribe_tui.errors import SourceError


class WebSource(DecodedSource):
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
        super().__init__(audio_format, options, clock)
        self._url = url
        self._playing: Playing | None = None
        self._reported: tuple[object, ...] = ()
        self._maker: CopyMaker | None = None
        self._missed_seconds = 0.0

    def keep(self, maker: CopyMaker) -> None:
        """Before entering: give `maker` the sound as it is sent."""
        self._maker = maker

    @property
    def is_live(self) -> bool:
        """Whether it is a station; a finished recording is known when it answers."""
        return self._playing is None or self._playing.route.is_live

    async def _open(self, held: AsyncExitStack) -> PacedChunks:
        opening = Opening(self._format, self._options, self._clock.elapsed, self._maker)
        self._playing = await opening.play(self._url)
        held.push_async_callback(self._playing.stop)
        return PacedChunks(
            self._playing.decoder,
            self._format,
            speed=None if self.is_live else self._options.speed,
            clock=self._clock,
            copy=self._playing.copy,
        )

    def _facts(self, chunks: PacedChunks) -> SourceStatus:
        """Now-playing title, codec and, of a recording, position and duration."""
        playing = self._playing
        assert playing is not None
        facts, route, notice = playing.decoder.facts, playing.route, playing.decoder.notice
        live = route.is_live
        position = 0.0 if live else chunks.released_seconds + self._missed_seconds
        missed = self._missed_seconds
        damage = playing.decoder.damage.notice
        reported = (facts, route.title, route.station, notice, damage, live, position, missed)
        if reported == self._reported:  # as it is for nearly every chunk
            return self._status
        self._reported = reported
        return SourceStatus(
            title=route.title or facts.title or route.station or None,
            codec=facts.codec_of(playing.track),
            position_seconds=position,
            duration_seconds=None if live else facts.declared_duration,
            dropped_samples=self._format.samples(missed),
            drop_cause="segment missing",
            notices=noticed(*playing.notices, notice, damage),
        )

    async def __anext__(self) -> AudioChunk:
        """As always; what the source never gave before it is missing in `status` first."""
        if (ahead := self._miss()) and self._chunks is not None:
            self._chunks.skip(ahead)
        chunk = await super().__anext__()
        self._miss(chunk)
        return chunk

    def _miss(self, chunk: AudioChunk | None = None) -> float:
        """Seconds that are missing before `chunk`, None: before the next one."""
        if self._playing is None or self._chunks is None:
            return 0.0
        samples = chunk.samples if chunk is not None else 0
        heard = self._chunks.released_seconds - self._format.seconds(samples)
        missed = self._playing.route.missed(heard + CHUNK_SECONDS / 2)
        self._missed_seconds += missed
        return missed

    async def _ended(self, chunks: PacedChunks) -> SourceError | None:
        assert self._playing is not None
        decoder, route = self._playing.decoder, self._playing.route
        await decoder.wait_exit()
        problem = decoder.problem or route.problem
        if problem is None and decoder.breaks_off:
            problem = failures.changed(self._playing.where)
        decoder.damage.ended(chunks.released_seconds)
        if problem is None or route.is_live:
            return problem
        return failures.recording_broke_off(self._playing.where, chunks.released_seconds, problem)
