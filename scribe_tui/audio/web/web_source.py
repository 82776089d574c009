"""WebSource: a station, a recording, or any other sound at an http(s) address."""

from __future__ import annotations

from contextlib import AsyncExitStack

from scribe_tui.audio import failures
from scribe_tui.audio.decoded_source import DecodedSource
from scribe_tui.audio.format import CHUNK_SECONDS, AudioChunk, AudioFormat
from scribe_tui.audio.losses import missing
from scribe_tui.audio.losses.cut_short import Played
from scribe_tui.audio.losses.missing import Seen
from scribe_tui.audio.options import SourceOptions
from scribe_tui.audio.pacing import PacedChunks
from scribe_tui.audio.source import CopyMaker, SourceStatus, noticed
from scribe_tui.audio.web.opening import Opening
from scribe_tui.audio.web.playing import Playing
from scribe_tui.clock import Clock
from scribe_tui.errors import SourceError
from scribe_tui.sanitize import secrets_in, without


class WebSource(DecodedSource):
    """One opening of an address.

    Entering returns at the first sound, or raises SourceError: NEVER if it cannot work (a web
    page, a bad address), BACKOFF if the cause may pass. Iterating ends when a station ends its
    stream or a recording is over, and raises SourceError for a stall or a broken connection.
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
        self._secrets = secrets_in(url)
        """Secrets in the address, which a server might repeat in a title."""
        self._playing: Playing | None = None
        self._reported: tuple[object, ...] = ()
        self._maker: CopyMaker | None = None
        self._missed_seconds = 0.0
        self._opening: Opening | None = None
        self._before_seconds = 0.0
        """Seconds of sound heard before the present part."""
        self._unheard_seconds = 0.0
        self._no_rest: SourceError | None = None
        """Why the last part cannot be played."""
        self._seams: str | None = None

    def keep(self, maker: CopyMaker) -> None:
        """Pass the bytes to `maker` as they are sent. Call it before entering."""
        self._maker = maker

    @property
    def is_live(self) -> bool:
        """Whether it is a station; True until the server has answered."""
        return self._playing is None or self._playing.route.is_live

    async def _open(self, held: AsyncExitStack) -> PacedChunks:
        self._opening = Opening(self._format, self._options, self._clock.elapsed, self._maker)
        self._playing = playing = await self._opening.play(self._url)
        held.push_async_callback(self._stop)
        return self._paced(playing)

    async def _stop(self) -> None:
        if self._playing is not None:
            await self._playing.stop()

    def _paced(self, playing: Playing) -> PacedChunks:
        return PacedChunks(
            playing.decoder,
            self._format,
            speed=None if self.is_live else self._options.speed,
            clock=self._clock,
            copy=playing.copy,
        )

    async def _next_part(self, chunks: PacedChunks) -> PacedChunks | None:
        """The chunks of the next part of an HLS stream whose format changes; None for no part.

        They come from a new decoder. Sound that cannot be decoded counts as missing.
        """
        playing, opening = self._playing, self._opening
        if playing is None or opening is None or (rest := playing.route.rest) is None:
            return None
        await playing.decoder.wait_exit()
        if playing.decoder.problem is not None:
            return None
        self._before_seconds += chunks.released_seconds
        self._unheard_seconds += playing.route.unheard(chunks.released_seconds)
        await playing.stop()
        while True:
            try:
                self._playing = await opening.play_rest(rest)
            except SourceError as error:
                if rest.after is None:
                    self._no_rest = error
                    return None
                self._missed_seconds += rest.seconds
                rest = rest.after
            else:
                return self._paced(self._playing)

    def _facts(self, chunks: PacedChunks) -> SourceStatus:
        """The present title, codec and, for a recording, position and duration."""
        playing = self._playing
        assert playing is not None
        facts, route, notice = playing.decoder.facts, playing.route, playing.decoder.notice
        live = route.is_live
        heard = self._before_seconds + chunks.released_seconds
        position = 0.0 if live else heard + self._missed_seconds
        missed = self._missed_seconds
        damage = playing.decoder.damage.notice
        more = (self._seams, playing.decoder.time_notice)
        reported = (facts, route.title, route.station, notice, damage, live, position, missed, more)
        if reported == self._reported:  # true for nearly every chunk
            return self._status
        self._reported = reported
        title = route.title or (facts.title if route.title is None else "") or route.station or None
        return SourceStatus(
            title=without(title, self._secrets) if title else None,
            codec=facts.codec_of(playing.track),
            position_seconds=position,
            duration_seconds=None if live else facts.declared_duration,
            dropped_samples=self._format.samples(missed),
            drop_cause="segment missing",
            notices=tuple(
                without(text, self._secrets)
                for text in noticed(*playing.notices, notice, damage, *more)
            ),
        )

    async def __anext__(self) -> AudioChunk:
        """The next chunk; sound that is missing before it is added to `status` first."""
        if (ahead := self._miss()) and self._chunks is not None:
            self._chunks.skip(ahead)
        chunk = await super().__anext__()
        self._miss(chunk)
        return chunk

    def _miss(self, chunk: AudioChunk | None = None) -> float:
        """Note and return the seconds missing before `chunk` (None: before the next chunk)."""
        if self._playing is None or self._chunks is None:
            return 0.0
        samples = chunk.samples if chunk is not None else 0
        heard = self._chunks.released_seconds - self._format.seconds(samples)
        missed = self._playing.route.missed(heard + CHUNK_SECONDS / 2)
        self._missed_seconds += missed
        return missed

    async def _ended(self, chunks: PacedChunks) -> SourceError | None:
        assert self._playing is not None
        decoder, route, where = self._playing.decoder, self._playing.route, self._playing.where
        await decoder.wait_exit()
        heard = self._before_seconds + chunks.released_seconds
        if self._no_rest is not None and route.is_live:
            return self._no_rest
        if self._no_rest is not None:
            return failures.recording_broke_off(where, self._before_seconds, self._no_rest)
        problem = decoder.problem or route.problem
        if route.is_live:
            decoder.damage.ended(chunks.released_seconds)
            changed = failures.sound_kind_changed(where) if decoder.breaks_off else None
            return problem or changed
        if problem is not None:
            return failures.recording_broke_off(where, heard, problem)
        tracks = decoder.facts.tracks
        track = self._playing.track
        stream = tracks[track].stream if track < len(tracks) else track
        played = Played(stream, heard, decoder.first_error_seconds)
        name = f"The recording of {where}"
        loss = missing.loss(name, decoder, played, Seen(route.stored, route.tail, route.tracks))
        unheard = self._unheard_seconds + route.unheard(chunks.released_seconds)
        if loss is None and unheard:
            return missing.damaged(name, f"{unheard:.1f} s")
        if loss is None and await route.holds_another():
            return missing.joined(name, heard)
        if loss is None:
            self._seams = missing.seams(name, route.flac_seconds, heard)
        return loss
