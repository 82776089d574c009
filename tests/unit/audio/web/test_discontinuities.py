"""Where an HLS recording changes its kind of sound a decoder begins anew, and nothing is lost."""

from __future__ import annotations

import asyncio
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from scribe_tui.audio.format import AudioFormat
from scribe_tui.audio.options import SourceOptions
from scribe_tui.audio.web import hls
from scribe_tui.audio.web.discontinuities import (
    HEAD_BYTES,
    Stretch,
    breaks,
    rest_from,
    sound_kind,
    stretches,
)
from scribe_tui.audio.web.web_source import WebSource
from scribe_tui.errors import Retry, SourceError
from tests.support.fetched import answered, first_asked_for, live_list, serve
from tests.support.raw_server import raw_server
from tests.unit.audio.conftest import MakeSound
from tests.unit.audio.web.test_fetched_hls import hls_of

FAST = SourceOptions(speed=50.0)
FMP4 = ("-hls_segment_type", "fmp4")
KINDS: dict[str, tuple[str, ...]] = {
    "aac": ("-c:a", "aac"),
    "mp3": ("-c:a", "libmp3lame"),
    "ac3": ("-c:a", "ac3"),
    "other tracks": ("-c:a", "aac", "-hls_segment_options", "mpegts_start_pid=0x200"),
    "fmp4": ("-c:a", "aac", *FMP4),
    "fmp4 24 kHz": ("-c:a", "aac", "-ar", "24000", *FMP4),
    "flac": ("-c:a", "flac", "-strict", "-2", *FMP4),
}
Part = tuple[list[str], dict[str, bytes]]


@pytest.fixture(scope="module")
def part(decoder: str, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Part]:
    """Four seconds of a kind: the lines of their list, and the files that they name."""
    folder = tmp_path_factory.mktemp("parts")

    def make(kind: str) -> Part:
        here = folder / kind.replace(" ", "-")
        if not here.exists():
            here.mkdir()
            argv = [
                decoder,
                "-nostdin",
                "-loglevel",
                "error",
                "-f",
                "lavfi",
                "-i",
                "sine=duration=4",
            ]
            argv += [*KINDS[kind], "-f", "hls", "-hls_time", "1", "-hls_list_size", "0"]
            subprocess.run([*argv, "index.m3u8"], cwd=here, check=True)
        lines = (here / "index.m3u8").read_text().splitlines()
        kept = [line for line in lines if re.match(r"#EXTINF|#EXT-X-MAP|[^#]", line)]
        files = {path.name: path.read_bytes() for path in here.iterdir()}
        return kept, files

    return make


def joined(parts: list[Part], files: dict[str, bytes]) -> str:
    """One list of all parts, whose files go into `files` by their paths."""
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-TARGETDURATION:2"]
    for number, (listed, named) in enumerate(parts):
        lines += ["#EXT-X-DISCONTINUITY"] if number else []
        for line in listed:
            name = next((name for name in named if name in line), None)
            lines.append(line if name is None else line.replace(name, f"/{number}/{name}"))
        files |= {f"/{number}/{name}": body for name, body in named.items()}
    return "\n".join([*lines, "#EXT-X-ENDLIST"]) + "\n"


async def heard(url: str, audio_format: AudioFormat) -> tuple[float, float, str]:
    """Seconds of sound, those named as missing, and what was said at the end."""
    samples, said = 0, ""
    async with WebSource(url, audio_format, FAST) as source:
        try:
            async for chunk in source:
                samples += chunk.samples
        except SourceError as error:
            said = error.message
        status = source.status
    assert not source.is_live
    missing = audio_format.seconds(status.dropped_samples)
    if not said:
        assert status.position_seconds == pytest.approx(
            audio_format.seconds(samples) + missing, abs=0.001
        )
    return audio_format.seconds(samples), missing, said


