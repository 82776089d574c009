"""A station that sends bare sound as WAV is heard from its first tenths of a second on."""

from __future__ import annotations

import asyncio
import io
import wave

from scribe_tui.audio.format import AudioFormat
from scribe_tui.audio.level import level_dbfs
from scribe_tui.audio.web.web_source import WebSource
from tests.unit.audio.web.test_fetched import OK


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
