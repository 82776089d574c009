"""GrowingFile: a file that is still being written, given to the decoder as it grows."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import BinaryIO

from scribe_tui.audio.decoder.relay import Reply
from scribe_tui.audio.file import failures
from scribe_tui.sanitize import harmless_line

PIECE_BYTES = 64 * 1024
LOOK_SECONDS = 0.25
FOLLOW_SECONDS = 15.0
"""A file that has not grown for this long is finished."""


async def pieces_of(file: BinaryIO) -> AsyncIterator[bytes]:
    """The rest of `file`, and what is added to it, until nothing is added any more.

    Raises OSError.
    """
    waited = 0.0
    while True:
        piece = file.read(PIECE_BYTES)
        if piece:
            waited = 0.0
            yield piece
        elif waited >= FOLLOW_SECONDS:
            return
        else:
            waited += LOOK_SECONDS
            await asyncio.sleep(LOOK_SECONDS)


class GrowingFile:
    """A `Route` to one file, which is only read forward."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def reply(self, path: str, first: int, last: int | None) -> Reply:
        """The file from its beginning. Raises SourceError."""
        try:
            file = self._path.open("rb")
        except OSError as error:
            shown = harmless_line(self._path.name)
            raise failures.unreadable_file(shown, error) from error
        return Reply("", self._pieces(file))

    async def _pieces(self, file: BinaryIO) -> AsyncIterator[bytes]:
        with file:
            async for piece in pieces_of(file):
                yield piece
