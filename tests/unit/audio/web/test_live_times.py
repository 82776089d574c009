"""A live stream in a container with times is heard as it comes: no silence is put before it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from scribe_tui.audio.format import SAMPLE_BYTES, AudioFormat
from scribe_tui.audio.options import SourceOptions
from scribe_tui.audio.web.opening import Opening
from tests.support.fetched import answered
from tests.support.raw_server import raw_server
from tests.unit.audio.file.conftest import lavfi


@pytest.fixture(params=["ts", "mkv", "flv"])
def late(decoder: str, tmp_path: Path, request: pytest.FixtureRequest) -> bytes:
    """A picture of 7 s, and sound from 4 s on."""
    path = tmp_path / f"late.{request.param}"
    argv = [decoder, "-nostdin", "-y", "-loglevel", "error", *lavfi("color=s=64x64:d=7:r=25")]
    argv += ["-itsoffset", "4", *lavfi("sine=d=3:r=44100"), "-map", "0", "-map", "1"]
    codec = "flv" if request.param == "flv" else "mpeg2video"
    subprocess.run([*argv, "-c:v", codec, "-c:a", "aac", str(path)], check=True)
    return path.read_bytes()


@pytest.mark.parametrize("is_live", [True, False])
async def test_sound_that_begins_late(
    late: bytes, audio_format: AudioFormat, is_live: bool
) -> None:
    headers = () if is_live else (f"Content-Length: {len(late)}",)
    async with raw_server(answered(late, *headers, kind="video/x")) as server:
        playing = await Opening(audio_format, SourceOptions()).play(server.url())
        try:
            assert playing.route.is_live == is_live
            await playing.decoder.wait_for(audio_format.samples(60.0) * SAMPLE_BYTES)
            heard = audio_format.seconds(playing.decoder.received_bytes // SAMPLE_BYTES)
        finally:
            await playing.stop()
    if is_live or playing.decoder.time_notice is None:
        assert heard == pytest.approx(3.0 if is_live else 7.0, abs=0.2)
