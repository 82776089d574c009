"""What the heads of uncoded files tell of their size, and what is made of it."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from scribe_tui.audio.containers.declared_size import HEAD_BYTES, size_in
from scribe_tui.audio.file.file_source import FileSource
from scribe_tui.audio.format import AudioFormat
from scribe_tui.audio.options import SourceOptions
from scribe_tui.errors import SourceError

FAST = SourceOptions(speed=1000.0)
KINDS = [("a.wav",), ("a.w64",), ("a.aiff",), ("a.au",), ("a.caf",), ("b.wav", "-rf64", "always")]
KINDS += [("a.avi", "-c:a", "pcm_s16le"), ("a.wma", "-b:a", "256k"), ("a.mka", "-c:a", "flac")]
KINDS += [("a.flv", "-c:a", "libmp3lame", "-b:a", "256k")]


@pytest.fixture(params=KINDS, ids="-".join)
def path(request: pytest.FixtureRequest, decoder: str, tmp_path: Path) -> Path:
    """Three seconds of a tone."""
    name, *options = request.param
    argv = [decoder, "-nostdin", "-loglevel", "error", "-f", "lavfi", "-i", "sine=duration=3"]
    subprocess.run([*argv, *options, str(tmp_path / name)], check=True)
    return tmp_path / name


def cut_in_half(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


async def seconds_of(path: Path, audio_format: AudioFormat) -> float:
    samples = 0
    async with FileSource(path, audio_format, FAST) as source:
        async for chunk in source:
            samples += chunk.samples
    return audio_format.seconds(samples)


@pytest.mark.some(2)
def test_a_whole_file_is_as_large_as_it_tells(path: Path) -> None:
    assert abs((size_in(path.read_bytes()[:HEAD_BYTES]) or 0) - path.stat().st_size) <= 8


@pytest.mark.some(2)
async def test_a_whole_file_ends_without_a_word(path: Path, audio_format: AudioFormat) -> None:
    assert await seconds_of(path, audio_format) == pytest.approx(3.0, abs=0.05)


@pytest.mark.some(2)
async def test_a_file_cut_short_is_heard_and_then_said(
    path: Path, audio_format: AudioFormat
) -> None:
    cut_in_half(path)
    with pytest.raises(SourceError, match=r"is cut short: its sound breaks off after 1\.[3-5] s"):
        await seconds_of(path, audio_format)


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"RIFF\0\0\0\0WAVE",
        b"RIFF\xff\xff\xff\xffWAVE",
        b"RIFF\0\0\0\0AVI ",
        b"\x1aE\xdf\xa3\x80\x18\x53\x80\x67\x01" + b"\xff" * 7,
        b"\x1aE\xdf\xa3\x80\x18\x53\x80\x67",
        bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c"),
        b"RF64\xff\xff\xff\xffWAVEds64\x1c\0\0\0" + bytes(8),
        b".snd\0\0\0\x20\xff\xff\xff\xff",
        b"caff\0\1\0\0data" + b"\xff" * 8,
        b"caff\0\1\0\0free" + b"\xff" * 8,
        b"caff\0\1\0\0free" + b"\x7f" * 8,
        b"FORM\0\0\0\0AIFF",
    ],
)
def test_a_head_that_tells_nothing(head: bytes) -> None:
    assert size_in(head) is None
