"""Files of all kinds: every sample, at the right pace, and sentences for broken ones."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import psutil
import pytest

from scribe_tui.audio.file.file_source import FileSource
from scribe_tui.audio.format import AudioFormat
from scribe_tui.clock import Clock
from scribe_tui.errors import Retry, SourceError
from tests.support.program import children as own_children
from tests.unit.audio.conftest import MakeSound

FAST = 1000.0


async def seconds_of(path: Path, audio_format: AudioFormat) -> float:
    samples = 0
    async with FileSource(path, audio_format, speed=FAST) as source:
        async for chunk in source:
            samples += chunk.samples
    return audio_format.seconds(samples)


@pytest.mark.some(1)
@pytest.mark.parametrize("kind", ["wav", "mp3", "flac", "ogg", "m4a", "opus", "aac"])
async def test_every_kind_plays_to_its_end(
    make_sound: MakeSound, audio_format: AudioFormat, kind: str
) -> None:
    path = make_sound(f"tone.{kind}")
    assert await seconds_of(path, audio_format) == pytest.approx(3.0, abs=0.1)


@pytest.mark.parametrize("name", ["pcm_8000", "pcm_48000", "ulaw_8000"])
async def test_a_file_lasts_as_long_in_every_format(make_sound: MakeSound, name: str) -> None:
    audio_format = AudioFormat.parse(name)
    assert await seconds_of(make_sound("tone.wav"), audio_format) == pytest.approx(3.0, abs=0.01)


@pytest.mark.some(2)
@pytest.mark.parametrize(
    "name", ["-i.wav", "a:b.wav", "50%20.wav", "it's.wav", "é ü.wav", "a|b.wav"]
)
async def test_files_with_odd_names_play(
    make_sound: MakeSound, audio_format: AudioFormat, tmp_path: Path, name: str
) -> None:
    path = tmp_path / name
    path.write_bytes(make_sound("tone.wav").read_bytes())
    assert await seconds_of(path, audio_format) == pytest.approx(3.0, abs=0.01)


async def test_bare_pcm_is_read_without_a_decoder(
    audio_format: AudioFormat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    path = tmp_path / "bare.PCM"
    pcm = os.urandom(16001 * 2) + b"x"
    path.write_bytes(pcm)
    async with FileSource(path, audio_format, speed=FAST) as source:
        got = [chunk async for chunk in source]
        assert source.status.duration_seconds == pytest.approx(16001 / 16000)
        assert source.status.position_seconds == pytest.approx(16001 / 16000)
    assert b"".join(chunk.pcm for chunk in got) == pcm[:-1]
    assert {len(chunk.pcm) for chunk in got[:-1]} == {3200}


async def test_status_tells_tags_position_and_duration(
    make_sound: MakeSound, audio_format: AudioFormat
) -> None:
    async with FileSource(make_sound("tone.mp3"), audio_format, speed=FAST) as source:
        await anext(source)
        status = source.status
        assert source.status is status
        assert (status.title, status.codec) == ("Tester - Tone", "mp3")
        assert status.position_seconds == pytest.approx(0.1)
        assert status.duration_seconds == pytest.approx(3.0, abs=0.1)


async def test_real_time_and_speed(make_sound: MakeSound, audio_format: AudioFormat) -> None:
    slept = 0.0

    async def sleep(seconds: float) -> None:
        nonlocal slept
        slept += seconds

    clock = Clock(elapsed=lambda: slept, sleep=sleep)
    async with FileSource(make_sound("tone.wav"), audio_format, clock=clock) as source:
        assert len([chunk async for chunk in source]) == 30
    assert slept == pytest.approx(2.9)

    slept = 0.0
    async with FileSource(make_sound("tone.wav"), audio_format, speed=4.0, clock=clock) as source:
        assert len([chunk async for chunk in source]) == 30
    assert slept == pytest.approx(2.9 / 4)


async def test_its_own_clock_is_that_of_real_time(
    make_sound: MakeSound, audio_format: AudioFormat
) -> None:
    loop = asyncio.get_running_loop()
    async with FileSource(make_sound("tone.wav"), audio_format, speed=4.0) as source:
        began = loop.time()
        assert len([chunk async for chunk in source]) == 30
    assert loop.time() - began > 2.9 / 4 - 0.01


@pytest.mark.long
async def test_memory_does_not_grow_with_length(
    make_sound: MakeSound, audio_format: AudioFormat
) -> None:
    path = make_sound("hours.wav", 1200.0, "-ar", "8000")
    process = psutil.Process()
    async with FileSource(path, audio_format, speed=1e6) as source:
        for _ in range(1000):
            await anext(source)
        decoder = own_children()[0]
        before = process.memory_info().rss, decoder.memory_info().rss
        for _ in range(9000):
            await anext(source)
        after = process.memory_info().rss, decoder.memory_info().rss
    assert after[0] - before[0] < 4e6
    assert after[1] - before[1] < 4e6


@pytest.mark.some(1)
@pytest.mark.parametrize("kind", ["mp3", "wav", "flac", "m4a"])
async def test_a_file_cut_short_plays_as_far_as_it_goes_and_says_so(
    make_sound: MakeSound, audio_format: AudioFormat, tmp_path: Path, kind: str
) -> None:
    index_first = ("-movflags", "+faststart") if kind == "m4a" else ()
    whole = make_sound(f"to_cut.{kind}", 3.0, *index_first).read_bytes()
    path = tmp_path / f"cut.{kind}"
    path.write_bytes(whole[: len(whole) * 2 // 3])
    samples = 0
    with pytest.raises(SourceError, match=rf"cut\.{kind} is cut short: .* breaks off") as caught:
        async with FileSource(path, audio_format, speed=FAST) as source:
            async for chunk in source:
                samples += chunk.samples
    assert 0.1 < audio_format.seconds(samples) < 2.6
    assert caught.value.retry is Retry.NEVER
    assert "whole copy" in caught.value.remedy


async def test_what_promises_no_length_is_never_cut_short(
    make_sound: MakeSound, audio_format: AudioFormat, tmp_path: Path
) -> None:
    ogg = make_sound("tone.ogg").read_bytes()
    (tmp_path / "cut.ogg").write_bytes(ogg[: len(ogg) * 2 // 3])
    assert 0.1 < await seconds_of(tmp_path / "cut.ogg", audio_format) < 2.9
    wav = make_sound("tone.wav").read_bytes()
    for size in (0, 0x7FFFFFFF, 0xFFFFFFFF):  # as written to a pipe
        endless = size.to_bytes(4, "little")
        path = tmp_path / "piped.wav"
        path.write_bytes(wav[:4] + endless + wav[8:])
        assert await seconds_of(path, audio_format) == pytest.approx(3.0, abs=0.01)
    # The first, silent frames of few bits make a decoder without a header guess too long.
    silence = ("-af", r"volume=0:enable=lt(t\,2)", "-q:a", "0")
    bare = ("-write_xing", "0", "-id3v2_version", "0")
    varying = make_sound("varying.mp3", 3.0, *silence, *bare)
    async with FileSource(varying, audio_format, speed=FAST) as source:
        samples = sum([chunk.samples async for chunk in source])
        assert source.status.duration_seconds is None, "a guess is told to nobody"
    assert audio_format.seconds(samples) == pytest.approx(3.0, abs=0.1)


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("missing.mp3", None, "There is no file {path}."),
        ("empty.mp3", b"", "{path} is empty."),
        (
            "text.mp3",
            b"hello, this is text\n" * 50,
            "text.mp3 is not sound that the decoder knows.",
        ),
        ("one.pcm", b"x", "one.pcm holds no sound."),
        ("short.mp3", b"hello", "short.mp3 is not sound that the decoder knows."),
        ("page.wav", b"<html></html>" * 99, "page.wav is not sound that the decoder knows."),
    ],
)
async def test_a_broken_file_is_one_sentence(
    audio_format: AudioFormat, tmp_path: Path, name: str, content: bytes | None, sentence: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SourceError) as caught:
        await seconds_of(path, audio_format)
    assert caught.value.message == sentence.format(path=path)
    assert bool(caught.value.remedy) is (content is not None)
    assert caught.value.retry is Retry.NEVER


async def test_headers_without_sound(
    make_sound: MakeSound, audio_format: AudioFormat, tmp_path: Path
) -> None:
    m4a = make_sound("tone.m4a").read_bytes()
    (tmp_path / "cut.m4a").write_bytes(m4a[: len(m4a) // 2])
    with pytest.raises(SourceError, match=r"cut.m4a is cut short: its index"):
        await seconds_of(tmp_path / "cut.m4a", audio_format)
    (tmp_path / "header.wav").write_bytes(make_sound("tone.wav").read_bytes()[:44])
    with pytest.raises(SourceError, match=r"header.wav is cut short: what there is of it cannot"):
        await seconds_of(tmp_path / "header.wav", audio_format)


async def test_folders_and_pipes_are_no_files(audio_format: AudioFormat, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="is a folder"):
        await seconds_of(tmp_path, audio_format)
    os.mkfifo(tmp_path / "pipe.pcm")
    with pytest.raises(SourceError, match="is not a regular file"):
        await seconds_of(tmp_path / "pipe.pcm", audio_format)
    with pytest.raises(SourceError, match="There can be no file"):
        await seconds_of(Path("a\0b"), audio_format)


async def test_a_file_that_may_not_be_read(
    audio_format: AudioFormat, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "private.mp3"
    path.write_bytes(b"x")
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may read everything
    with pytest.raises(SourceError, match="may not be read"):
        await seconds_of(path, audio_format)
