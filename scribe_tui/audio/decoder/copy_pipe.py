"""A second pipe from a decoder: the sound as the source sent it, beside the decoded PCM."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator

from scribe_tui.audio.format import SoundCopy
from scribe_tui.errors import descriptors_are_exhausted


class _Reader(asyncio.Protocol):
    """Passes on what comes; the decoder never waits for it."""

    def __init__(self, copy: SoundCopy) -> None:
        self._copy = copy

    def data_received(self, data: bytes) -> None:
        self._copy.write(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self._copy.close()


@contextlib.asynccontextmanager
async def copying(copy: SoundCopy | None) -> AsyncIterator[tuple[int | None, tuple[int, ...]]]:
    """While a decoder is started: (the descriptor it writes the copy to, all it has to inherit).

    The pipe is read until the decoder ends, however that happens. Raises OSError (EMFILE)
    where there are no more descriptors.
    """
    if copy is None:
        yield None, ()
        return
    try:
        reading, writing = os.pipe()
    except OSError as error:
        if not descriptors_are_exhausted(error):
            raise
        yield None, ()  # the recognition goes on without
        return
    try:
        await asyncio.get_running_loop().connect_read_pipe(
            lambda: _Reader(copy), os.fdopen(reading, "rb", buffering=0)
        )
        yield writing, (writing,)
    finally:
        os.close(writing)
