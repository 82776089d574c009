"""Files made with the decoder's own arguments, and what is heard of them."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from scribe_tui.audio.file.file_source import FileSource
from scribe_tui.audio.file.pipe_source import PipeSource
from scribe_tui.audio.format import AudioFormat
from scribe_tui.audio.options import SourceOptions
from scribe_tui.audio.source import SourceStatus
from scribe_tui.errors import SourceError

FAST = 1000.0
SPEECH = "aevalsrc='0.4*sin(2*PI*300*t)*(0.5+0.5*sin(2*PI*2*t))*lt(mod(t,1),0.7)':s=16000"
"""Sound whose level goes up and down, with pauses, as speech does."""
Make = Callable[..., Path]


@pytest.fixture
def make(decoder: str, tmp_path: Path) -> Make:
    """Make a file with the decoder's own arguments."""

    def run(name: str, *arguments: str) -> Path:
        path = tmp_path / name
        argv = [decoder, "-nostdin", "-y", "-loglevel", "error", *arguments, str(path)]
        subprocess.run(argv, check=True)
        return path

    return run


async def heard(
    path: Path, audio_format: AudioFormat, **options: object
) -> tuple[bytes, SourceStatus]:
    """All the PCM of a file, and its status at the end."""
    pcm = b""
    chosen = SourceOptions(speed=FAST, **options)  # type: ignore[arg-type]
    async with FileSource(path, audio_format, chosen) as source:
        async for chunk in source:
            pcm += chunk.pcm
    return pcm, source.status


def seconds(pcm: bytes) -> float:
    return len(pcm) / 32000


async def seconds_of(path: Path, audio_format: AudioFormat) -> float:
    pcm, _ = await heard(path, audio_format)
    return audio_format.seconds(len(pcm) // 2)


def lavfi(*sources: str) -> list[str]:
    return [part for source in sources for part in ("-f", "lavfi", "-i", source)]


def with_length(wav: bytes, length: int) -> bytes:
    place = wav.index(b"data") + 4
    return wav[:place] + length.to_bytes(4, "little") + wav[place + 4 :]


def wav(*chunks: tuple[bytes, bytes], padded: bool) -> bytes:
    """A WAV of these chunks; unless `padded`, odd ones lack the byte that makes them even."""
    body = b"WAVE"
    for name, content in chunks:
        body += name + len(content).to_bytes(4, "little") + content
        body += b"\0" if padded and len(content) % 2 else b""
    return b"RIFF" + len(body).to_bytes(4, "little") + body


FORM = bytes.fromhex("01000100803e0000007d000002001000")
"""PCM, one channel, 16 kHz, 16 bits."""


async def heard_through_pipe(
    path: Path, body: bytes, audio_format: AudioFormat
) -> tuple[float, str]:
    """Seconds of what is written into a named pipe, and what was said at its end."""
    os.mkfifo(path)
    writing = asyncio.create_task(asyncio.to_thread(path.write_bytes, body))
    samples, said = 0, ""
    async with PipeSource(path, audio_format, SourceOptions(speed=FAST)) as source:
        try:
            async for chunk in source:
                samples += chunk.samples
        except SourceError as error:
            said = error.message
    await writing
    return audio_format.seconds(samples), said
