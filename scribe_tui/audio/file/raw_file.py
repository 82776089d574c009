"""RawFile: a file of bare PCM, read without a decoder; and what any reader of a file must do."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO, Protocol

from scribe_tui.audio import failures
from scribe_tui.audio.decoder.log import DecoderFacts
from scribe_tui.audio.format import SAMPLE_BYTES, AudioFormat
from scribe_tui.audio.pacing import PcmReader
from scribe_tui.sanitize import harmless_line


class FileReader(PcmReader, Protocol):
    """PCM from a file, however it is stored."""

    @property
    def facts(self) -> DecoderFacts:
        """Tags, codec and duration as far as they are known."""

    @property
    def errors(self) -> tuple[str, ...]:
        """What went wrong while reading."""

    async def start(self) -> None:
        """Open it. Raises SourceError."""

    async def wait_exit(self) -> None:
        """After the end: until `errors` is whole."""

    async def stop(self) -> None:
        """Let go of it. Never raises."""


class RawFile:
    """A file of nothing but signed 16-bit little-endian mono PCM at the session's rate."""

    errors = ()

    def __init__(self, path: Path, audio_format: AudioFormat) -> None:
        self._path = path
        self._shown = harmless_line(path.name)
        self._format = audio_format
        self._file: BinaryIO | None = None
        self.facts = DecoderFacts(codec="pcm")

    @property
    def buffered_bytes(self) -> int:
        """As much as anyone wants: a file need not be waited for."""
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
        try:
            return self._file.read(size) if self._file else b""
        except OSError as error:
            raise failures.unreadable_file(self._shown, error) from error

    async def wait_exit(self) -> None:
        """Nothing to wait for."""

    async def stop(self) -> None:
        """Close the file."""
        if self._file:
            self._file.close()


def _open(path: Path) -> BinaryIO:
    return path.open("rb")
