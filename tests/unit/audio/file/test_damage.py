"""Sound that cannot be decoded in the midst of a file is told, and so is what comes after it."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from scribe_tui.audio.damage import Damage
from scribe_tui.audio.file.file_source import FileSource
from scribe_tui.audio.format import AudioFormat
from scribe_tui.audio.options import SourceOptions
from scribe_tui.errors import SourceError
from tests.unit.audio.conftest import MakeSound

FAST = SourceOptions(speed=1000.0)
AAC = ("-c:a", "aac", "-b:a", "128k")
MP3 = ("-c:a", "libmp3lame", "-b:a", "128k", "-write_xing", "0", "-id3v2_version", "0")


async def heard(path: Path, audio_format: AudioFormat) -> tuple[float, tuple[str, ...]]:
    """Seconds of sound, and what was said."""
    samples = 0
    async with FileSource(path, audio_format, FAST) as source:
        async for chunk in source:
            samples += chunk.samples
    return audio_format.seconds(samples), source.status.notices


def noise(size: int) -> bytes:
    return random.Random(1).randbytes(size)


@pytest.mark.parametrize("spoil", [noise, bytes], ids=["noise", "zeros"])
@pytest.mark.parametrize(("name", "options"), [("a.aac", AAC), ("a.mp3", MP3)], ids=["aac", "mp3"])
async def test_a_spoilt_middle_is_told(
    make_sound: MakeSound,
    tmp_path: Path,
    audio_format: AudioFormat,
    spoil: Callable[[int], bytes],
    name: str,
    options: tuple[str, ...],
) -> None:
    whole = make_sound(f"whole-{name}", 12.0, *options).read_bytes()
    first, last = len(whole) // 3, len(whole) // 2
    path = tmp_path / name
    path.write_bytes(whole[:first] + spoil(last - first) + whole[last:])
    seconds, notices = await heard(path, audio_format)
    assert 9.5 < seconds < 11.0
    assert len(notices) == 1
    assert name in notices[0]
    # Where it is depends, this fast, on what of the decoder's is read first.
    assert "decoded" in notices[0]


async def test_a_whole_file_is_not_called_damaged(
    make_sound: MakeSound, tmp_path: Path, audio_format: AudioFormat
) -> None:
    """Tags behind its end are none of the sound, and no damage."""
    path = tmp_path / "a.aac"
    path.write_bytes(make_sound("whole-a.aac", 12.0, *AAC).read_bytes() + b"APETAGEX" + noise(3000))
    assert await heard(path, audio_format) == (pytest.approx(12.0, abs=0.1), ())


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (("1.ogg", "-c:a", "libvorbis"), ("2.ogg", "-c:a", "libopus", "-ar", "48000")),
        (("1.aac", *AAC), ("2.mp3", *MP3)),
    ],
    ids=["vorbis-opus", "aac-mp3"],
)
async def test_a_change_of_codec_that_ends_the_decoding_is_an_error(
    make_sound: MakeSound,
    tmp_path: Path,
    audio_format: AudioFormat,
    first: tuple[str, ...],
    then: tuple[str, ...],
) -> None:
    parts = [
        make_sound(f"part-{name}", 12.0, *options).read_bytes() for name, *options in (first, then)
    ]
    path = tmp_path / first[0]
    path.write_bytes(b"".join(parts))
    with pytest.raises(
        SourceError, match=r"cannot be decoded beyond 12\.\d s: it changes its kind"
    ):
        await heard(path, audio_format)


def test_of_a_station_a_piece_or_two_are_nothing() -> None:
    damage = Damage("radio.example", is_live=True)
    damage.add(1, 0.0)
    damage.add(2, 300.0)
    damage.ended(600.0)
    assert damage.notice is None
    damage.add(3, 601.0)
    assert damage.notice == "some of what radio.example sends is damaged and cannot be decoded"


def test_of_a_file_a_piece_counts_unless_it_is_at_an_end() -> None:
    for at, is_told in ((0.1, False), (5.0, True), (9.9, False)):
        damage = Damage("a.mp3", is_live=False)
        damage.add(1, at)
        damage.ended(10.0)
        assert (damage.notice is not None) is is_told
