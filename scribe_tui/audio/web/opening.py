"""Opening: follows playlists from an address to the first sound, and starts a decoder on it.

The kind of an address is decided by the bytes it sends, not by its name or content type.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from functools import partial

from scribe_tui.audio import failures
from scribe_tui.audio.containers.au import au_layout, is_au
from scribe_tui.audio.containers.told_end import ToldEnd
from scribe_tui.audio.containers.transport_stream import is_transport_stream
from scribe_tui.audio.containers.true_times import HEAD_BYTES, doubt_of, has_times, index_comes_last
from scribe_tui.audio.containers.wav import pcm_layout
from scribe_tui.audio.decoder.command import (
    BARE,
    MATROSKA,
    ONE_PROGRAM,
    DecoderInput,
    relay_input,
)
from scribe_tui.audio.decoder.process import Decoder
from scribe_tui.audio.decoder.program import find_decoder, hls_flags
from scribe_tui.audio.decoder.relay import HOST, relay
from scribe_tui.audio.format import AudioFormat, SoundCopy
from scribe_tui.audio.options import SourceOptions
from scribe_tui.audio.source import CopyMaker, noticed
from scribe_tui.audio.splitting.choice import copied_as, splitter_for
from scribe_tui.audio.splitting.frames import FrameSplitter
from scribe_tui.audio.splitting.matroska import MatroskaSplitter
from scribe_tui.audio.splitting.splitter import Splitter
from scribe_tui.audio.track_choice import notice_of
from scribe_tui.audio.track_failures import found_no_stream, no_track
from scribe_tui.audio.web import hls, words
from scribe_tui.audio.web.address import Address
from scribe_tui.audio.web.answer import Answer, ask
from scribe_tui.audio.web.body import KNOWN_CODINGS
from scribe_tui.audio.web.hls_variables import resolved
from scribe_tui.audio.web.playing import Playing, Rest, WebRoute
from scribe_tui.audio.web.playlist import (
    decoded_text,
    is_feed,
    is_hls,
    is_web_page,
    manifest_kind,
    may_be_text,
    parse_playlist,
)
from scribe_tui.audio.web.read_options import (
    NoCopyError,
    NoTrackError,
    TrackChoice,
    WebReadOptions,
    hopelessness,
)
from scribe_tui.audio.web.segments import LIST_URL, Segments, read_list
from scribe_tui.audio.web.tracks import LIVE_SAMPLE_SECONDS, speaking_track_at, speaking_track_of
from scribe_tui.audio.web.upstream import Upstream
from scribe_tui.audio.web.wav_recording import goes_on
from scribe_tui.errors import Retry, SourceError
from scribe_tui.sanitize import secrets_in, without

CUSHION_SECONDS = 60.0
"""Most sound of a live source that is buffered for pacing; three HLS segments are 30 s."""
AHEAD_SECONDS = 10.0
"""Seconds of a finished recording that are read ahead."""
MAX_DEPTH = 4
"""How deeply playlists may be nested."""
MAX_TRIES = 24
"""How many addresses are tried in one opening, however the playlists branch."""
MAX_LIST_BYTES = 64 * 1024
LIST_SECONDS = 20.0
_SNIFFED_BYTES = 16
_FROM_THE_FIRST = ("-live_start_index", "0")
"""Flags to begin at the first segment; without them ffmpeg begins a live playlist at the third from
its end."""
_NO_COPY = "Could not write header"


class Opening:
    """One attempt to get sound from an address. `play` is called once."""

    def __init__(
        self,
        audio_format: AudioFormat,
        options: SourceOptions,
        now: Callable[[], float] = time.monotonic,
        maker: CopyMaker | None = None,
    ) -> None:
        """`maker` keeps the sound as it is sent; None: it is not kept."""
        self._format = audio_format
        self._options = options
        self._now = now
        self._maker = maker
        self._tries = 0
        self._track_is_found = False
        self._variables: dict[str, str] = {}
        """The variables of the HLS master playlist that was followed."""

    async def play(self, url: str) -> Playing:
        """Play the first sound that the address leads to; the caller stops it.

        Raises SourceError without leaving a process or connection behind.
        """
        return await self._play(Address.parse(url), depth=0)

    async def play_rest(self, rest: Rest) -> Playing:
        """Play the rest of an HLS stream with a new decoder. Raises like `play`."""
        return await self._segments(rest.address, rest.text, flags=_FROM_THE_FIRST)

    async def _play(self, address: Address, depth: int) -> Playing:
        self._tries += 1
        answer = await ask(address, self._options)
        try:
            if answer.coding not in KNOWN_CODINGS:
                raise failures.packed(answer.address.where, answer.coding)
            start = await self._peek(answer, _SNIFFED_BYTES)
            if not start:
                raise failures.no_sound(answer.address.where)
            is_text = may_be_text(start, answer.address.url, answer.content_type)
            if is_text or words.may_be_words(start, answer):
                return await self._text(answer, depth)
            return await self._sound(answer)
        except BaseException:
            answer.close()
            raise

    async def _peek(self, answer: Answer, size: int) -> bytes:
        """The first `size` bytes, within a time limit: some servers send one byte a second."""
        try:
            async with asyncio.timeout(self._options.stall_seconds):
                return await answer.peek(size)
        except TimeoutError as error:
            where = answer.address.where
            raise failures.stalled(where, self._options.stall_seconds) from error

    async def _text(self, answer: Answer, depth: int) -> Playing:
        """Play what is probably text: a playlist, a web page, or sound after all."""
        where = answer.address.where
        try:
            async with asyncio.timeout(LIST_SECONDS):
                body = await answer.read_up_to(MAX_LIST_BYTES)
                text = decoded_text(body)
                if is_hls(text):
                    answer.put_back(body)
                    text = await read_list(answer)
        except TimeoutError as error:
            raise failures.timed_out(where) from error
        if is_hls(text):
            answer.close()
            return await self._hls(answer.address, text, depth)
        if is_web_page(text):
            raise failures.web_page(where)
        if (kind := manifest_kind(text)) is not None:
            raise failures.manifest(where, kind)
        if is_feed(text):
            raise failures.feed(where)
        is_cut = len(body) >= MAX_LIST_BYTES
        if is_cut and not text.startswith("<"):  # its last line may be half an address
            text = text.rpartition("\n")[0]
        entries = parse_playlist(text, answer.address.url, answer.content_type)
        if entries is not None:
            answer.close()
            if is_cut and not entries:
                raise failures.late_playlist(where, MAX_LIST_BYTES // 1024)
            return await self._play_first(entries, answer.address, depth + 1)
        if is_web_page(text, answer.content_type):
            raise failures.web_page(where)
        if text.startswith("ffconcat"):  # a list the decoder would follow by itself
            raise failures.not_sound(where)
        if words.are_all(body, text):
            raise failures.said_instead(where, without(text, secrets_in(answer.address.url)))
        answer.put_back(body)
        return await self._sound(answer)

    async def _hls(self, address: Address, text: str, depth: int) -> Playing:
        text, variables = resolved(text, address, self._variables)
        if not hls.is_master(text):
            if (cipher := hls.cipher_of(text)) is not None:
                raise failures.encrypted(address.where, cipher)
            if hls.is_ended(text) and "#EXTINF" not in text:
                raise failures.no_sound(address.where)
            return await self._segments(address, text)
        self._variables = variables
        offered = hls.renditions(text)
        track = self._options.track
        alone = [one for one in offered if not one.has_picture]
        if track is not None and len(alone) > 1:
            if track > len(alone):
                raise no_track(address.where, track, [one.name for one in alone])
            offered = [alone[track - 1]]
            self._track_is_found = True
        return await self._play_first([one.address for one in offered], address, depth + 1)

    async def _segments(
        self, address: Address, text: str, *, flags: tuple[str, ...] = ()
    ) -> Playing:
        """Play a media playlist: its only track, the wanted one, or the one with speech."""
        flags = (*await hls_flags(find_decoder()), *flags)
        # Segments with a shared header (EXT-X-MAP) are MP4; others hold MPEG frames.
        has_head = hls.has_map(text)
        copy_as, splitter = (MATROSKA, MatroskaSplitter) if has_head else (BARE, FrameSplitter)

        def route() -> Segments:
            return Segments(address, text, self._options, self._now, self._variables)

        def read(track: int) -> Callable[[dict[str, str]], DecoderInput]:
            return lambda known: replace(
                relay_input(LIST_URL, known, hls=flags), copy_as=copy_as, track=track
            )

        async def play(track: int) -> Playing:
            take = partial(self._decode, where=address.where, source=read(track))
            try:
                playing = await take(route(), copy=self._begin(splitter))
            except NoCopyError:
                playing = await take(route(), copy=None)
            return replace(playing, track=track)

        wanted = None if self._track_is_found else self._options.track
        playing = await play((wanted or 1) - 1)
        tracks = playing.decoder.facts.tracks
        if wanted or len(tracks) < 2:
            return playing
        try:
            seconds = None if hls.is_ended(text) else LIVE_SAMPLE_SECONDS
            track = await speaking_track_of(route(), address.where, tracks, read(0), seconds)
            if track:
                await playing.stop()
                async with await ask(address, self._options) as answer:
                    text, _ = resolved(await read_list(answer), address, self._variables)
                playing = await play(track)
        except BaseException:
            await playing.stop()
            raise
        return replace(playing, notices=noticed(notice_of(tracks, track)))

    async def _play_first(self, entries: Sequence[str], base: Address, depth: int) -> Playing:
        """Play the first entry that works, or raise the error most likely to pass by itself."""
        if not entries:
            raise failures.empty_playlist(base.where)
        problems: list[SourceError] = []
        for entry in entries:
            if depth > MAX_DEPTH or self._tries >= MAX_TRIES:
                problems.append(failures.endless_playlist(base.where))
                break
            try:
                return await self._play(base.follow(entry), depth)
            except SourceError as problem:
                problems.append(problem)
        raise min(problems, key=hopelessness)

    async def _sound(self, answer: Answer) -> Playing:
        """Play sound. A recording in which no sound is found at first is probed further.

        If a recording has several tracks, the one with speech is played.
        """
        address = answer.address
        head = await self._peek(answer, HEAD_BYTES)
        copy_as, splitting = copied_as(head)
        upstream = partial(
            Upstream, options=self._options, now=self._now, skips=index_comes_last(head)
        )
        route = upstream(answer)
        reading = WebReadOptions(
            track=(self._options.track or 1) - 1,
            copy_as=copy_as,
            # Not for a live source: silence in place of its holes would delay it.
            fill_holes=has_times(head) and not route.is_live,
            flags=ONE_PROGRAM if is_transport_stream(head) else (),
        )
        wav = await self._wav_flags(head, answer, route)
        reading = replace(reading, flags=(*reading.flags, *wav))
        splitter = splitter_for(head) if route.is_live else None
        if splitter is not None:
            route.copy = self._begin(splitter)
        copy = None if splitter is not None else self._begin(splitting)
        chosen: TrackChoice | None = None
        while True:
            try:
                playing = await self._decode(route, address.where, reading.input, copy=copy)
                if chosen is None:
                    chosen = await self._choose(playing, address, reading)
                if chosen.track == reading.track:
                    doubt = None if route.is_live else doubt_of(head)
                    return replace(
                        playing,
                        copy=playing.copy or route.copy,
                        track=chosen.track,
                        notices=noticed(doubt, chosen.notice),
                    )
                await playing.stop()
                reading = replace(reading, track=chosen.track)
                copy = self._begin(splitting) if copy is not None else None
            except NoCopyError:
                copy = None
            except NoTrackError as error:
                if reading.long_probe or route.is_live:
                    raise error.cause from None
                reading = replace(reading, long_probe=True)
                copy = self._begin(splitting)
            route = upstream(await ask(address, self._options))

    async def _wav_flags(self, head: bytes, answer: Answer, route: Upstream) -> tuple[str, ...]:
        """Decoder flags for a WAV that is endless, or whose header may give too short a length."""
        layout = pcm_layout(head) or au_layout(head)
        if layout is None:
            return ()
        if route.is_live:
            return layout.flags
        if route.gives_parts and not is_au(head):
            more = await goes_on(answer.address, self._options, layout, answer.total)
            return layout.flags if more else ()
        route.told_end = ToldEnd(layout)
        return layout.flags

    async def _choose(
        self, playing: Playing, address: Address, reading: WebReadOptions
    ) -> TrackChoice:
        """Choose the track; `playing` is the first one, or the wanted one."""
        tracks = playing.decoder.facts.tracks
        if playing.route.is_live or self._options.track or len(tracks) < 2:
            return TrackChoice(reading.track)
        try:
            track = await speaking_track_at(address, self._options, tracks, reading.input)
        except BaseException:
            await playing.stop()
            raise
        return TrackChoice(track, notice_of(tracks, track))

    def _begin(self, splitter: Callable[[], Splitter]) -> SoundCopy | None:
        return self._maker.begin(splitter()) if self._maker is not None else None

    async def _decode(
        self,
        route: WebRoute,
        where: str,
        source: Callable[[dict[str, str]], DecoderInput],
        copy: SoundCopy | None = None,
    ) -> Playing:
        """Start a decoder on `route` and wait for its first sound; `copy` gets copied sound."""
        async with AsyncExitStack() as stack:
            stack.callback(route.close)
            for taker in (copy, route.copy):
                if taker is not None:
                    stack.callback(taker.close)
            variables = await stack.enter_async_context(relay().serving(route, where))
            decoder = Decoder(
                source(variables),
                self._format,
                where,
                capacity_seconds=CUSHION_SECONDS if route.is_live else AHEAD_SECONDS,
                is_live=route.is_live,
                stall_seconds=max(self._options.stall_seconds, route.patience_seconds),
                options=self._options,
                now=self._now,
                copy=copy,
            )
            stack.push_async_callback(decoder.stop)
            await decoder.start()
            await decoder.wait_for(self._format.chunk_bytes)
            if decoder.buffered_bytes:
                return Playing(decoder, route, where, stack.pop_all(), copy)
            await decoder.wait_exit()
            if copy is not None and any(_NO_COPY in line for line in decoder.errors):
                raise NoCopyError("no copy", "This sound cannot be copied.")
            raise self._why_silent(decoder, route, where)
        raise AssertionError("an exit stack swallows nothing")

    def _why_silent(self, decoder: Decoder, route: WebRoute, where: str) -> Exception:
        problem = decoder.problem or route.problem
        if problem is not None:
            return problem
        tracks = decoder.facts.tracks
        if tracks and self._options.track and self._options.track > len(tracks):
            names = [track.name for track in tracks]
            return no_track(where, self._options.track, names)
        if any(HOST in line and _has_too_little(line) for line in decoder.errors):
            return failures.no_sound(where)
        error = failures.explain(decoder.errors, where)
        if found_no_stream(decoder.errors):
            return NoTrackError(error)
        if route.is_locked and error.retry is Retry.NEVER:
            return failures.wrong_key(where)
        return error


def _has_too_little(line: str) -> bool:
    """Whether a decoder's error line means that the stream ended before its format was known."""
    return line.endswith(("Input/output error", "End of file"))
