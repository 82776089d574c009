"""A real Icecast: MP3, AAC and Ogg heard at once, titles live, a killed mount noticed."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator

import pytest

from scribe_tui.audio.format import AudioFormat
from scribe_tui.audio.web.web_source import WebSource
from scribe_tui.errors import SourceError
from tests.support.icecast import MOUNTS, Icecast, running
from tests.support.requirements import need

pytestmark = [pytest.mark.system, pytest.mark.early(4)]


@pytest.fixture(scope="module")
def icecast() -> Iterator[Icecast]:
    program, ffmpeg = need("icecast2"), need("ffmpeg")
    with running(program, ffmpeg) as icecast:
        yield icecast


async def test_three_codecs_at_once_at_real_time(icecast: Icecast) -> None:
    """After two seconds, or after as many more as a moment's delay needs to count for little."""
    audio_format = AudioFormat.parse("pcm_16000")
    loop = asyncio.get_running_loop()

    async def listen(mount: str) -> tuple[float, bytes, str | None]:
        async with WebSource(icecast.url(mount), audio_format) as source:
            for _ in range(10):  # a mount that has only just begun has no burst to give yet
                await anext(source)
            began = loop.time()
            pcm, pace = b"", 0.0
            while len(pcm) < 2 * 32000 or (abs(pace - 1) > 0.05 and len(pcm) < 20 * 32000):
                pcm += (await anext(source)).pcm
                pace = len(pcm) / 32000 / (loop.time() - began)
            return pace, pcm, source.status.codec

    results = await asyncio.gather(*(listen(mount) for mount in MOUNTS))
    assert [codec for _, _, codec in results] == ["mp3", "aac", "vorbis"]
    for pace, pcm, _ in results:
        assert pace == pytest.approx(1.0, abs=0.05)
        assert tone_hz(pcm) == pytest.approx(440, abs=5)


async def test_the_title_appears_live(icecast: Icecast) -> None:
    async with WebSource(icecast.url("mp3"), AudioFormat.parse("pcm_16000")) as source:
        await anext(source)
        await asyncio.to_thread(icecast.set_title, "mp3", "Zoë & <b>Co</b> – It's live")
        async with asyncio.timeout(45):
            while source.status.title != "Zoë & <b>Co</b> – It's live":
                await anext(source)


async def test_a_killed_mount_ends_the_sound_and_then_is_404(icecast: Icecast) -> None:
    audio_format = AudioFormat.parse("pcm_16000")
    async with WebSource(icecast.url("mp3"), audio_format) as source:
        await anext(source)
        icecast.stop_feeding("mp3")
        async with asyncio.timeout(45):
            async for _ in source:
                pass
    with pytest.raises(SourceError, match=f"404 Not Found from 127.0.0.1:{icecast.port}"):
        async with WebSource(icecast.url("mp3"), audio_format):
            pass


async def test_icecasts_own_playlist_leads_to_the_sound(icecast: Icecast) -> None:
    async with WebSource(icecast.url("ogg.m3u"), AudioFormat.parse("pcm_16000")) as source:
        assert (await anext(source)).samples == 1600


def tone_hz(pcm: bytes) -> float:
    """Upward zero crossings a second."""
    samples = memoryview(pcm).cast("h")
    crossings = sum(a < 0 <= b for a, b in itertools.pairwise(samples))
    return crossings * 16000 / len(samples)
