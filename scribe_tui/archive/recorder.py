"""Recorder: writes the sound of one opening of a source to files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from scribe_tui.archive.kept_file import FILE_SECONDS, KeptFile
from scribe_tui.archive.writer import ArchiveWriter
from scribe_tui.audio.splitting.splitter import Splitter, StreamPiece

MAX_FILES = 64
"""Most files remembered whose sound has not been heard yet; usually a minute of sound."""


class Recorder:
    """Writes one opening's sound. A `SoundCopy`.

    Bytes arrive before their sound is heard: `file_at` finds their file later.
    """

    def __init__(
        self,
        splitter: Splitter,
        writer: ArchiveWriter,
        new_path: Callable[[str], Path],
        keep_seconds: float,
        file_seconds: float = FILE_SECONDS,
    ) -> None:
        """`new_path` returns the path of a new file with a suffix."""
        self._splitter = splitter
        self._writer = writer
        self._new_path = new_path
        self._keep_seconds = keep_seconds
        self._file_seconds = file_seconds
        self._files: list[KeptFile] = []
        self._file: KeptFile | None = None
        self._begun = False
        self._closed = False

    @property
    def is_lost(self) -> bool:
        """Whether the bytes are not of the expected format, so that they cannot be kept."""
        return self._splitter.is_lost

    def write(self, data: bytes) -> None:
        """Write bytes that the source sent."""
        if not self._closed:
            for piece in self._splitter.feed(data):
                self._put(piece)

    def close(self) -> None:
        """End the recording, because the opening is over."""
        self._closed = True
        self._leave()

    def file_at(self, seconds: float) -> KeptFile | None:
        """Return the file with the sound at `seconds` of the opening; None if there is none."""
        while len(self._files) > 1 and self._files[1].starts_at <= seconds + 1e-6:
            self._files.pop(0)
        first = self._files[0] if self._files else None
        return first if first is not None and first.starts_at <= seconds + 1e-6 else None

    def _put(self, piece: StreamPiece) -> None:
        data = piece.data
        if self._file is not None and self._file.refused:
            self._leave()
        if piece.starts_at is not None and self._is_due(piece.starts_at):
            self._leave()
            if self._writer.problem is None and len(self._files) < MAX_FILES:
                path = self._new_path(self._splitter.suffix)
                self._file = KeptFile(path, piece.starts_at, self._keep_seconds)
                self._files.append(self._file)
                if self._begun:
                    data = self._splitter.header + data
        self._begun = True
        if self._file is not None and not self._writer.put(self._file, data):
            self._leave()

    def _is_due(self, seconds: float) -> bool:
        return self._file is None or seconds - self._file.starts_at >= self._file_seconds

    def _leave(self) -> None:
        if self._file is not None:
            self._writer.close_file(self._file)
            self._file = None
