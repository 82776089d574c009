"""Bare sound as WAV at an address: heard at once, and to the end of what there is."""

from __future__ import annotations

import asyncio
import io
import re
import wave

import pytest

from scribe_tui.audio.format import AudioFormat
from scribe_tui.audio.options import SourceOptions
from scribe_tui.audio.pcm.level import level_dbfs
from scribe_tui.audio.web.web_source import WebSource
from tests.support.fetched import OK
from tests.support.raw_server import raw_server


def a_moment_of_wav() -> bytes:
    """Half a second of loud stereo at 16 kHz: a header, and 32 KB."""
    data = io.BytesIO()
    with wave.open(data, "wb") as writer:
        writer.setnchannels(2)
        writer.setsampwidth(2)
        writer.setframerate(16000)
        writer.writeframes(b"\x00\x20\x00\x20\x00\xe0\x00\xe0" * 4000)
    return data.getvalue()


async def test_the_first_half_second_is_heard_before_more_comes(audio_format: AudioFormat) -> None:
    sound = a_moment_of_wav()
    release = asyncio.Event()

    async def station(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(OK + b"Content-Type: audio/wav\r\nicy-name: Wave FM\r\n\r\n" + sound)
        await writer.drain()
        await release.wait()
        writer.close()

    async with await asyncio.start_server(station, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with WebSource(f"http://127.0.0.1:{port}/", audio_format) as source:
            async with asyncio.timeout(15):  # a station that falls silent is a stall after 20 s
                chunks = [await anext(source) for _ in range(3)]
            assert all(level_dbfs(chunk.pcm) > -20 for chunk in chunks)
        release.set()


@pytest.mark.parametrize(
    "chunk", [b"", b"LIST" + (40_000).to_bytes(4, "little") + bytes(40_000)], ids=["sound", "chunk"]
)
@pytest.mark.parametrize("gives_parts", [True, False])
async def test_a_recording_is_heard_beyond_what_its_header_tells(
    audio_format: AudioFormat, chunk: bytes, gives_parts: bool
) -> None:
    """Unless a chunk of another kind stands there, whether the server can be asked or not."""
    sound = a_moment_of_wav()
    whole = sound + (chunk or sound[44:] * 5)

    def answer(head: str) -> bytes:
        asked = re.search(r"Range: bytes=(\d+)-(\d*)", head)
        if asked is None or not gives_parts:
            return OK + b"Content-Length: %d\r\n\r\n" % len(whole) + whole
        first, last = int(asked[1]), min(int(asked[2] or len(whole)), len(whole) - 1)
        part = whole[first : last + 1]
        head_of_part = b"HTTP/1.1 206 Part\r\nContent-Range: bytes %d-%d/%d\r\n\r\n"
        return head_of_part % (first, last, len(whole)) + part

    samples = 0
    options = SourceOptions(speed=1000.0)
    async with (
        raw_server(answer) as server,
        WebSource(server.url("/a.wav"), audio_format, options) as source,
    ):
        async for piece in source:
            samples += piece.samples
    expected = 0.5 if chunk else 3.0
    assert audio_format.seconds(samples) == pytest.approx(expected, abs=0.01)
