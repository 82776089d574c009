"""Remuxing: the sound tracks of a source, undecoded, in one stream."""

from __future__ import annotations

import asyncio
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import AsyncGenerator

from scribe_tui.audio.decoder.command import DecoderInput, copy_command, environment
from scribe_tui.audio.decoder.program import find_decoder
from scribe_tui.audio.decoder.starting import bound_memory, not_started
from scribe_tui.child_process import EXIT_SECONDS, end_process

_READ_BYTES = 65536


async def remuxed(source: DecoderInput, where: str) -> AsyncGenerator[bytes, None]:
    """All sound tracks of `source`, for `source.seconds`; the caller must close the generator.

    It yields nothing if a track cannot be copied. Raises SourceError if no decoder runs.
    """
    program = find_decoder()
    try:
        process = await asyncio.create_subprocess_exec(
            *copy_command(program, source),
            stdin=DEVNULL,
            stdout=PIPE,
            stderr=DEVNULL,
            start_new_session=True,
            env=environment(source.variables),
        )
    except OSError as error:
        raise not_started(program, error, where) from error
    try:
        bound_memory(process.pid)
        assert process.stdout is not None
        while data := await process.stdout.read(_READ_BYTES):
            yield data
        await end_process(process, EXIT_SECONDS)
    finally:
        await end_process(process)
