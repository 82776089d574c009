"""Files that grow, shrink or are replaced while they are heard."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from scribe_tui.audio.file.file_source import FileSource
from scribe_tui.audio.format import AudioFormat
from scribe_tui.audio.options import SourceOptions
from scribe_tui.audio.pcm.level import level_dbfs
from scribe_tui.errors import SourceError
from tests.unit.audio.conftest import MakeSound
from tests.unit.audio.file.conftest import (
    FAST,
    Make,
    lavfi,
    seconds,
    with_length,
)


@pytest.mark.some(1)
@pytest.mark.parametrize("length", [0, 320_000, 0xFFFFFFFF])
async def test_a_growing_file_is_followed_to_its_end(
    make: Make, audio_format: AudioFormat, monkeypatch: pytest.MonkeyPatch, length: int
) -> None:
    """Its header tells nothing, or what there was when it was last written."""
    patience = "scribe_tui.audio.file.growing.FOLLOW_SECONDS"
    monkeypatch.setattr(patience, 60.0)
    whole = with_length(make("w.wav", *lavfi("sine=d=30:r=16000")).read_bytes(), length)
    path = make("w.wav", *lavfi("sine=d=1")).with_name("growing.wav")
    path.write_bytes(whole[: len(whole) // 3])
    pcm = b""
    async with FileSource(path, audio_format, SourceOptions(speed=FAST, follow=True)) as source:
        async for chunk in source:
            pcm += chunk.pcm
            if path.stat().st_size < len(whole) and seconds(pcm) > 1:
                with path.open("ab") as file:
                    file.write(whole[path.stat().st_size :])
                monkeypatch.setattr(patience, 1.0)
    assert seconds(pcm) == pytest.approx(30.0, abs=0.1)


@pytest.mark.some(1)
@pytest.mark.parametrize("codec", ["pcm_s16le", "pcm_s24le", "pcm_u8"])
async def test_a_followed_file_of_half_a_second_is_heard_at_once(
    make: Make, audio_format: AudioFormat, monkeypatch: pytest.MonkeyPatch, codec: str
) -> None:
    """Not only when it stops growing: the patience here is longer than the test's."""
    monkeypatch.setattr("scribe_tui.audio.file.growing.FOLLOW_SECONDS", 3600.0)
    tone = lavfi("sine=d=0.5:r=16000", "sine=f=300:d=0.5:r=16000")
    path = make("a.wav", *tone, "-filter_complex", "amerge=inputs=2", "-c:a", codec)
    pcm = b""
    async with FileSource(path, audio_format, SourceOptions(speed=FAST, follow=True)) as source:
        async for chunk in source:
            pcm += chunk.pcm
            if seconds(pcm) > 0.35:
                break
    assert level_dbfs(pcm) > -30


async def test_a_file_that_grew_and_was_not_followed_is_told(
    make: Make, audio_format: AudioFormat
) -> None:
    path = make("a.mp3", *lavfi("sine=d=9"))
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    grown = False
    with_notice: tuple[str, ...] = ()
    source = FileSource(path, audio_format, SourceOptions(speed=FAST))
    try:
        async with source:
            async for _ in source:
                if not grown:
                    grown = True
                    path.write_bytes(whole)
    except SourceError as error:  # the header of this one promised more than there was
        assert "cut short" in error.sentence or "damaged" in error.sentence
    else:
        with_notice = source.status.notices
    assert grown
    assert not with_notice or "still being written" in with_notice[0]


LONG = {"a.wav": (), "a.mp3": ("-write_xing", "0"), "a.pcm": ("-f", "s16le", "-ar", "16000")}


async def change_while_heard(
    path: Path, audio_format: AudioFormat, change: Callable[[Path], object]
) -> tuple[float, tuple[str, ...]]:
    """Seconds of a file that is changed when some of it was heard, and what was said."""
    samples = 0
    said: tuple[str, ...] = ()
    async with FileSource(path, audio_format, SourceOptions(speed=20.0)) as source:
        try:
            async for chunk in source:
                if not samples:
                    change(path)
                samples += chunk.samples
        except SourceError as error:
            said = (error.message,)
    return audio_format.seconds(samples), (*source.status.notices, *said)


@pytest.mark.some(2)
@pytest.mark.parametrize("name", LONG)
@pytest.mark.parametrize("size", [0, 1000])
async def test_a_file_made_shorter_while_it_is_heard_is_told(
    make_sound: MakeSound, tmp_path: Path, audio_format: AudioFormat, name: str, size: int
) -> None:
    path = tmp_path / name
    path.write_bytes(make_sound(f"long-{name}", 60.0, *LONG[name]).read_bytes())
    seconds, said = await change_while_heard(
        path, audio_format, lambda path: os.truncate(path, size)
    )
    assert seconds < 55
    assert len(said) == 1
    assert f"breaks off after {seconds:.1f} s" in said[0]


@pytest.mark.some(1)
@pytest.mark.parametrize("name", LONG)
async def test_a_file_that_is_replaced_by_another_is_heard_to_its_end(
    make_sound: MakeSound, tmp_path: Path, audio_format: AudioFormat, name: str
) -> None:
    path, other = tmp_path / name, tmp_path / "other"
    path.write_bytes(make_sound(f"short-{name}", 20.0, *LONG[name]).read_bytes())
    other.write_bytes(make_sound(f"long-{name}", 60.0, *LONG[name]).read_bytes())
    seconds, said = await change_while_heard(path, audio_format, other.rename)
    assert (seconds, said) == (pytest.approx(20.0, abs=0.2), ())
