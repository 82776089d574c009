"""Recordings at an address with several sound tracks: the one with speech is heard."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from scribe_tui.audio.format import AudioFormat
from scribe_tui.audio.options import SourceOptions
from scribe_tui.audio.pcm.level import level_dbfs
from scribe_tui.audio.web import tracks
from scribe_tui.audio.web.web_source import WebSource
from scribe_tui.errors import Retry, SourceError
from tests.support.web import Web
from tests.unit.audio.file.conftest import SPEECH, lavfi

FAST = SourceOptions(speed=1000.0)


@pytest.fixture
def film(decoder: str, tmp_path: Path) -> bytes:
    """Twenty seconds: silence, speech, and a tone."""
    path = tmp_path / "film.mkv"
    sources = ("anullsrc=r=16000:cl=mono", SPEECH, "sine=f=440:r=16000")
    maps = [part for at in range(3) for part in ("-map", str(at))]
    argv = [decoder, "-nostdin", "-y", "-loglevel", "error", *lavfi(*sources), *maps]
    subprocess.run([*argv, "-t", "20", "-c:a", "aac", str(path)], check=True)
    return path.read_bytes()


async def heard(source: WebSource) -> bytes:
    pcm = b""
    async with source:
        async for chunk in source:
            pcm += chunk.pcm
    return pcm


async def test_the_speaking_track_is_taken_and_named(
    film: bytes, audio_format: AudioFormat, web: Web
) -> None:
    web.files["/film"] = film
    source = WebSource(web.url("/film"), audio_format, FAST)
    pcm = await heard(source)
    assert len(pcm) / 32000 == pytest.approx(20.0, abs=0.2)
    assert level_dbfs(pcm) > -30
    assert [n for n in source.status.notices if n.startswith("sound track 2 of 3 is taken")]
    one = SourceOptions(speed=1000.0, track=1)
    assert level_dbfs(await heard(WebSource(web.url("/film"), audio_format, one))) < -80


@pytest.mark.long
async def test_little_of_a_large_recording_is_read_to_choose(
    film: bytes, audio_format: AudioFormat, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What has come within the bound is enough to tell the tracks apart."""
    web.files["/film"] = film
    monkeypatch.setattr(tracks, "MAX_READ_BYTES", len(film) // 2)
    source = WebSource(web.url("/film"), audio_format, FAST)
    assert level_dbfs(await heard(source)) > -30


@pytest.mark.long
async def test_where_nothing_can_be_judged_the_first_is_taken(
    film: bytes, audio_format: AudioFormat, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    web.files["/film"] = film
    monkeypatch.setattr(tracks, "MAX_READ_BYTES", 0)
    source = WebSource(web.url("/film"), audio_format, FAST)
    assert len(await heard(source)) / 32000 == pytest.approx(20.0, abs=0.2)
    assert [n for n in source.status.notices if n.startswith("sound track 1 of 3 is taken")]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ('<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011">', "DASH"),
        ("<MPD></MPD>", "DASH"),
        ('<SmoothStreamingMedia MajorVersion="2">', "Smooth Streaming"),
    ],
)
async def test_manifests_that_are_not_played_are_named(
    audio_format: AudioFormat, web: Web, body: str, kind: str
) -> None:
    web.playlists["/live.mpd"] = ("application/dash+xml", body)
    with pytest.raises(SourceError) as caught:
        await heard(WebSource(web.url("/live.mpd"), audio_format, FAST))
    assert caught.value.retry is Retry.NEVER
    assert f"is a {kind} manifest, which this program cannot play" in caught.value.message
    assert "HLS" in caught.value.remedy


@pytest.fixture
def segments(decoder: str, tmp_path: Path) -> dict[str, bytes]:
    """Ten seconds in segments that hold two tracks: silence, and speech."""
    sources = lavfi("anullsrc=r=16000:cl=mono", SPEECH)
    argv = [decoder, "-nostdin", "-y", "-loglevel", "error", *sources, "-map", "0", "-map", "1"]
    argv += ["-t", "10", "-c:a", "aac", "-f", "hls", "-hls_time", "2", "-hls_list_size", "0"]
    subprocess.run([*argv, str(tmp_path / "index.m3u8")], check=True)
    return {f"/{path.name}": path.read_bytes() for path in tmp_path.iterdir()}


@pytest.mark.long
@pytest.mark.some(1)
@pytest.mark.parametrize("is_live", [False, True])
async def test_of_the_tracks_in_hls_segments_that_with_speech_is_taken(
    segments: dict[str, bytes], audio_format: AudioFormat, web: Web, is_live: bool
) -> None:
    if is_live:
        text = segments["/index.m3u8"].replace(b"#EXT-X-ENDLIST", b"")
        segments["/index.m3u8"] = text
    web.files |= segments
    pcm = b""
    async with WebSource(web.url("/index.m3u8"), audio_format, FAST) as source:
        async for chunk in source:
            pcm += chunk.pcm
            if is_live and len(pcm) >= 32000:
                break
        assert [n for n in source.status.notices if n.startswith("sound track 2 of 2 is taken")]
    assert level_dbfs(pcm) > -30
    assert is_live or len(pcm) / 32000 == pytest.approx(10.0, abs=0.2)


async def test_the_track_that_is_wanted_is_taken_from_hls_segments(
    segments: dict[str, bytes], audio_format: AudioFormat, web: Web
) -> None:
    web.files |= segments
    for track, is_heard in ((1, False), (2, True)):
        options = SourceOptions(speed=1000.0, track=track)
        pcm = await heard(WebSource(web.url("/index.m3u8"), audio_format, options))
        assert (level_dbfs(pcm) > -30) is is_heard
    with pytest.raises(SourceError, match="has no sound track 3"):
        options = SourceOptions(track=3)
        await heard(WebSource(web.url("/index.m3u8"), audio_format, options))
