"""FileSource: a sound file at the pace of real time, streamed and never loaded whole."""

from __future__ import annotations

import os
import stat
from collections.abc import AsyncIterator
from pathlib import Path
from types import TracebackType
from typing import Self

from scribe_tui.audio import failures
from scribe_tui.audio.decoder.command import file_input
from scribe_tui.audio.decoder.process import Decoder
from scribe_tui.audio.file.cut_short import is_cut_short
from scribe_tui.audio.file.raw_file import FileReader, RawFile
from scribe_tui.audio.format import SAMPLE_BYTES, AudioChunk, AudioFormat
from scribe_tui.audio.pacing import PacedChunks
from scribe_tui.audio.source import SourceStatus
from scribe_tui.clock import Clock
from scribe_tui.sanitize import harmless_line

RAW_SUFFIX = ".pcm"
READ_AHEAD_SECONDS = 2.0
"""Of time, not of sound: a faster file is read further ahead, up to the bound below."""
MAX_AHEAD_SECONDS = 32.0
STALL_SECONDS = 60.0
"""A file that gives nothing for so long lies on a network disk that is gone."""


def check_file(path: Path) -> None:
    """Raise SourceError (NEVER) unless `path` is a readable file with something in it."""
    shown = harmless_line(str(path))
    try:
        facts = path.stat()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise failures.bad_file("missing file", f"There is no file {shown}.") from error
    except OSError as error:
        raise failures.unreadable_file(shown, error) from error
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


class FileSource:
    """One playing of a file; a `Source` that ends and can wait.

    `speed` plays so many times faster than real time. Entering raises SourceError for a
    file that is missing, unreadable, empty or no sound; a file cut short plays as far as
    it goes, and then iterating raises one. `status` has the position and, where the file
    tells it, the duration.
    """

    is_live = False

    def __init__(
        self,
        path: Path,
        audio_format: AudioFormat,
        *,
        speed: float = 1.0,
        clock: Clock | None = None,
    ) -> None:
        self._path = path.absolute()
        self._shown = harmless_line(path.name)
        self._format = audio_format
        self._speed = speed
        self._clock = clock or Clock()
        self._reader: FileReader | None = None
        self._chunks: PacedChunks | None = None
        self._status = SourceStatus()

    @property
    def status(self) -> SourceStatus:
        """Position, duration, title from the file's tags, codec."""
        if self._reader is not None and self._chunks is not None:
            facts = self._reader.facts
            status = SourceStatus(
                title=facts.title,
                codec=facts.codec,
                position_seconds=self._chunks.released_seconds,
                duration_seconds=facts.duration_seconds,
            )
            if status != self._status:
                self._status = status
        return self._status

    async def __aenter__(self) -> Self:
        check_file(self._path)
        self._reader = reader = self._make_reader()
        self._chunks = PacedChunks(reader, self._format, speed=self._speed, clock=self._clock)
        try:
            await reader.start()
            if isinstance(reader, Decoder):
                await self._await_sound(reader)
        except BaseException:
            await reader.stop()
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._reader is not None:
            await self._reader.stop()

    def __aiter__(self) -> AsyncIterator[AudioChunk]:
        return self

    async def __anext__(self) -> AudioChunk:
        if self._chunks is None or self._reader is None:
            raise StopAsyncIteration
        chunk = await self._chunks.next()
        if chunk is not None:
            return chunk
        await self._reader.wait_exit()
        played = self._chunks.released_seconds
        if is_cut_short(self._path, self._reader.facts, self._reader.errors, played):
            raise failures.cut_short(self._shown, played)
        raise StopAsyncIteration

    def _make_reader(self) -> FileReader:
        if self._path.suffix.lower() == RAW_SUFFIX:
            return RawFile(self._path, self._format)
        return Decoder(
            file_input(self._path),
            self._format,
            self._shown,
            capacity_seconds=min(MAX_AHEAD_SECONDS, READ_AHEAD_SECONDS * max(1.0, self._speed)),
            stall_seconds=STALL_SECONDS,
            now=self._clock.elapsed,
        )

    async def _await_sound(self, decoder: Decoder) -> None:
        await decoder.wait_for(SAMPLE_BYTES)
        if not decoder.buffered_bytes:
            await decoder.wait_exit()
            raise failures.explain_file(decoder.errors, self._shown)
