"""Sound that cannot be decoded in the midst of a file is told, and so is what comes after it."""

from __future__ import annotations

import asyncio
import random
import re
import struct
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from scribe_tui.audio.file.file_source import FileSource
from scribe_tui.audio.format import AudioFormat
from scribe_tui.audio.losses.damage import Damage, Loss
from scribe_tui.audio.options import SourceOptions
from scribe_tui.errors import SourceError
from tests.unit.audio.conftest import MakeSound

FAST = SourceOptions(speed=1000.0)
AAC = ("-c:a", "aac", "-b:a", "128k")
MP3 = ("-c:a", "libmp3lame", "-b:a", "128k", "-write_xing", "0", "-id3v2_version", "0")


async def heard(path: Path, audio_format: AudioFormat) -> tuple[float, tuple[str, ...]]:
    """Seconds of sound, and what was said of it: notices, and the error at its end."""
    samples = 0
    said: tuple[str, ...] = ()
    async with FileSource(path, audio_format, FAST) as source:
        try:
            async for chunk in source:
                samples += chunk.samples
        except SourceError as error:
            said = (error.message,)
    return audio_format.seconds(samples), (*source.status.notices, *said)


def noise(size: int) -> bytes:
    return random.Random(1).randbytes(size)


@pytest.fixture
async def starved() -> AsyncIterator[None]:
    """The loop comes to its turn so seldom that the decoder fills its pipe each time."""
    pause = threading.Event()

    async def hold_up() -> None:
        while True:
            pause.wait(0.02)
            await asyncio.sleep(0)

    holding = asyncio.create_task(hold_up())
    yield
    holding.cancel()


@pytest.mark.some(2)
@pytest.mark.usefixtures("starved")
@pytest.mark.parametrize("spoil", [noise, bytes], ids=["noise", "zeros"])
@pytest.mark.parametrize(("name", "options"), [("a.aac", AAC), ("a.mp3", MP3)], ids=["aac", "mp3"])
async def test_a_spoilt_middle_is_told_about_where_it_is_however_busy_the_machine_is(
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
    seconds, said = await heard(path, audio_format)
    assert 9.5 < seconds < 11.0
    assert name in said[0]
    place = re.search(r"at about (\d+) s|from about (\d+) s on", said[-1])
    assert place is not None
    # It begins at 4 s. The decoder goes on, by what its pipe holds twice over, until what it says
    # of it is read.
    assert 4 <= int(place[1] or place[2]) <= 6
    if spoil is noise:
        assert said[-1].endswith("s on some of its sound could not be decoded.")
        assert len(said) == 2
    else:
        assert len(said) == 1


async def test_a_whole_file_is_not_called_damaged(
    make_sound: MakeSound, tmp_path: Path, audio_format: AudioFormat
) -> None:
    """Tags behind its end are none of the sound, and no damage."""
    path = tmp_path / "a.aac"
    path.write_bytes(make_sound("whole-a.aac", 12.0, *AAC).read_bytes() + b"APETAGEX" + noise(3000))
    assert await heard(path, audio_format) == (pytest.approx(12.0, abs=0.1), ())


@pytest.mark.parametrize("kind", ["APE", "APE, then ID3v1"])
async def test_a_picture_in_a_tag_behind_the_end_is_no_damage(
    make_sound: MakeSound, tmp_path: Path, audio_format: AudioFormat, kind: str
) -> None:
    path = tmp_path / "a.mp3"
    item = struct.pack("<II", 300_000, 2) + b"Cover Art (Front)\0" + noise(300_000)
    foot = b"APETAGEX" + struct.pack("<IIII", 2000, len(item) + 32, 1, 1 << 31) + bytes(8)
    tag = item + foot + (b"TAG" + bytes(125) if "ID3v1" in kind else b"")
    path.write_bytes(make_sound("whole-a.mp3", 12.0, *MP3).read_bytes() + tag)
    assert await heard(path, audio_format) == (pytest.approx(12.0, abs=0.1), ())


@pytest.mark.some(1)
@pytest.mark.parametrize(
    ("name", "options"),
    [("1.opus", ("-c:a", "libopus")), ("1.ogg", ("-c:a", "libvorbis")), ("1.mp3", MP3)],
)
async def test_recordings_that_were_joined_are_not_called_damaged(
    make_sound: MakeSound, tmp_path: Path, audio_format: AudioFormat, name: str, options: tuple
) -> None:
    path = tmp_path / name
    path.write_bytes(make_sound(f"part-{name}", 12.0, *options).read_bytes() * 3)
    assert await heard(path, audio_format) == (pytest.approx(36.1, abs=0.2), ())


PARTS = {
    "ogg": ("-c:a", "libvorbis"),
    "opus": ("-c:a", "libopus", "-ar", "48000", "-f", "ogg"),
    "aac": AAC,
    "mp3": MP3,
    "flac": (),
    "ts": ("-c:a", "aac"),
    "mp2.ts": ("-c:a", "mp2"),
}


@pytest.mark.some(1)
@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("ogg", "opus"),
        ("mp3", "aac"),
        ("ts", "mp2.ts"),
        ("aac", "mp3"),
        ("mp3", "ogg"),
        ("mp3", "flac"),
    ],
)
async def test_a_change_of_codec_that_ends_the_decoding_is_an_error(
    make_sound: MakeSound, tmp_path: Path, audio_format: AudioFormat, first: str, then: str
) -> None:
    parts = [
        make_sound(f"part-of.{kind}", 12.0, *PARTS[kind]).read_bytes() for kind in (first, then)
    ]
    path = tmp_path / f"joined.{first}"
    path.write_bytes(b"".join(parts))
    seconds, said = await heard(path, audio_format)
    assert seconds == pytest.approx(12.0, abs=0.1)
    assert said[-1].startswith(
        (
            f"joined.{first} cannot be decoded beyond 12.0 s: it changes its kind of sound",
            f"joined.{first} holds another recording behind the first, which ends at 12.0 s",
        )
    )


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


