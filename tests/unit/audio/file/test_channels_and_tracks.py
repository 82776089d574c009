"""Files of several channels or tracks: the one with speech is taken, and said."""

from __future__ import annotations

import pytest

from scribe_tui.audio.format import AudioFormat
from scribe_tui.audio.pcm.level import level_dbfs
from scribe_tui.errors import SourceError
from tests.unit.audio.file.conftest import SPEECH, Make, heard, lavfi, seconds


async def test_an_inverted_channel_does_not_silence_the_other(
    make: Make, audio_format: AudioFormat
) -> None:
    path = make("a.wav", *lavfi(f"{SPEECH}:d=4"), "-af", "pan=stereo|c0=c0|c1=-1*c0")
    pcm, status = await heard(path, audio_format)
    assert level_dbfs(pcm) > -25
    assert status.notices == ("its channels cancel each other out: only channel 1 is taken",)
    assert seconds(pcm) == pytest.approx(4.0, abs=0.01)


@pytest.mark.some(1)
@pytest.mark.parametrize("count", [9, 12, 32])
async def test_the_channel_with_speech_is_found_among_many(
    make: Make, audio_format: AudioFormat, count: int
) -> None:
    ones = lavfi(*(["sine=440:r=16000:d=6"] * (count - 1)), f"{SPEECH}:d=6")
    inputs = "".join(f"[{number}:a]" for number in range(count))
    path = make("a.wav", *ones, "-filter_complex", f"{inputs}amerge=inputs={count}")
    pcm, status = await heard(path, audio_format)
    assert seconds(pcm) == pytest.approx(6.0, abs=0.05)
    assert status.notices == (f"speech was found in channel {count} of {count}",)
    one, _ = await heard(path, audio_format, channel=count)
    assert level_dbfs(pcm[-64000:]) == pytest.approx(level_dbfs(one[-64000:]), abs=0.5)


async def test_a_channel_that_is_not_there(make: Make, audio_format: AudioFormat) -> None:
    path = make("a.wav", *lavfi("sine=d=1"))
    with pytest.raises(SourceError, match=r"a\.wav has no channel 2, it has 1 channel\."):
        await heard(path, audio_format, channel=2)


@pytest.mark.long
async def test_the_speaking_track_is_taken_and_tracks_are_named(
    make: Make, audio_format: AudioFormat
) -> None:
    path = make(
        "camera.mkv",
        *lavfi("anullsrc=r=16000:d=8", f"{SPEECH}:d=8", "sine=d=8:r=16000"),
        *("-map", "0", "-map", "1", "-map", "2", "-c:a", "pcm_s16le"),
        *("-metadata:s:a:1", "title=Boom", "-t", "8"),
    )
    pcm, status = await heard(path, audio_format)
    assert level_dbfs(pcm) > -25
    assert status.notices[0].startswith("sound track 2 of 3 is taken (1 ")
    assert "2 Boom" in status.notices[0]
    silent, _ = await heard(path, audio_format, track=1)
    assert level_dbfs(silent) < -80
    with pytest.raises(SourceError, match="has no sound track 4, it has 3"):
        await heard(path, audio_format, track=4)


async def test_of_two_speaking_tracks_the_default_one_is_taken(
    make: Make, audio_format: AudioFormat
) -> None:
    path = make(
        "film.mkv",
        *lavfi(f"{SPEECH}:d=6", f"{SPEECH}:d=6"),
        *("-map", "0", "-map", "1", "-c:a", "pcm_s16le"),
        *("-disposition:a:0", "0", "-disposition:a:1", "default"),
    )
    _, status = await heard(path, audio_format)
    assert status.notices[0].startswith("sound track 2 of 2")
