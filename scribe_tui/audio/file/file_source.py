"""FileSource: a sound file at the pace of real time, streamed and never loaded whole."""

from __future__ import annotations

import os
import stat
import time
from contextlib import AsyncExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path

from scribe_tui.audio.containers.transport_stream import TracksWatch, is_transport_stream
from scribe_tui.audio.containers.true_times import HEAD_BYTES
from scribe_tui.audio.decoded_source import DecodedSource
from scribe_tui.audio.decoder.process import Decoder
from scribe_tui.audio.file import failures
from scribe_tui.audio.file.joined import flac_seconds, holds_another
from scribe_tui.audio.file.playing import PlayedFile, play_file
from scribe_tui.audio.file.raw_file import RawFile
from scribe_tui.audio.format import AudioFormat
from scribe_tui.audio.losses import missing
from scribe_tui.audio.losses.cut_short import Played, stored_in
from scribe_tui.audio.losses.damage import TAIL_BYTES
from scribe_tui.audio.losses.missing import Seen
from scribe_tui.audio.options import SourceOptions
from scribe_tui.audio.own_thread import in_own_thread
from scribe_tui.audio.pacing import PacedChunks
from scribe_tui.audio.source import SourceStatus, noticed
from scribe_tui.clock import Clock
from scribe_tui.errors import SourceError
from scribe_tui.sanitize import harmless_line

RAW_SUFFIX = ".pcm"
_PIECE_BYTES = 1 << 20
GROWING_SECONDS = 10.0
"""A file that was written to this shortly before its end was reached may still be growing."""


def check_file(path: Path) -> None:
    """Raise SourceError (NEVER) unless `path` is a readable file with something in it."""
    shown = harmless_line(str(path))
    try:
        facts = path.stat()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise failures.bad_file("missing file", f"There is no file {shown}.") from error
    except OSError as error:
        raise failures.unreadable_file(shown, error) from error
    except ValueError as error:  # a NUL in it
        raise failures.bad_file("missing file", f"There can be no file {shown}.") from error
    if stat.S_ISDIR(facts.st_mode):
        raise failures.bad_file("folder", f"{shown} is a folder.", "Name one of the files in it.")
    if not stat.S_ISREG(facts.st_mode):
        raise failures.bad_file(
            "not a file", f"{shown} is not a regular file.", "Name a file that holds sound."
        )
    if not os.access(path, os.R_OK):
        raise failures.bad_file(
            "unreadable", f"{shown} may not be read by you.", "Change its permissions."
        )
    if facts.st_size == 0:
        raise failures.bad_file("empty file", f"{shown} is empty.", "Name a file that holds sound.")


class FileSource(DecodedSource):
    """One playing of a file; a `Source` that ends and can wait.

    `options.speed` is a multiple of real time, `options.follow` waits for
    what is still being written. Entering raises SourceError for a file that is missing,
    unreadable, empty or no sound; a file cut short plays as far as it goes, and then
    iterating raises one. `status` has the position in the file's own time and, where the
    file contains it, the duration.
    """

    is_live = False

    def __init__(
        self,
        path: Path,
        audio_format: AudioFormat,
        options: SourceOptions | None = None,
        *,
        speed: float | None = None,
        clock: Clock | None = None,
    ) -> None:
        super().__init__(audio_format, options, clock)
        if speed is not None:
            self._options = replace(self._options, speed=speed)
        self._path = path.absolute()
        self._shown = harmless_line(path.name)
        self._reader: RawFile | Decoder | None = None
        self._played: PlayedFile | None = None
        self._size = 0
        self._node: tuple[int, int] | None = None
        self._growing: str | None = None
        self._seams: str | None = None

    async def _open(self, held: AsyncExitStack) -> PacedChunks:
        check_file(self._path)
        facts = self._path.stat()
        self._size, self._node = facts.st_size, (facts.st_dev, facts.st_ino)
        if self._path.suffix.lower() == RAW_SUFFIX:
            self._reader = raw = RawFile(self._path, self._format, follow=self._options.follow)
            held.push_async_callback(raw.stop)
            await raw.start()
        else:
            self._played = await play_file(
                self._path, self._format, self._options, held, self._clock.elapsed
            )
            self._reader = self._played.decoder
        return PacedChunks(self._reader, self._format, speed=self._options.speed, clock=self._clock)

    def _facts(self, chunks: PacedChunks) -> SourceStatus:
        """Position, duration, title from the file's tags, codec."""
        assert self._reader is not None
        facts, played = self._reader.facts, self._played
        return SourceStatus(
            title=facts.title,
            codec=played.codec if played else facts.codec,
            position_seconds=chunks.released_seconds,
            duration_seconds=facts.declared_duration,
            notices=noticed(
                *(played.notices if played else ()),
                played.decoder.notice if played else None,
                played.decoder.damage.notice if played else None,
                played.decoder.time_notice if played else None,
                self._growing,
                self._seams,
            ),
        )

    async def _ended(self, chunks: PacedChunks) -> SourceError | None:
        if self._played is not None:
            await self._played.decoder.wait_exit()
            problem = await self._problem(self._played, chunks.released_seconds)
            if problem is None and not self._options.follow:
                problem = await self._look_behind(chunks.released_seconds)
            if problem is not None:
                return problem
        return self._changed(chunks.released_seconds)

    async def _problem(self, played: PlayedFile, seconds: float) -> SourceError | None:
        decoder = played.decoder
        if decoder.problem is not None:
            return decoder.problem
        if self._options.follow:
            return None
        heard = Played(played.stream, seconds, decoder.first_error_seconds)
        watch = await in_own_thread(partial(_tracks_in, self._path), name="tracks")
        seen = Seen(stored_in(self._path), self._tail(), watch)
        return missing.loss(self._shown, decoder, heard, seen)

    async def _look_behind(self, seconds: float) -> SourceError | None:
        """For a file read to its end: the error if it holds another recording behind the first."""
        if await in_own_thread(partial(holds_another, self._path), name="joined"):
            return missing.joined(self._shown, seconds)
        whole = await in_own_thread(partial(flac_seconds, self._path), name="seams")
        self._seams = missing.seams(self._shown, whole, seconds)
        return None

    def _tail(self) -> bytes:
        """The last bytes of the file."""
        try:
            with self._path.open("rb") as file:
                file.seek(max(0, self._size - TAIL_BYTES))
                return file.read(TAIL_BYTES)
        except OSError:
            return b""

    def _changed(self, seconds: float) -> SourceError | None:
        """An error for a file that became shorter; a notice for one that grew.

        One that was replaced by another of the same name was heard to its end.
        """
        try:
            facts = self._path.stat()
        except OSError:
            return None
        if (facts.st_dev, facts.st_ino) != self._node:
            return None
        if facts.st_size < self._size:
            return failures.file_shortened(self._shown, seconds)
        fresh = time.time() - facts.st_mtime < GROWING_SECONDS
        if fresh and facts.st_size > self._size and not self._options.follow:
            self._growing = (
                f"{self._shown} was still being written when its end was reached; "
                "follow = true waits for more"
            )
        return None


def _tracks_in(path: Path) -> TracksWatch | None:
    """How the tracks of a transport stream changed over the file; None for another format."""
    try:
        with path.open("rb") as file:
            if not is_transport_stream(file.read(HEAD_BYTES)):
                return None
            file.seek(0)
            watch = TracksWatch()
            while piece := file.read(_PIECE_BYTES):
                watch.feed(piece)
            return watch
    except OSError:
        return None
