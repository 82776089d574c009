"""Files whose container is odd, wrong or says too little: heard whole, at their time."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from scribe_tui.audio.format import AudioFormat
from scribe_tui.audio.pcm.level import level_dbfs
from scribe_tui.errors import SourceError
from tests.unit.audio.conftest import MakeSound
from tests.unit.audio.file.conftest import (
    FORM,
    Make,
    heard,
    heard_through_pipe,
    lavfi,
    seconds,
    seconds_of,
    wav,
    with_length,
)


@pytest.mark.some(1)
@pytest.mark.parametrize("kind", ["mkv", "mp4", "flv"])
async def test_sound_that_begins_late_is_heard_at_its_time(
    make: Make, audio_format: AudioFormat, kind: str
) -> None:
    path = make(
        f"late.{kind}",
        *lavfi("color=s=64x64:d=7:r=5"),
        *("-itsoffset", "4", *lavfi("sine=d=3:r=44100"), "-map", "0", "-map", "1"),
        *("-c:v", "flv" if kind == "flv" else "mpeg4", "-c:a", "aac"),
    )
    pcm, _ = await heard(path, audio_format)
    assert seconds(pcm) == pytest.approx(7.0, abs=0.2)
    assert level_dbfs(pcm[: 32000 * 3]) < -80
    assert level_dbfs(pcm[32000 * 5 : 32000 * 6]) > -30


@pytest.mark.some(1)
@pytest.mark.parametrize("kind", ["mkv", "avi", "mp4"])
async def test_sound_shorter_than_the_picture_is_not_cut_short(
    make: Make, audio_format: AudioFormat, kind: str
) -> None:
    path = make(
        f"short.{kind}",
        *lavfi("color=s=64x64:d=9:r=5", "sine=d=3"),
        *("-c:v", "mpeg4", "-c:a", "libmp3lame"),
    )
    pcm, _ = await heard(path, audio_format)
    assert seconds(pcm) == pytest.approx(3.0, abs=0.2)


@pytest.mark.some(1)
@pytest.mark.parametrize("length", [0, 0xFFFFFFFF, 32000, 7])
async def test_a_header_that_tells_too_little(
    make: Make, audio_format: AudioFormat, length: int
) -> None:
    path = make("a.wav", *lavfi("sine=d=5:r=16000"))
    path.write_bytes(with_length(path.read_bytes(), length))
    pcm, _ = await heard(path, audio_format)
    assert seconds(pcm) == pytest.approx(5.0, abs=0.01)


async def test_rf64_with_and_without_sizes(make: Make, audio_format: AudioFormat) -> None:
    path = make("a.wav", *lavfi("sine=d=5:r=16000"), "-rf64", "always")
    assert seconds((await heard(path, audio_format))[0]) == pytest.approx(5.0, abs=0.01)
    data = bytearray(path.read_bytes())
    place = data.index(b"ds64") + 8
    data[place : place + 24] = bytes(24)
    path.write_bytes(data)
    assert seconds((await heard(path, audio_format))[0]) == pytest.approx(5.0, abs=0.01)


async def test_what_stands_behind_the_sound_is_not_heard(
    make: Make, audio_format: AudioFormat
) -> None:
    path = make("a.wav", *lavfi("sine=d=5:r=16000"))
    path.write_bytes(path.read_bytes() + b"junk" + (4000).to_bytes(4, "little") + b"\x7f" * 4000)
    assert seconds((await heard(path, audio_format))[0]) == pytest.approx(5.0, abs=0.001)


async def test_damage_in_the_middle_is_called_so(make: Make, audio_format: AudioFormat) -> None:
    path = make("a.mp3", *lavfi("sine=d=30"), "-b:a", "64k")
    data = bytearray(path.read_bytes())
    data[len(data) // 3 : len(data) // 2] = bytes(len(data) // 2 - len(data) // 3)
    path.write_bytes(data)
    with pytest.raises(SourceError, match=r"a\.mp3 is damaged: \d+\.\d s of its sound"):
        await heard(path, audio_format)


async def test_the_times_of_asf_are_called_uncertain_once(
    make: Make, audio_format: AudioFormat
) -> None:
    path = make("a.wma", *lavfi("sine=d=2:r=16000"))
    _, status = await heard(path, audio_format)
    assert [notice for notice in status.notices if "times may be early" in notice]


@pytest.mark.parametrize("padded", [False, True])
@pytest.mark.parametrize("names", [b"LIST", b"bext"])
async def test_a_wav_whose_odd_chunk_lacks_its_padding(
    tmp_path: Path, audio_format: AudioFormat, names: bytes, padded: bool
) -> None:
    odd = (names, b"INFOabc")
    sound = bytes.fromhex("0010 00f0") * 16_000
    path = tmp_path / "odd.wav"
    chunks = [(b"fmt ", FORM), odd] if names == b"LIST" else [odd, (b"fmt ", FORM)]
    path.write_bytes(wav(*chunks, (b"data", sound), (b"LIST", b"INFOxyz"), padded=padded))
    pcm, _ = await heard(path, audio_format)
    assert pcm == sound


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("\ufeff#EXTM3U\n#EXTINF:5,\nother.ts\n", "a playlist"),
        ("ffconcat version 1.0\nfile other.ts\n", "a list of files"),
    ],
)
async def test_a_list_is_no_sound_whatever_it_is_called(
    make_sound: MakeSound, tmp_path: Path, audio_format: AudioFormat, text: str, kind: str
) -> None:
    """The decoder would go on to the files that it names."""
    (tmp_path / "other.ts").write_bytes(make_sound("listed.ts", 6.0).read_bytes())
    path = tmp_path / "a.mp3"
    path.write_text(text)
    with pytest.raises(SourceError, match=f"a.mp3 is {kind}, not sound"):
        await seconds_of(path, audio_format)


async def test_what_cannot_be_decoded_without_its_rest_is_cut_short(
    make_sound: MakeSound, tmp_path: Path, audio_format: AudioFormat
) -> None:
    path = tmp_path / "a.caf"
    path.write_bytes(make_sound("whole.caf", 12.0, "-c:a", "alac").read_bytes()[:90000])
    with pytest.raises(SourceError, match=r"a\.caf is cut short"):
        await seconds_of(path, audio_format)


async def test_fragments_may_repeat_their_index(
    make_sound: MakeSound, tmp_path: Path, audio_format: AudioFormat
) -> None:
    fragments = ("-c:a", "aac", "-movflags", "frag_keyframe+empty_moov")
    whole = make_sound("fragments.mp4", 6.0, *fragments).read_bytes()
    index = whole.index(b"moov") - 4
    length = int.from_bytes(whole[index : index + 4], "big")
    path = tmp_path / "a.mp4"
    path.write_bytes(whole + whole[index : index + length])
    assert await seconds_of(path, audio_format) == pytest.approx(6.0, abs=0.1)


@pytest.mark.some(2)
@pytest.mark.parametrize(
    ("kind", "codec"),
    [
        ("aiff", "pcm_s16be"),
        ("aiff", "pcm_s24be"),
        ("aiff", "pcm_f32be"),
        ("aiff", "pcm_mulaw"),
        ("w64", "pcm_s16le"),
        ("w64", "pcm_s24le"),
    ],
)
async def test_a_header_that_was_never_finished(
    decoder: str, tmp_path: Path, audio_format: AudioFormat, kind: str, codec: str
) -> None:
    """As a recorder leaves it that lost its power, or wrote into a pipe."""
    argv = [decoder, "-loglevel", "error", *lavfi("sine=d=5:r=44100"), "-ac", "2", "-c:a", codec]
    path = tmp_path / f"a.{kind}"
    with path.open("wb") as file:
        process = await asyncio.create_subprocess_exec(*argv, "-f", kind, "pipe:1", stdout=file)
        await process.wait()
    body = path.read_bytes()
    pcm, _ = await heard(path, audio_format)
    assert seconds(pcm) == pytest.approx(5.0, abs=0.01)
    assert level_dbfs(pcm) == pytest.approx(-24.1, abs=0.3)
    assert await heard_through_pipe(tmp_path / "pipe", body, audio_format) == (
        pytest.approx(5.0, abs=0.01),
        "",
    )
