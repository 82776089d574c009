"""Ask a decoder who it is."""

from __future__ import annotations

import asyncio
from asyncio.subprocess import DEVNULL, PIPE

from scribe_tui.errors import Retry, SourceError
from scribe_tui.sanitize import harmless_line

_ANSWER_SECONDS = 10.0


async def decoder_version(path: str) -> str:
    """What the decoder at `path` says of itself, such as `ffmpeg version 5.1.9`.

    Raises SourceError (NEVER) if it cannot be run.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            path, "-version", stdin=DEVNULL, stdout=PIPE, stderr=DEVNULL
        )
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                answer, _ = await process.communicate()
        except TimeoutError:
            process.kill()
            await process.wait()
            raise
    except (OSError, TimeoutError) as error:
        raise SourceError(
            "no decoder",
            f"The decoder {path} cannot be run: {type(error).__name__}.",
            "Install ffmpeg with your package manager, or: pip install 'scribe-tui[ffmpeg]'.",
            retry=Retry.NEVER,
        ) from error
    first = harmless_line(answer.decode(errors="replace").partition("\n")[0])
    return first.partition(" Copyright")[0]
