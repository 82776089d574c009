"""Recordings that were joined to one file: heard to the end, or said."""

from __future__ import annotations

from pathlib import Path

import pytest

from scribe_tui.audio.format import AudioFormat
from scribe_tui.errors import SourceError
from tests.unit.audio.conftest import MakeSound
from tests.unit.audio.file.conftest import Make, heard, lavfi, seconds_of


@pytest.mark.some(1)
@pytest.mark.parametrize(
    ("name", "options"),
    [("a.mka", ("-c:a", "flac")), ("a.webm", ("-c:a", "libopus")), ("a.ts", ("-c:a", "aac"))],
)
async def test_recordings_that_were_joined_are_heard_to_the_end(
    make_sound: MakeSound,
    tmp_path: Path,
    audio_format: AudioFormat,
    name: str,
    options: tuple[str, ...],
) -> None:
    """Their times begin anew; so do those of what a browser recorded in pieces."""
    path = tmp_path / name
    path.write_bytes(make_sound(f"joined-{name}", 6.0, *options).read_bytes() * 2)
    assert await seconds_of(path, audio_format) == pytest.approx(12.0, abs=0.2)


async def test_a_broadcast_whose_tracks_get_other_numbers_is_heard_on(
    make_sound: MakeSound, tmp_path: Path, audio_format: AudioFormat
) -> None:
    path = tmp_path / "a.ts"
    parts = [
        make_sound(f"pid-{pid}.ts", 6.0, "-c:a", "aac", "-mpegts_start_pid", pid).read_bytes()
        for pid in ("0x100", "0x200")
    ]
    path.write_bytes(b"".join(parts))
    assert await seconds_of(path, audio_format) == pytest.approx(12.0, abs=0.2)


@pytest.mark.some(1)
@pytest.mark.parametrize("name", ["a.wav", "a.aiff", "a.m4a", "a.au"])
async def test_a_recording_behind_another_that_the_decoder_never_reaches_is_told(
    make_sound: MakeSound, tmp_path: Path, audio_format: AudioFormat, name: str
) -> None:
    path = tmp_path / name
    whole = make_sound(f"twice-{name}", 6.0).read_bytes()
    path.write_bytes(whole)
    assert await seconds_of(path, audio_format) == pytest.approx(6.0, abs=0.1)
    path.write_bytes(whole * 2)
    with pytest.raises(SourceError, match=r"another recording behind the first, .* at 6\.0 s"):
        await seconds_of(path, audio_format)


@pytest.mark.some(1)
@pytest.mark.parametrize(
    ("name", "then"),
    [
        ("a.wav", "b.mp3"),
        ("a.mp3", "b.flac"),
        ("a.flac", "b.mp3"),
        ("a.flac", "b.ts"),
        ("a.ogg", "b.aac"),
        ("a.m4a", "b.ogg"),
        ("a.aac", "b.mp3"),
        ("a.mka", "b.wav"),
        ("a.ts", "b.flac"),
        ("a.wv", "b.mp3"),
        ("a.au", "b.mp3"),
    ],
)
async def test_a_recording_of_another_kind_behind_the_first_is_told(
    make_sound: MakeSound, tmp_path: Path, audio_format: AudioFormat, name: str, then: str
) -> None:
    path = tmp_path / name
    parts = [make_sound(f"kinds-{each}", 6.0).read_bytes() for each in (name, then)]
    path.write_bytes(parts[0])
    assert await seconds_of(path, audio_format) == pytest.approx(6.0, abs=0.1)
    path.write_bytes(b"".join(parts))
    either = r"another recording behind the first, .* at 6\.0 s|cannot be decoded beyond 6\.0 s"
    with pytest.raises(SourceError, match=either):
        await seconds_of(path, audio_format)


@pytest.mark.some(2)
@pytest.mark.parametrize("name", ["a.mka", "a.ts", "a.flac", "a.ogg", "a.aac"])
async def test_two_of_one_kind_are_heard_and_nothing_is_said(
    make_sound: MakeSound, tmp_path: Path, audio_format: AudioFormat, name: str
) -> None:
    path = tmp_path / name
    path.write_bytes(make_sound(f"kinds-{name}", 6.0).read_bytes() * 2)
    assert await seconds_of(path, audio_format) == pytest.approx(12.0, abs=0.4)


async def test_what_is_lost_where_flac_recordings_meet_is_told(
    make_sound: MakeSound, tmp_path: Path, audio_format: AudioFormat
) -> None:
    """Newer decoders lose nothing there, and nothing is said."""
    path = tmp_path / "a.flac"
    path.write_bytes(make_sound("kinds-a.flac", 6.0).read_bytes() * 2)
    pcm, status = await heard(path, audio_format)
    lost = 12 - len(pcm) / 32000
    said = f"a.flac is several recordings joined to one: {lost:.1f} s are not heard at the joints"
    assert status.notices == ((said,) if lost > 0.05 else ())


@pytest.mark.parametrize("codec", ["libopus", "flac"])
async def test_a_chain_whose_next_link_has_another_codec_is_told(
    make_sound: MakeSound, tmp_path: Path, audio_format: AudioFormat, codec: str
) -> None:
    """However short that link is."""
    path = tmp_path / "a.ogg"
    first = make_sound("kinds-a.ogg", 6.0).read_bytes()
    path.write_bytes(first + make_sound(f"chain-{codec}.ogg", 3.0, "-c:a", codec).read_bytes())
    with pytest.raises(SourceError, match=r"a\.ogg cannot be decoded beyond 6\.0 s: it changes"):
        await seconds_of(path, audio_format)


async def test_a_broadcast_whose_map_has_another_place_for_its_sound_is_told(
    make: Make, tmp_path: Path, audio_format: AudioFormat
) -> None:
    film = lavfi("color=s=64x64:d=3:r=5", "sine=d=3")
    other_program = (
        *("-mpegts_service_id", "7", "-mpegts_pmt_start_pid", "0x300"),
        *("-mpegts_start_pid", "0x310"),
    )
    sound, picture = ("-c:a", "aac"), ("-c:v", "mpeg2video", "-c:a", "aac")
    parts = [
        make("film.ts", *film, *picture),
        make("sound.ts", *lavfi("sine=d=3"), *sound),
        make("other.ts", *lavfi("sine=d=3"), *sound, *other_program),
    ]
    bodies = [part.read_bytes() for part in parts]
    path = tmp_path / "a.ts"
    for body in (bodies[0] + bodies[1], bodies[1] + bodies[2]):
        path.write_bytes(body)
        with pytest.raises(SourceError, match=r"a\.ts changes its sound tracks in its midst"):
            await heard(path, audio_format)
