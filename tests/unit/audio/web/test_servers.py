"""What servers send otherwise than they should: heard all the same, or told as what it is."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from scribe_tui.audio.format import AudioFormat
from scribe_tui.audio.options import SourceOptions
from scribe_tui.audio.web.web_source import WebSource
from scribe_tui.errors import Retry, SourceError
from tests.support.fetched import answered, first_asked_for, listen
from tests.support.raw_server import raw_server
from tests.unit.audio.conftest import MakeSound

FAST = SourceOptions(speed=50.0)


def chunked(body: bytes) -> bytes:
    return b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)


@pytest.mark.some(2)
@pytest.mark.parametrize("way", ["transfer", "padding", "two parts", "length twice"])
async def test_packings_and_lengths(mp3: bytes, audio_format: AudioFormat, way: str) -> None:
    packed = gzip.compress(mp3)
    half = len(mp3) // 2
    joined = gzip.compress(mp3[:half]) + gzip.compress(mp3[half:])
    answer = {
        "transfer": answered(chunked(packed), "Transfer-Encoding: gzip, chunked", "ETag: x"),
        "padding": answered(packed + bytes(99), "Content-Encoding: gzip", "ETag: x"),
        "two parts": answered(joined, "Content-Encoding: gzip", "ETag: x"),
        "length twice": answered(mp3, f"Content-Length: {len(mp3)}, {len(mp3)}"),
    }[way]
    async with raw_server(answer) as server:
        assert await listen(server.url(), audio_format) == pytest.approx(10.0, abs=0.1)


async def test_a_packed_recording_that_is_cut_short_broke_off(
    mp3: bytes, audio_format: AudioFormat
) -> None:
    body = gzip.compress(mp3)[:30000]
    head = ("Content-Encoding: gzip", f"Content-Length: {len(body)}")
    async with raw_server(answered(body, *head)) as server:
        with pytest.raises(SourceError, match="broke off"):
            await listen(server.url(), audio_format)


@pytest.mark.parametrize("codec", ["aac", "alac"])
async def test_an_index_at_the_end_is_read_from_a_server_that_gives_no_parts(
    make_sound: MakeSound, audio_format: AudioFormat, codec: str
) -> None:
    """As Python's own http.server."""
    body = make_sound(f"{codec}.m4a", 3.0, "-c:a", codec).read_bytes()
    async with raw_server(answered(body, f"Content-Length: {len(body)}")) as server:
        assert await listen(server.url(), audio_format) == pytest.approx(3.0, abs=0.1)
        assert len(server.heads) <= 4


async def test_an_index_that_is_missing_is_said(
    make_sound: MakeSound, audio_format: AudioFormat
) -> None:
    body = make_sound("aac.m4a", 3.0, "-c:a", "aac").read_bytes()[:12000]
    async with raw_server(answered(body, f"Content-Length: {len(body)}")) as server:
        with pytest.raises(SourceError, match="cut short: its index, at the end, is missing"):
            await listen(server.url(), audio_format)


@pytest.mark.some(1)
@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("cut.mp3", ("-b:a", "64k")),
        ("cut.flac", ()),
        ("cut.wav", ()),
        ("cut.wv", ("-c:a", "wavpack")),
        ("cut.mka", ("-c:a", "flac")),
    ],
)
async def test_a_recording_that_is_cut_short_is_heard_and_then_said(
    make_sound: MakeSound, audio_format: AudioFormat, name: str, options: tuple[str, ...]
) -> None:
    whole = make_sound(name, 12.0, *options).read_bytes()
    body = whole[: len(whole) // 2]
    async with raw_server(answered(body, f"Content-Length: {len(body)}")) as server:
        with pytest.raises(
            SourceError, match=r"cut short: its sound breaks off after \d\.\d s"
        ) as told:
            await listen(server.url(), audio_format, FAST)
    assert told.value.retry is Retry.NEVER


async def test_wavpack_is_whole_though_its_server_gives_no_parts(
    make_sound: MakeSound, audio_format: AudioFormat
) -> None:
    body = make_sound("cut.wv", 12.0, "-c:a", "wavpack").read_bytes()
    async with raw_server(answered(body, f"Content-Length: {len(body)}")) as server:
        assert await listen(server.url(), audio_format, FAST) == pytest.approx(12.0, abs=0.1)


async def test_a_recording_that_changes_its_codec_is_told(
    make_sound: MakeSound, audio_format: AudioFormat
) -> None:
    options = ("-b:a", "64k", "-write_xing", "0", "-id3v2_version", "0")
    body = make_sound("plain.mp3", 12.0, *options).read_bytes()
    body += make_sound("plain.aac", 12.0, "-b:a", "64k").read_bytes()
    async with raw_server(answered(body, f"Content-Length: {len(body)}")) as server:
        with pytest.raises(SourceError, match=r"cannot be decoded beyond 12\.0 s"):
            await listen(server.url(), audio_format, FAST)


@pytest.mark.some(2)
@pytest.mark.parametrize("kind", ["text/plain", "audio/mpeg"])
async def test_words_of_a_station_that_is_off_the_air_may_pass(
    audio_format: AudioFormat, kind: str
) -> None:
    body = b"Stream offline for ada, token s3cret"
    answer = answered(body, f"Content-Length: {len(body)}", kind=kind)
    async with raw_server(answer) as server:
        url = server.url("/live?token=s3cret", "ada:pw@127.0.0.1")
        with pytest.raises(SourceError) as told:
            async with WebSource(url, audio_format):
                pass
    assert told.value.retry is not Retry.NEVER
    assert told.value.message.endswith("these words: Stream offline for ***, token ***.")


async def test_text_that_is_sound_is_heard(mp3: bytes, audio_format: AudioFormat) -> None:
    answer = answered(mp3, f"Content-Length: {len(mp3)}", kind="text/plain")
    async with raw_server(answer) as server:
        assert await listen(server.url(), audio_format, FAST) == pytest.approx(10.0, abs=0.1)


async def test_a_broadcast_whose_tracks_get_other_numbers_is_heard_on(
    make_sound: MakeSound, audio_format: AudioFormat, tmp_path: Path
) -> None:
    body = make_sound("one.ts", 6.0, "-c:a", "aac").read_bytes()
    body += make_sound("two.ts", 6.0, "-c:a", "aac", "-mpegts_start_pid", "0x200").read_bytes()

    def answer(head: str) -> bytes:
        first = first_asked_for(head)
        length = f"Content-Length: {len(body) - first}"
        part = answered(body[first:], length, "Accept-Ranges: bytes")
        return part.replace(b"200 OK", b"206 Partial") if first else part

    async with raw_server(answer) as server:
        assert await listen(server.url(), audio_format, FAST) == pytest.approx(12.0, abs=0.2)