def test_what_cannot_be_decoded_on_end_is_lost_and_told_when_more_follows() -> None:
    damage = Damage("a.mp3", is_live=False)
    for count in range(1, 5):
        damage.add(count, 5.0)
    assert damage.notice is None  # it may be a tag behind the end
    damage.went_on(8.0)
    assert (
        damage.notice == "a.mp3 is damaged: from about 5 s on some of its sound cannot be decoded"
    )
    assert damage.ended(10.0) is Loss.SOME


@pytest.mark.parametrize(
    ("tail", "loss"),
    [(b"", Loss.REST), (b"APETAGEX".ljust(32), Loss.NONE), (b"LYRICS200", Loss.NONE)],
)
def test_at_the_end_it_is_a_tag_or_the_rest(tail: bytes, loss: Loss) -> None:
    damage = Damage("a.mp3", is_live=False)
    damage.add(5, 10.0)
    assert damage.ended(10.2, tail) is loss
    assert damage.notice is None


def test_pieces_far_from_each_other_are_counted() -> None:
    """As where many files were joined to one."""
    damage = Damage("a.mp3", is_live=False)
    for count in range(1, 5):
        damage.add(count, 10.0 * count)
    assert damage.ended(60.0) is Loss.NONE
    assert damage.notice == (
        "4 pieces of the sound of a.mp3, the first at about 10 s, could not be decoded"
    )


@pytest.mark.parametrize("frames", [50, 5000])
async def test_a_header_that_counts_wrong_is_no_damage(
    make_sound: MakeSound, tmp_path: Path, audio_format: AudioFormat, frames: int
) -> None:
    """All bytes that it counts are there, and all could be decoded."""
    body = bytearray(make_sound("counted.mp3", 6.0).read_bytes())
    place = max(body.find(b"Xing"), body.find(b"Info")) + 8
    body[place : place + 4] = struct.pack(">I", frames)
    path = tmp_path / "a.mp3"
    path.write_bytes(body)
    assert await heard(path, audio_format) == (pytest.approx(6.0, abs=0.1), ())