@pytest.mark.some(1)
@pytest.mark.parametrize(
    "kinds",
    [
        ("aac", "mp3", "aac"),
        ("fmp4", "flac", "fmp4 24 kHz"),
        ("aac", "ac3"),
        ("aac", "other tracks"),
        ("aac", "fmp4"),
        ("fmp4", "aac"),
    ],
    ids=" then ".join,
)
async def test_each_part_is_heard(
    part: Callable[[str], Part], audio_format: AudioFormat, kinds: tuple[str, ...]
) -> None:
    files: dict[str, bytes] = {}
    files["/list"] = joined([part(kind) for kind in kinds], files).encode()
    async with raw_server(lambda head: serve(files, head)) as server:
        seconds, missing, said = await heard(server.url("/list"), audio_format)
    assert (seconds, missing, said) == (pytest.approx(4.0 * len(kinds), abs=0.2), 0.0, "")


async def test_a_part_that_cannot_be_played_is_a_gap_and_the_next_is_heard(
    part: Callable[[str], Part], audio_format: AudioFormat
) -> None:
    listed, named = part("fmp4")
    noise = (listed, dict.fromkeys(named, b"\x00\x01\x02\x03" * 500))
    files: dict[str, bytes] = {}
    files["/list"] = joined([part("aac"), noise, part("mp3")], files).encode()
    async with raw_server(lambda head: serve(files, head)) as server:
        seconds, missing, said = await heard(server.url("/list"), audio_format)
    assert (seconds, missing, said) == (
        pytest.approx(8.0, abs=0.2),
        pytest.approx(4.0, abs=0.2),
        "",
    )


async def test_a_last_part_that_cannot_be_played_is_an_error(
    part: Callable[[str], Part], audio_format: AudioFormat
) -> None:
    listed, named = part("fmp4")
    noise = (listed, dict.fromkeys(named, b"\x00\x01\x02\x03" * 500))
    files: dict[str, bytes] = {}
    files["/list"] = joined([part("aac"), noise], files).encode()
    async with raw_server(lambda head: serve(files, head)) as server:
        seconds, _, said = await heard(server.url("/list"), audio_format)
    assert seconds == pytest.approx(4.0, abs=0.2)
    assert "broke off after 4.0 s" in said


async def test_a_change_that_the_list_does_not_tell_is_an_error(
    part: Callable[[str], Part], audio_format: AudioFormat
) -> None:
    files: dict[str, bytes] = {}
    text = joined([part("aac"), part("mp3")], files).replace("#EXT-X-DISCONTINUITY\n", "")
    files["/list"] = text.encode()
    async with raw_server(lambda head: serve(files, head)) as server:
        seconds, _, said = await heard(server.url("/list"), audio_format)
    assert seconds == pytest.approx(4.0, abs=0.2)
    assert "cannot be decoded beyond 4.0 s" in said


@pytest.mark.parametrize(
    "body",
    [b"<!doctype html><title>gone</title>" * 9, b'{"error": "gone"}' * 9],
    ids=["html", "json"],
)
async def test_words_in_the_place_of_a_segment_are_a_gap(
    part: Callable[[str], Part], audio_format: AudioFormat, body: bytes
) -> None:
    files: dict[str, bytes] = {}
    files["/list"] = joined([part("aac")], files).encode()
    files["/0/index2.ts"] = body
    async with raw_server(lambda head: serve(files, head)) as server:
        seconds, missing, said = await heard(server.url("/list"), audio_format)
    assert (seconds, missing) == (pytest.approx(3.0, abs=0.2), pytest.approx(1.0, abs=0.1))
    assert said == ""


async def test_a_segment_that_breaks_off_goes_on_where_it_broke(
    part: Callable[[str], Part], audio_format: AudioFormat
) -> None:
    files: dict[str, bytes] = {}
    files["/list"] = joined([part("aac")], files).encode()
    name = "/0/index2.ts"

    def answer(head: str) -> bytes:
        if name not in head:
            return serve(files, head)
        whole = files[name]
        first = first_asked_for(head)
        if not first:
            return answered(whole[:9000], f"Content-Length: {len(whole)}")
        part = answered(whole[first:], f"Content-Length: {len(whole) - first}")
        return part.replace(b"200 OK", b"206 Partial")

    async with raw_server(answer) as server:
        assert await heard(server.url("/list"), audio_format) == (
            pytest.approx(4.0, abs=0.2),
            0.0,
            "",
        )


