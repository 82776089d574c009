"""A subtitle file that grows and is valid whenever it is read."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from copy import copy
from dataclasses import dataclass
from pathlib import Path

from scribe_tui.events import CommittedSegment, Gap
from scribe_tui.journal.export.cues import Cue, CueMaker
from scribe_tui.journal.export.subtitles import Subtitles
from scribe_tui.journal.run_files import note, unfinished

PAGE_BYTES = 4096
"""Bytes in a memory page: a write within one page is seen completely or not at all.

A write across two pages may be seen half done. A page that the next block does not fit is filled
with blank lines, which mean nothing between blocks.
"""

_FLAGS = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW


@dataclass(frozen=True, slots=True)
class _WrittenSegment:
    """Where the cues of a segment are: their byte range, the number of the first, their times."""

    begin: int
    end: int
    number: int
    cues: tuple[tuple[float, float], ...]


class LiveFile:
    """`NAME.srt` or `NAME.vtt` of one session. For one thread only; calls raise OSError.

    After an error the file is as it was before the call, and the call may be made again.
    """

    def __init__(self, path: Path, form: Subtitles) -> None:
        self._path = path
        self._form = form
        self._maker = CueMaker()
        self._descriptor: int | None = None
        self._size = 0
        self._number = 0
        self._written: dict[int, _WrittenSegment] = {}

    def open(self, at: float) -> None:
        """Note that the session was opened, perhaps again. Raises OSError."""
        self._maker.open(at)
        self._file()

    def add(self, segment: CommittedSegment) -> None:
        """Append a segment's cues."""
        maker = copy(self._maker)
        cues = maker.of(segment)
        if not cues:
            return
        begin, number = self._size, self._number + 1
        try:
            for index, cue in enumerate(cues):
                self._append(self._form.block(number + index, cue))
        except OSError:
            if self._descriptor is not None:
                os.ftruncate(self._descriptor, begin)
            self._size = begin
            raise
        self._number += len(cues)
        self._maker = maker
        times = tuple((cue.start, cue.end) for cue in cues)
        self._written[segment.number] = _WrittenSegment(begin, self._size, number, times)

    def miss(self, gap: Gap) -> None:
        """Append a gap, if the format has comments."""
        block = self._form.note(gap, self._maker.span_of(gap))
        if block:
            self._append(block)

    def rewrite(self, number: int, text: str) -> bool:
        """Replace the text of a segment; returns whether the file has that segment.

        The whole file is written under another name and then renamed.
        """
        written = self._written.get(number)
        if written is None:
            return False
        content = os.pread(self._file(), self._size, 0)
        blocks = b"".join(self._blocks(written, text))
        shift = len(blocks) - (written.end - written.begin)
        self._replace(content[: written.begin] + blocks + content[written.end :])
        for other, its in self._written.items():
            if its.begin >= written.end:
                self._written[other] = _WrittenSegment(
                    its.begin + shift, its.end + shift, its.number, its.cues
                )
        self._written[number] = _WrittenSegment(
            written.begin, written.end + shift, written.number, written.cues
        )
        return True

    def close(self) -> None:
        """Close the file."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None
            with suppress(OSError):
                note(self._path)

    def _blocks(self, written: _WrittenSegment, text: str) -> list[bytes]:
        """Return the new text as cues with the numbers and times of the old ones."""
        start, end = written.cues[0][0], written.cues[-1][1]
        segment = CommittedSegment(0, text, start, start, end)
        lines = [cue.lines for cue in CueMaker().of(segment)]
        if len(lines) > len(written.cues):  # the rest stands in the last one
            rest = tuple(line for more in lines[len(written.cues) - 1 :] for line in more)
            lines = [*lines[: len(written.cues) - 1], rest]
        return [
            self._form.block(written.number + index, Cue(*written.cues[index], each))
            for index, each in enumerate(lines)
        ]

    def _append(self, block: bytes) -> None:
        descriptor = self._file()
        left = PAGE_BYTES - self._size % PAGE_BYTES
        if left < len(block) <= PAGE_BYTES:
            self._write(descriptor, b"\n" * left)
        self._write(descriptor, block)

    def _write(self, descriptor: int, content: bytes) -> None:
        written = os.pwrite(descriptor, content, self._size)
        if written < len(content):
            os.ftruncate(descriptor, self._size)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self._size += written

    def _file(self) -> int:
        """The file's descriptor; the first call creates the file and never replaces another.

        Raises FileExistsError if the name is taken.
        """
        if self._descriptor is None:
            flags = _FLAGS if self._size else _FLAGS | os.O_EXCL
            self._descriptor = os.open(self._path, flags, 0o600)
            with suppress(OSError):
                note(self._path, live=True)
            if self._form.head and not self._size:
                self._write(self._descriptor, self._form.head)
        return self._descriptor

    def _replace(self, content: bytes) -> None:
        beside = unfinished(self._path)
        descriptor = os.open(beside, _FLAGS | os.O_EXCL, 0o600)
        try:
            if os.pwrite(descriptor, content, 0) < len(content):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            beside.replace(self._path)
        except OSError:
            os.close(descriptor)
            with suppress(OSError):
                beside.unlink()
            raise
        if self._descriptor is not None:
            os.close(self._descriptor)
        self._descriptor, self._size = descriptor, len(content)
