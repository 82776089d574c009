"""Addresses as people write them are heard: `file:`, `-`, and names with blanks."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from scribe_tui.audio.file.file_source import FileSource
from scribe_tui.audio.format import AudioFormat
from scribe_tui.audio.open import check_address, open_source
from scribe_tui.audio.options import SourceOptions
from tests.unit.audio.conftest import MakeSound

FAST = 1000.0
HEAR = """
import asyncio, sys
from scribe_tui.audio.format import AudioFormat
from scribe_tui.audio.open import check_address, open_source

async def main():
    check_address("-")
    samples = 0
    async with open_source("-", AudioFormat.parse("pcm_16000"), speed=1000.0) as source:
        async for chunk in source:
            samples += chunk.samples
    print(samples / 16000)

asyncio.run(main())
"""


async def heard_seconds(address: str, audio_format: AudioFormat) -> float:
    check_address(address)
    async with open_source(address, audio_format, speed=FAST) as source:
        return audio_format.seconds(sum([chunk.samples async for chunk in source]))


@pytest.mark.some(1)
@pytest.mark.parametrize("name", ["my talk.wav", " talk.wav", "talk.wav ", "50% söng.wav"])
async def test_any_name_plays_by_path_and_by_address(
    make_sound: MakeSound, audio_format: AudioFormat, tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    path.write_bytes(make_sound("tone.wav").read_bytes())
    for address in (str(path), path.as_uri(), path.as_uri().replace("file://", "FILE://localhost")):
        assert await heard_seconds(address, audio_format) == pytest.approx(3.0, abs=0.01)


def test_standard_input_plays(make_sound: MakeSound) -> None:
    with make_sound("tone.wav").open("rb") as sound:
        piped = subprocess.run(
            [sys.executable, "-c", HEAR],
            input=sound.read(),
            capture_output=True,
            timeout=60,
            check=False,
        )
    assert piped.returncode == 0, piped.stderr.decode()
    assert float(piped.stdout) == pytest.approx(3.0, abs=0.01)


async def test_a_file_that_grows_without_follow_is_told(
    audio_format: AudioFormat, tmp_path: Path
) -> None:
    path = tmp_path / "growing.pcm"
    path.write_bytes(bytes(32000))
    async with FileSource(path, audio_format, SourceOptions(speed=FAST)) as source:
        async for _ in source:
            pass
        assert source.status.notices == (), "nothing was added"
    async with FileSource(path, audio_format, SourceOptions(speed=FAST)) as source:
        source_path = path.with_name("growing.pcm")
        async for chunk in source:
            if chunk.samples and source_path.stat().st_size < 320_000:
                with source_path.open("ab") as file:
                    file.write(bytes(1000))
        (notice,) = source.status.notices
    assert notice.startswith("growing.pcm was still being written when its end was reached")
    assert "follow" in notice
