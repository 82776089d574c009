"""Which program decodes: ffmpeg from PATH, else the one inside the imageio-ffmpeg wheel."""

from __future__ import annotations

import asyncio
import shutil
from asyncio.subprocess import DEVNULL, PIPE

from scribe_tui.errors import Retry, SourceError
from scribe_tui.sanitize import harmless_line

_ANSWER_SECONDS = 10.0


def find_decoder() -> str:
    """The path of an ffmpeg to run. Raises SourceError (NEVER) when there is none."""
    return shutil.which("ffmpeg") or _bundled_decoder()


def _bundled_decoder() -> str:
    try:
        import imageio_ffmpeg

        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except (ImportError, RuntimeError) as error:
        raise SourceError(
            "no decoder",
            "No ffmpeg was found, and radio and files need one.",
            "Install ffmpeg with your package manager, or: pip install 'scribe-tui[ffmpeg]'.",
            retry=Retry.NEVER,
        ) from error


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