@pytest.mark.parametrize("key", [b"short", b"<html>log in</html>"])
async def test_what_is_no_key_is_called_so_and_may_pass(
    part: Callable[[str], Part], audio_format: AudioFormat, key: bytes
) -> None:
    files: dict[str, bytes] = {"/key": key}
    text = joined([part("aac")], files)
    text = text.replace("#EXTINF", '#EXT-X-KEY:METHOD=AES-128,URI="/key"\n#EXTINF', 1)
    files["/list"] = text.encode()
    async with raw_server(lambda head: serve(files, head)) as server:
        with pytest.raises(SourceError, match="something else instead of the key"):
            await heard(server.url("/list"), audio_format)


async def test_a_key_that_does_not_open_the_sound_is_called_so_and_may_pass(
    part: Callable[[str], Part], audio_format: AudioFormat
) -> None:
    """What is decrypted with it is noise, which is no word on what the server sends."""
    files: dict[str, bytes] = {"/key": bytes(range(16))}
    text = joined([part("aac")], files)
    text = text.replace("#EXTINF", '#EXT-X-KEY:METHOD=AES-128,URI="/key"\n#EXTINF', 1)
    files["/list"] = text.encode()
    async with raw_server(lambda head: serve(files, head)) as server:
        with pytest.raises(SourceError, match="the key that it gives does not open it") as caught:
            await heard(server.url("/list"), audio_format)
    assert caught.value.retry is Retry.BACKOFF


@pytest.mark.parametrize(
    ("old", "new"),
    [("#EXTM3U", "\r\n \n#EXTM3U"), ("#EXTINF:", "#EXTINF:200.0,\n#EXT-X-OLD:")],
    ids=["blank lines first", "absurd length"],
)
async def test_a_list_that_is_wrong_where_it_does_not_matter_is_heard_whole(
    part: Callable[[str], Part], audio_format: AudioFormat, old: str, new: str
) -> None:
    files: dict[str, bytes] = {}
    files["/list"] = joined([part("aac")], files).replace(old, new, 1).encode()
    async with raw_server(lambda head: serve(files, head)) as server:
        assert await heard(server.url("/list"), audio_format) == (
            pytest.approx(4.0, abs=0.2),
            0.0,
            "",
        )


async def test_a_list_that_may_not_change_has_an_end(
    part: Callable[[str], Part], audio_format: AudioFormat
) -> None:
    files: dict[str, bytes] = {}
    text = joined([part("aac")], files).replace("#EXT-X-ENDLIST\n", "")
    files["/list"] = text.replace("#EXTM3U", "#EXTM3U\n#EXT-X-PLAYLIST-TYPE:VOD").encode()
    async with raw_server(lambda head: serve(files, head)) as server:
        assert await heard(server.url("/list"), audio_format) == (
            pytest.approx(4.0, abs=0.2),
            0.0,
            "",
        )


LIST = """#EXTM3U
#EXT-X-TARGETDURATION:2
#EXT-X-MEDIA-SEQUENCE:7
#EXT-X-KEY:METHOD=AES-128,URI="k"
#EXTINF:1,
a
#EXT-X-DISCONTINUITY
#EXT-X-MAP:URI="m"
#EXTINF:1,
b
#EXT-X-KEY:METHOD=NONE
#EXTINF:1,
c
#EXT-X-DISCONTINUITY
#EXTINF:1,
d
#EXT-X-ENDLIST
"""


def test_stretches_of_a_list() -> None:
    found = stretches(LIST, hls.first_number(LIST))
    locked, plain, head = '#EXT-X-KEY:METHOD=AES-128,URI="k"', "#EXT-X-KEY:METHOD=NONE", '"m"'
    assert [(one.first, one.key, head in one.head) for one in found] == [
        (7, locked, False),
        (8, locked, True),
        (10, plain, True),
    ]
    assert [one.is_locked for one in found] == [True, True, False]


