"""PipeSource: sound that another program writes into a pipe: stdin, or a named pipe (FIFO)."""

from __future__ import annotations

import os
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from scribe_tui.audio.containers.transport_stream import is_transport_stream
from scribe_tui.audio.containers.true_times import (
    doubt_of,
    has_times,
    index_comes_last,
    is_scattered,
)
from scribe_tui.audio.decoded_source import DecodedSource
from scribe_tui.audio.decoder.command import ONE_PROGRAM, DecoderInput, pipe_input
from scribe_tui.audio.decoder.process import Decoder
from scribe_tui.audio.file import failures
from scribe_tui.audio.file.peeking import Peeked
from scribe_tui.audio.file.pipe_input import PipeInput
from scribe_tui.audio.file.pipe_tap import PipeTap
from scribe_tui.audio.format import SAMPLE_BYTES, AudioFormat
from scribe_tui.audio.losses import missing
from scribe_tui.audio.losses.cut_short import Played
from scribe_tui.audio.losses.missing import Seen
from scribe_tui.audio.options import SourceOptions
from scribe_tui.audio.own_thread import in_own_thread
from scribe_tui.audio.pacing import PacedChunks, PcmReader, Silence
from scribe_tui.audio.source import SourceStatus, noticed
from scribe_tui.clock import Clock
from scribe_tui.errors import SourceError
from scribe_tui.sanitize import harmless_line

AHEAD_SECONDS = 4.0
PATIENCE_SECONDS = 365 * 86400.0
"""Stall limit of a pipe: without bytes it is not at fault, since its writer may be waiting."""
PAUSE_SECONDS = 3.5
"""Silence between two writers: longer than any pause that can be set to end a segment."""
MOST_NOTICES = 50
"""Most notices about earlier writers; further ones are dropped."""


@dataclass(frozen=True, slots=True)
class _Writer:
    """One writer's sound: a decoder with its first sound ready, fed by a tap."""

    decoder: Decoder
    tap: PipeTap
    merges: bool
    held: AsyncExitStack


