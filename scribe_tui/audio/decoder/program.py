"""Which program decodes: ffmpeg from PATH, else the one inside the imageio-ffmpeg wheel."""

from __future__ import annotations

import asyncio
import shutil
from asyncio.subprocess import DEVNULL, PIPE

from scribe_tui.audio import failures
from scribe_tui.audio.decoder.command import environment
from scribe_tui.child_process import end_process
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


_hls_flags: dict[str, tuple[str, ...]] = {}


async def hls_flags(path: str) -> tuple[str, ...]:
    """The flags with which the decoder at `path` accepts HLS segments of any file name.

    Newer ffmpegs, and older ones with the fix for CVE-2023-6602, refuse segments without a
    known extension; others do not know the flags. Asked once for each decoder.
    """
    if path not in _hls_flags:
        known = await _output(path, "-hide_banner", "-h", "demuxer=hls")
        wanted = {"extension_picky": "0", "allowed_segment_extensions": "ALL"}
        _hls_flags[path] = tuple(
            part
            for flag, value in wanted.items()
            if f"-{flag} " in known
            for part in (f"-{flag}", value)
        )
    return _hls_flags[path]


async def pulse_listing(path: str) -> str:
    """The decoder's listing of the sound server's sources, "" if there is no server.

    Raises SourceError if the decoder cannot be run.
    """
    return await _output(path, "-hide_banner", "-sources", "pulse")


async def decoder_version(path: str) -> str:
    """The version line of the decoder at `path`, such as `ffmpeg version 5.1.9`.

    Raises SourceError if it cannot be run or is no ffmpeg that works.
    """
    first = harmless_line((await _output(path, "-version")).partition("\n")[0])
    if " version " not in first:
        raise failures.broken_decoder(path, f"it calls itself {first!r}" if first else "no answer")
    return first.partition(" Copyright")[0]


async def _output(path: str, *arguments: str) -> str:
    """The decoder's stdout. Raises SourceError unless it exits with status 0."""
    try:
        process = await asyncio.create_subprocess_exec(
            path, *arguments, stdin=DEVNULL, stdout=PIPE, stderr=PIPE, env=environment({})
        )
    except OSError as error:
        raise failures.broken_decoder(path, f"it cannot be started ({error.strerror})") from error
    try:
        async with asyncio.timeout(_ANSWER_SECONDS):
            answer, complaint = await process.communicate()
    except TimeoutError as error:
        raise failures.broken_decoder(path, "it does not answer") from error
    finally:
        await end_process(process)
    if process.returncode:
        said = harmless_line(complaint.decode(errors="replace").strip().rpartition("\n")[2])
        raise failures.broken_decoder(
            path, f"it ended with status {process.returncode}{': ' if said else ''}{said}"
        )
    return answer.decode(errors="replace")
