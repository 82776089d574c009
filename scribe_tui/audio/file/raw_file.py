"""RawFile: a file of bare PCM, read without a decoder."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from scribe_tui.audio.decoder.log import DecoderFacts
from scribe_tui.audio.file import failures
from scribe_tui.audio.file.growing import pieces_of
from scribe_tui.audio.format import SAMPLE_BYTES, AudioFormat
from scribe_tui.sanitize import harmless_line


class RawFile:
    """A file of nothing but signed 16-bit little-endian mono PCM at the session's rate."""

    def __init__(self, path: Path, audio_format: AudioFormat, *, follow: bool = False) -> None:
        """`follow`: at the end of the file wait for more to be written."""
        self._path = path
        self._shown = harmless_line(path.name)
        self._format = audio_format
        self._file: BinaryIO | None = None
        self._more: AsyncIterator[bytes] | None = None
        self._follow = follow
        self.facts = DecoderFacts(codec="pcm")

    @property
    def buffered_bytes(self) -> int:
        """Any amount: a file need not be waited for."""
        return 1 << 62

    async def start(self) -> None:
        """Open the file. Raises SourceError."""
        try:
            self._file = _open(self._path)
        except OSError as error:
            raise failures.unreadable_file(self._shown, error) from error
        samples = os.fstat(self._file.fileno()).st_size // SAMPLE_BYTES
        if not samples:
            raise failures.no_sound_in_file(self._shown)
        self.facts = replace(self.facts, duration_seconds=self._format.seconds(samples))

    async def read(self, size: int) -> bytes:
        """Up to `size` bytes, from the disk's cache in microseconds. Raises SourceError."""
        if self._file is None:
            return b""
        try:
            pcm = self._file.read(size)
            while self._follow and len(pcm) < size:
                if self._more is None:
                    self._more = pieces_of(self._file)
                more = await anext(self._more, b"")
                if not more:
                    break
                keep = size - len(pcm)
                self._file.seek(min(0, keep - len(more)), os.SEEK_CUR)
                pcm += more[:keep]
            return pcm
        except OSError as error:
            raise failures.unreadable_file(self._shown, error) from error

    async def stop(self) -> None:
        """Close the file."""
        if self._file:
            self._file.close()


def _open(path: Path) -> BinaryIO:
    return path.open("rb")
