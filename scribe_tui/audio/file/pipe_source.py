"""PipeSource: sound that another program writes into a pipe: stdin, or a named pipe (FIFO)."""

from __future__ import annotations

import functools
import os
from contextlib import AsyncExitStack
from pathlib import Path

from scribe_tui.audio.containers.true_times import index_comes_last
from scribe_tui.audio.containers.wav import PcmLayout
from scribe_tui.audio.decoded_source import DecodedSource
from scribe_tui.audio.decoder.command import pipe_input
from scribe_tui.audio.decoder.process import Decoder
from scribe_tui.audio.file import failures
from scribe_tui.audio.file.peeking import uncoded_in
from scribe_tui.audio.file.pipe_tap import PipeTap
from scribe_tui.audio.format import AudioFormat
from scribe_tui.audio.losses import missing
from scribe_tui.audio.losses.cut_short import Played
from scribe_tui.audio.losses.missing import Seen
from scribe_tui.audio.options import SourceOptions
from scribe_tui.audio.own_thread import in_own_thread
from scribe_tui.audio.pacing import PacedChunks
from scribe_tui.audio.source import SourceStatus, noticed
from scribe_tui.clock import Clock
from scribe_tui.errors import SourceError
from scribe_tui.sanitize import harmless_line

AHEAD_SECONDS = 4.0
PATIENCE_SECONDS = 365 * 86400.0
"""A pipe in which nothing is written is no fault: its writer may wait for something."""
_STDIN = 0


class PipeSource(DecodedSource):
    """One reading of a pipe; it can wait, and ends when its writer closes it.

    `path` None is standard input, which can be read once. Entering waits for a writer and
    for the first sound, and raises SourceError for what is no sound.
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
        self._path = path
        self._shown = "Standard input" if path is None else harmless_line(path.name)
        self._decoder: Decoder | None = None
        self._tap: PipeTap | None = None
        self._seams: str | None = None

    async def _open(self, held: AsyncExitStack) -> PacedChunks:
        try:
            opening = functools.partial(_open, self._path)
            descriptor, layout = await in_own_thread(opening, name="pipe-open")
        except OSError as error:
            raise failures.unreadable_file(self._shown, error) from error
        try:
            tap = PipeTap(descriptor, layout)
        except OSError as error:
            os.close(descriptor)
            raise failures.unreadable_file(self._shown, error) from error
        self._tap = tap
        held.callback(tap.stop)
        source = pipe_input(tap.outlet)
        if layout is not None:
            source = source.reading(layout.flags)
        self._decoder = decoder = Decoder(
            source,
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
            raise self._unread() or decoder.problem or self._why_silent(decoder, tap.head)
        return PacedChunks(decoder, self._format, speed=self._options.speed, clock=self._clock)

    def _facts(self, chunks: PacedChunks) -> SourceStatus:
        """Title, codec and how much was heard."""
        assert self._decoder is not None
        facts = self._decoder.facts
        return SourceStatus(
            title=facts.title,
            codec=facts.codec,
            position_seconds=chunks.released_seconds,
            notices=noticed(self._decoder.notice, self._decoder.damage.notice, self._seams),
        )

    async def _ended(self, chunks: PacedChunks) -> SourceError | None:
        assert self._decoder is not None
        decoder, seconds = self._decoder, chunks.released_seconds
        await decoder.wait_exit()
        if (problem := self._unread() or decoder.problem) is not None:
            return problem
        played = Played(self._stream(decoder), seconds, decoder.first_error_seconds)
        tap = self._tap
        assert tap is not None
        seen = Seen(tap.stored, tap.tail, tap.tracks, merges=False)
        problem = missing.loss(self._shown, decoder, played, seen)
        if problem is not None:
            return problem
        tap.joined.ended(is_all=True)
        if tap.joined.holds_another:
            return missing.joined(self._shown, seconds)
        self._seams = missing.seams(self._shown, tap.joined.flac_seconds, seconds)
        return None

    def _unread(self) -> SourceError | None:
        """What kept the rest of the pipe from being read."""
        failure = self._tap.failure if self._tap is not None else None
        return None if failure is None else failures.unreadable_file(self._shown, failure)

    def _why_silent(self, decoder: Decoder, head: bytes) -> SourceError:
        if not head:
            return failures.empty_pipe(self._shown)
        if index_comes_last(head) or (head.startswith(b"caff") and b"pakt" not in head):
            return failures.index_at_the_end(self._shown)
        return failures.explain_file(decoder.errors, self._shown)

    def _stream(self, decoder: Decoder) -> int:
        """The number of what is heard in its container."""
        tracks = decoder.facts.tracks
        return tracks[0].stream if tracks else 0


def _open(path: Path | None) -> tuple[int, PcmLayout | None]:
    """In a thread: opening a named pipe waits for its writer, looking at it for the first byte.

    Raises OSError.
    """
    descriptor = os.dup(_STDIN) if path is None else os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.read(descriptor, 0)  # it may be open for writing alone
        return descriptor, uncoded_in(descriptor)
    except BaseException:
        os.close(descriptor)
        raise