def test_the_rest_is_a_list_with_the_same_numbers_key_and_head() -> None:
    rest = rest_from(LIST, 7, stretches(LIST, 7)[1])
    assert [each.number for each in hls.segments(rest)] == [8, 9, 10]
    assert rest.index('URI="k"') < rest.index('URI="m"') < rest.index("\nb\n")
    assert hls.is_ended(rest)
    assert "\na\n" not in rest


def test_what_a_segment_is(part: Callable[[str], Part]) -> None:
    plain = Stretch(0, "", "")
    kinds = {
        kind: sound_kind(part(kind)[1]["index1.ts"][:HEAD_BYTES], plain)
        for kind in ("aac", "mp3", "ac3", "other tracks")
    }
    assert None not in kinds.values()
    assert len(set(kinds.values())) == len(kinds)
    assert sound_kind(b"ID3\x04\0\0\0\0\0\x02??\xff\xf1", plain) == b"aac"
    assert sound_kind(b"\xff\xfb", plain) == b"mpeg audio"
    assert sound_kind(b"\x0b\x77", plain) == b"ac-3"
    for start in (b"", b"\xff", b"ID3", b"G" * 376, b"G" + b"\xff" * 187 + b"G" + b"\xff" * 187):
        assert sound_kind(start, plain) is None


def test_of_a_master_with_comments_and_of_renditions_alone() -> None:
    commented = "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\n# a comment\n\nlist\n"
    assert [one.address for one in hls.renditions(commented)] == ["list"]
    alone = '#EXTM3U\n#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="A",URI="list"\n'
    assert hls.is_master(alone)
    assert [one.address for one in hls.renditions(alone)] == ["list"]


async def test_a_station_whose_sound_goes_on_in_another_track_is_left_soon(
    make_sound: MakeSound, audio_format: AudioFormat
) -> None:
    """Not only when nothing has come for as long as a station may be silent."""
    other = ("-mpegts_service_id", "7", "-mpegts_pmt_start_pid", "0x300")
    before = make_sound("track-before.ts", 2.0, "-c:a", "aac").read_bytes()
    after = make_sound("track-after.ts", 60.0, "-c:a", "aac", "-mpegts_start_pid", "0x310", *other)

    async def station(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n" + before + after.read_bytes())
        await reader.read()
        writer.close()

    async with await asyncio.start_server(station, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        options = SourceOptions(stall_seconds=3600.0)
        with pytest.raises(SourceError, match="changed its kind"):
            async with WebSource(f"http://127.0.0.1:{port}/", audio_format, options) as source:
                async for _ in source:
                    pass


async def test_a_live_stream_that_changes_its_codec_is_heard_on(
    decoder: str, audio_format: AudioFormat, tmp_path: Path
) -> None:
    """As where an advertisement is put in: nothing is missing, and nothing is said."""
    files = hls_of(decoder, tmp_path / "aac")
    other = hls_of(decoder, tmp_path / "mp3", "-c:a", "libmp3lame")
    files |= {f"/ad{name[1:]}": body for name, body in other.items()}
    news, ads = ([f"{kind}{n}.ts" for n in range(3)] for kind in ("index", "adindex"))
    lists = (live(7, news), live(8, news[1:], ads))

    seconds = 0.0
    async with (
        raw_server(live_list(files, *lists)) as server,
        WebSource(server.url("/list"), audio_format) as source,
    ):
        while seconds < 5.5:
            seconds += audio_format.seconds((await anext(source)).samples)
        assert source.is_live
        assert (source.status.notices, source.status.dropped_samples) == ((), 0)


def live(first: int, *stretches: list[str]) -> str:
    """A playlist of segments of one second, whose format changes from list to list."""
    parts = ["".join(f"#EXTINF:1,\n{name}\n" for name in names) for names in stretches]
    head = f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXT-X-MEDIA-SEQUENCE:{first}\n"
    return head + "#EXT-X-DISCONTINUITY\n".join(parts)


def test_where_a_live_playlist_says_that_its_format_may_change() -> None:
    assert breaks(live(7, ["a", "b"], ["c"], ["d"]), 7) == {9, 10}
    assert breaks(live(7, ["a"]), 7) == frozenset()