class PipeSource(DecodedSource):
    """One reading of a pipe; it can wait, and ends when its writer closes it.

    `path` None is standard input, which can be read once. Entering waits for a writer and
    for the first sound, and raises SourceError for what is no sound. With `options.follow` a
    named pipe does not end: its next writer is waited for, and is decoded anew, after some silence
    that ends the last sentence.
    """

    is_live = False

    def __init__(
        self,
        path: Path | None,
        audio_format: AudioFormat,
        options: SourceOptions | None = None,
        clock: Clock | None = None,
    ) -> None:
        super().__init__(audio_format, options, clock)
        self._input = PipeInput(path, follow=self._options.follow)
        self._shown = "Standard input" if path is None else harmless_line(path.name)
        self._writer: _Writer | None = None
        self._before_seconds = 0.0
        self._is_told = False
        """Whether the writer has gone, and what there was to say of its sound was said."""
        self._notices: tuple[str, ...] = ()

    async def _open(self, held: AsyncExitStack) -> PacedChunks:
        held.callback(self._input.close)
        try:
            descriptor, peeked = await in_own_thread(self._input.first, name="pipe-open")
        except OSError as error:
            raise failures.unreadable_file(self._shown, error) from error
        self._writer = await self._heard(descriptor, peeked)
        held.push_async_callback(self._stop)
        return self._paced(self._writer.decoder)

    async def _stop(self) -> None:
        if self._writer is not None:
            await self._writer.held.aclose()

    def _paced(self, reader: PcmReader) -> PacedChunks:
        return PacedChunks(reader, self._format, speed=self._options.speed, clock=self._clock)

    async def _heard(self, descriptor: int, peeked: Peeked, *, before: bytes = b"") -> _Writer:
        """A decoder for the bytes in `descriptor`, its first sound ready.

        `before` was read already. Raises SourceError.
        """
        async with AsyncExitStack() as held:
            try:
                tap = PipeTap(descriptor, peeked.layout, before)
            except OSError as error:
                os.close(descriptor)
                raise failures.unreadable_file(self._shown, error) from error
            held.callback(tap.stop)
            decoder = Decoder(
                _input(tap.outlet, peeked),
                self._format,
                self._shown,
                capacity_seconds=AHEAD_SECONDS,
                stall_seconds=PATIENCE_SECONDS,
                options=self._options,
                now=self._clock.elapsed,
            )
            held.push_async_callback(decoder.stop)
            await decoder.start()
            tap.start()
            await decoder.wait_for(self._format.chunk_bytes)
            if not decoder.buffered_bytes:
                await decoder.wait_exit()
                raise self._unread(tap) or decoder.problem or self._why_silent(decoder, tap.head)
            return _Writer(decoder, tap, is_transport_stream(peeked.head), held.pop_all())
        raise AssertionError("an exit stack swallows nothing")

    async def _next_part(self, chunks: PacedChunks) -> PacedChunks | None:
        """The chunks of the recording behind this one, or of the next writer.

        An error of this recording, or of the next one, becomes a notice.
        """
        if self._writer is None:
            return None
        following = self._writer.tap.take_following()
        if following is None and not self._input.follows:
            return None
        pauses = self._is_told
        if not self._is_told:
            if (problem := await self._ended(chunks, goes_on=following is not None)) is not None:
                self._add_notice(problem.message)
            self._is_told = True
            await self._writer.held.aclose()
        self._before_seconds += chunks.released_seconds
        if following is None and not pauses:
            self._add_notice(f"{self._shown} was closed by its writer; the next one is waited for")
            return self._paced(Silence(self._format.samples(PAUSE_SECONDS) * SAMPLE_BYTES))
        while True:
            try:
                writer = await self._following(following)
            except SourceError as error:
                self._add_notice(error.message)
                following = None
                continue
            if writer is None:
                return None
            self._writer, self._is_told = writer, False
            return self._paced(writer.decoder)

    async def _following(self, left: tuple[int, bytes] | None) -> _Writer | None:
        """The rest of this writer's bytes, else the next writer; None: there is none.

        Raises SourceError.
        """
        if left is not None:
            descriptor, start = left
            return await self._heard(descriptor, Peeked.of(start), before=start)
        if not self._input.follows:
            return None
        try:
            descriptor, peeked = await in_own_thread(self._input.next, name="pipe-next")
        except OSError:  # it was removed
            return None
        return await self._heard(descriptor, peeked)

    def _add_notice(self, text: str) -> None:
        if text not in self._notices and len(self._notices) < MOST_NOTICES:
            self._notices += (text.removesuffix("."),)

    def _facts(self, chunks: PacedChunks) -> SourceStatus:
        """Title, codec and how much was heard."""
        assert self._writer is not None
        decoder = self._writer.decoder
        return SourceStatus(
            title=decoder.facts.title,
            codec=decoder.facts.codec,
            position_seconds=self._before_seconds + chunks.released_seconds,
            notices=noticed(
                *self._notices,
                doubt_of(self._writer.tap.head),
                decoder.notice,
                decoder.damage.notice,
                decoder.time_notice,
            ),
        )

    async def _ended(self, chunks: PacedChunks, *, goes_on: bool = False) -> SourceError | None:
        """Why there is no more sound.

        `goes_on`: the bytes behind the recording are heard as well.
        """
        assert self._writer is not None
        if self._is_told:
            return None
        decoder, tap, seconds = self._writer.decoder, self._writer.tap, chunks.released_seconds
        await decoder.wait_exit()
        if (problem := self._unread(tap) or decoder.problem) is not None:
            return problem
        played = Played(self._stream(decoder), seconds, decoder.first_error_seconds)
        seen = Seen(tap.stored, tap.tail, tap.tracks, merges=self._writer.merges)
        problem = missing.loss(self._shown, decoder, played, seen)
        if problem is not None:
            return problem
        tap.joined.ended(is_all=True)
        if tap.joined.holds_another and not goes_on:
            return missing.joined(self._shown, seconds)
        if (seams := missing.seams(self._shown, tap.joined.flac_seconds, seconds)) is not None:
            self._add_notice(seams)
        return None

    def _unread(self, tap: PipeTap) -> SourceError | None:
        """What kept the rest of the pipe from being read."""
        failure = tap.failure
        return None if failure is None else failures.unreadable_file(self._shown, failure)

    def _why_silent(self, decoder: Decoder, head: bytes) -> SourceError:
        if not head:
            return failures.empty_pipe(self._shown)
        if is_scattered(head):
            return failures.scattered(self._shown)
        if index_comes_last(head) or (head.startswith(b"caff") and b"pakt" not in head):
            return failures.index_at_the_end(self._shown)
        return failures.explain_file(decoder.errors, self._shown)

    def _stream(self, decoder: Decoder) -> int:
        """The number of the stream in its container that is heard."""
        tracks = decoder.facts.tracks
        return tracks[0].stream if tracks else 0


def _input(outlet: int, peeked: Peeked) -> DecoderInput:
    """How the decoder reads `outlet`, whose first bytes are `peeked`."""
    source = pipe_input(outlet)
    if peeked.layout is not None:
        source = source.reading(peeked.layout.flags)
    elif is_transport_stream(peeked.head):
        source = source.reading(ONE_PROGRAM)
    return replace(source, fill_holes=has_times(peeked.head))
