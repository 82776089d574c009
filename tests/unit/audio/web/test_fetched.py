"""Recordings, HLS, proxies and redirects: what ffmpeg's own network side could not do."""

from __future__ import annotations

import asyncio
import gzip
import os
import subprocess
from pathlib import Path

import psutil
import pytest

from scribe_tui.audio.format import AudioFormat
from scribe_tui.audio.options import SourceOptions
from scribe_tui.audio.web import hls, upstream
from scribe_tui.audio.web.web_source import WebSource
from scribe_tui.errors import Retry, SourceError
from tests.support.raw_server import raw_server
from tests.unit.audio.conftest import MakeSound

FAST = SourceOptions(speed=16.0)
OK = b"HTTP/1.1 200 OK\r\n"


def answered(body: bytes, *headers: str, kind: str = "audio/mpeg") -> bytes:
    lines = [f"Content-Type: {kind}", *headers]
    return OK + "".join(f"{line}\r\n" for line in lines).encode() + b"\r\n" + body


async def listen(url: str, audio_format: AudioFormat, options: SourceOptions = FAST) -> float:
    samples = 0
    async with WebSource(url, audio_format, options) as source:
        async for chunk in source:
            samples += chunk.samples
    assert not source.is_live
    return audio_format.seconds(samples)


async def test_a_finished_recording_ends_like_a_file(mp3: bytes, audio_format: AudioFormat) -> None:
    async with raw_server(answered(mp3, f"Content-Length: {len(mp3)}")) as server:
        assert await listen(server.url(), audio_format) == pytest.approx(10.0, abs=0.1)
        assert len(server.heads) == 1


def first_asked_for(head: str) -> int:
    """The first byte that a request's head asks for."""
    asked = head.partition("Range: bytes=")[2]
    return int(asked.partition("-")[0]) if asked else 0


async def test_a_recording_goes_on_where_it_broke_off(
    mp3: bytes, audio_format: AudioFormat
) -> None:
    def answer(head: str) -> bytes:
        first = first_asked_for(head)
        rest = mp3[first:]
        length = f"Content-Length: {len(rest)}"
        whole = answered(rest[:30000], length, "Accept-Ranges: bytes")
        return whole.replace(b"200 OK", b"206 Partial") if first else whole

    async with raw_server(answer) as server:
        assert await listen(server.url(), audio_format) == pytest.approx(10.0, abs=0.1)
        assert len([head for head in server.heads if "Range:" not in head]) == 1


async def test_a_recording_that_cannot_go_on_is_never_begun_anew(
    mp3: bytes, audio_format: AudioFormat
) -> None:
    async with raw_server(answered(mp3[:30000], f"Content-Length: {len(mp3)}")) as server:
        with pytest.raises(SourceError, match=r"broke off after 3\.\d s") as caught:
            await listen(server.url(), audio_format)
    assert caught.value.retry is Retry.NEVER


async def test_a_recording_with_its_index_at_the_end(
    make_sound: MakeSound, audio_format: AudioFormat
) -> None:
    body = make_sound("tone.m4a").read_bytes()

    def answer(head: str) -> bytes:
        first = first_asked_for(head)
        size = f"Content-Length: {len(body) - first}"
        whole = answered(body[first:], size, "Accept-Ranges: bytes", kind="audio/mp4")
        return whole.replace(b"200 OK", b"206 Partial") if first else whole

    async with raw_server(answer) as server:
        assert await listen(server.url(), audio_format) == pytest.approx(3.0, abs=0.1)


@pytest.mark.some(3)
@pytest.mark.parametrize("packing", ["plain", "gzip", "chunked"])
@pytest.mark.parametrize("kind", ["pls", "m3u", "xspf"])
async def test_a_list_is_known_by_its_body(
    mp3: bytes, audio_format: AudioFormat, packing: str, kind: str
) -> None:
    def answer(head: str) -> bytes:
        if "/sound" in head:
            return answered(mp3, f"Content-Length: {len(mp3)}")
        url = f"http://{head.partition('Host: ')[2].split()[0]}/sound"
        body = {
            "pls": f"[playlist]\nFile1={url}\n",
            "m3u": f"{url}\n",
            "xspf": f'<?xml version="1.0"?><playlist xmlns="http://xspf.org/ns/0/"><trackList>'
            f"<track><location>{url}</location></track></trackList></playlist>",
        }[kind].encode()
        if packing == "gzip":
            return answered(gzip.compress(body), "Content-Encoding: gzip", kind="text/html")
        if packing == "chunked":
            chunk = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
            return answered(chunk, "Transfer-Encoding: chunked", kind="text/html")
        return answered(body, kind="text/html")

    async with raw_server(answer) as server:
        source = WebSource(server.url("/listen"), audio_format)
        async with source:
            assert (await anext(source)).samples == 1600


@pytest.fixture
def segments(decoder: str, tmp_path: Path) -> dict[str, bytes]:
    folder = tmp_path / "hls"
    folder.mkdir()
    argv = [decoder, "-nostdin", "-loglevel", "error", "-f", "lavfi", "-i", "sine=duration=4"]
    argv += ["-c:a", "aac", "-f", "hls", "-hls_time", "1", "-hls_list_size", "0"]
    subprocess.run([*argv, str(folder / "index.m3u8")], check=True)
    return {f"/{path.name}": path.read_bytes() for path in folder.iterdir()}


def serve(files: dict[str, bytes], head: str) -> bytes:
    path = head.split(" ")[1].partition("?")[0]
    if path not in files:
        return b"HTTP/1.1 404 Not Found\r\n\r\n"
    return answered(files[path], kind="application/octet-stream")


@pytest.mark.some(1)
@pytest.mark.parametrize("suffix", ["", ".jpg", ".html"])
async def test_hls_segments_may_have_any_name_and_the_end_is_an_end(
    segments: dict[str, bytes], audio_format: AudioFormat, suffix: str
) -> None:
    text = segments.pop("/index.m3u8").decode().replace(".ts", suffix)
    files = {name.replace(".ts", suffix): body for name, body in segments.items()}
    files["/list"] = text.encode()
    async with raw_server(lambda head: serve(files, head)) as server:
        assert await listen(server.url("/list"), audio_format) == pytest.approx(4.0, abs=0.2)
        assert len([head for head in server.heads if "/list" in head]) == 1


async def test_of_a_master_the_sound_alone_is_fetched(
    segments: dict[str, bytes], audio_format: AudioFormat
) -> None:
    files = dict(segments)
    files["/sound"] = files.pop("/index.m3u8")
    files["/master"] = (
        b'#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=3000000,CODECS="avc1.4d,mp4a.40.2"\nfilm\n'
        b'#EXT-X-STREAM-INF:BANDWIDTH=64000,CODECS="mp4a.40.2"\nsound\n'
    )
    async with raw_server(lambda head: serve(files, head)) as server:
        assert await listen(server.url("/master"), audio_format) == pytest.approx(4.0, abs=0.2)
        assert not [head for head in server.heads if "/film" in head]


async def test_an_endless_playlist_is_given_up(audio_format: AudioFormat) -> None:
    endless = b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n" + b"#EXTINF:1,\nsegment.ts\n" * 300_000
    async with raw_server(answered(endless)) as server:
        with pytest.raises(SourceError, match="is larger than 4 MB") as caught:
            await listen(server.url("/list.m3u8"), audio_format)
    assert caught.value.retry is Retry.BACKOFF


async def test_stations_and_lists_go_through_the_proxy_and_it_is_named(
    mp3: bytes, audio_format: AudioFormat, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer(head: str) -> bytes:
        if ".pls" in head.partition("\r\n")[0]:
            return answered(b"[playlist]\nFile1=http://radio.invalid/sound\n")
        return answered(mp3, f"Content-Length: {len(mp3)}")

    async with raw_server(answer) as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"http://ada:pw@127.0.0.1:{proxy.port}")
        monkeypatch.delenv("http_proxy", raising=False)
        assert await listen("http://radio.invalid/a.pls", audio_format) > 9
        assert proxy.heads[1].startswith("GET http://radio.invalid/sound HTTP/1.1\r\n")
        assert "Proxy-Authorization: Basic YWRhOnB3\r\n" in proxy.heads[0]
        monkeypatch.setenv("NO_PROXY", "radio.invalid")
        with pytest.raises(SourceError, match="There is no host called radio"):
            await listen("http://radio.invalid/sound", audio_format)
    monkeypatch.setenv("NO_PROXY", "")
    for url in ("http://radio.invalid/", "https://radio.invalid/"):
        monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")
        monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
        with pytest.raises(SourceError, match=r"the proxy 127\.0\.0\.1:9 \(\w+\) refused"):
            await listen(url, audio_format)


async def test_nothing_of_an_address_stands_in_the_process_list(
    mp3: bytes, audio_format: AudioFormat
) -> None:
    async with raw_server(answered(mp3, "icy-name: x")) as server:
        url = server.url("/s3cret?jwt=s3cret").replace("//", "//ada:s3cret@")
        async with WebSource(url, audio_format) as source:
            await anext(source)
            for process in psutil.Process().children():
                assert "s3cret" not in " ".join(process.cmdline())
                assert str(server.port) not in " ".join(process.cmdline())


async def test_a_hostile_list_leads_the_decoder_nowhere(
    mp3: bytes, audio_format: AudioFormat
) -> None:
    """ffmpeg's own lists, whatever they are called, would make it open what they name."""
    async with raw_server(answered(mp3)) as other:
        for body in (
            f"ffconcat version 1.0\nfile {other.url()}\n",
            f'<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static">'
            "<Period><AdaptationSet><Representation id='1' bandwidth='1'>"
            f"<BaseURL>{other.url()}</BaseURL></Representation></AdaptationSet></Period></MPD>",
        ):
            async with raw_server(answered(body.encode())) as server:
                with pytest.raises(SourceError):
                    await listen(server.url(), audio_format)
        assert other.heads == []


async def test_leaving_closes_every_descriptor(mp3: bytes, audio_format: AudioFormat) -> None:
    def descriptors() -> int:
        return len(os.listdir(f"/proc/{os.getpid()}/fd"))  # noqa: PTH208

    async with raw_server(answered(mp3, "icy-name: x")) as server:
        async with WebSource(server.url(), audio_format) as source:
            await anext(source)
        before = descriptors()
        for _ in range(5):
            async with WebSource(server.url(), audio_format) as source:
                await anext(source)
        await asyncio.sleep(0)
        assert descriptors() <= before + 1


def hls_of(decoder: str, folder: Path, *options: str) -> dict[str, bytes]:
    """Four seconds in segments of one, by their paths."""
    folder.mkdir()
    argv = [decoder, "-nostdin", "-loglevel", "error", "-f", "lavfi", "-i", "sine=duration=4"]
    argv += ["-c:a", "aac", "-f", "hls", "-hls_time", "1", "-hls_list_size", "0", *options]
    subprocess.run([*argv, str(folder / "index.m3u8")], check=True)
    return {f"/{path.name}": path.read_bytes() for path in folder.iterdir()}


@pytest.mark.some(1)
@pytest.mark.parametrize("kind", ["mpegts", "fmp4"])
@pytest.mark.parametrize("knows_ranges", [True, False])
async def test_hls_segments_may_be_parts_of_one_file(
    decoder: str, audio_format: AudioFormat, tmp_path: Path, kind: str, knows_ranges: bool
) -> None:
    options = ("-hls_flags", "single_file", "-hls_segment_type", kind)
    files = hls_of(decoder, tmp_path / "hls", *options)

    def answer(head: str) -> bytes:
        body = files[head.split()[1]]
        wanted = head.partition("Range: bytes=")[2].partition("\r\n")[0]
        if not wanted or not knows_ranges:
            return answered(body, f"Content-Length: {len(body)}", kind="video/mp4")
        first, last = (int(number) for number in wanted.split("-"))
        part = body[first : last + 1]
        named = f"Content-Range: bytes {first}-{last}/{len(body)}"
        head_of_it = answered(part, named, f"Content-Length: {len(part)}", kind="video/mp4")
        return head_of_it.replace(b"200 OK", b"206 Partial")

    async with raw_server(answer) as server:
        heard = await listen(server.url("/index.m3u8"), audio_format)
    assert heard == pytest.approx(4.0, abs=0.15)


def test_parts_of_one_file_have_addresses_of_their_own() -> None:
    """The decoder then asks for each of them alone."""
    lines = (
        *("#EXTM3U", '#EXT-X-MAP:URI="a.mp4",BYTERANGE="764@0"', "#EXTINF:1,"),
        *("#EXT-X-BYTERANGE:10@764", "a.mp4", "#EXTINF:1,", "#EXT-X-BYTERANGE:20", "a.mp4"),
        *("#EXTINF:1,", "b.mp4"),
    )
    named: list[hls.Part] = []

    def ours(part: hls.Part) -> str:
        named.append(part)
        return f"/{len(named)}"

    out = hls.rewritten("\n".join(lines), ours)
    assert named == [
        hls.Part("a.mp4", 0, 764),
        hls.Part("a.mp4", 764, 10),
        hls.Part("a.mp4", 774, 20),
        hls.Part("b.mp4"),
    ]
    assert [line for line in out.splitlines() if "/" in line] == [
        '#EXT-X-MAP:URI="/1"',
        "/2",
        "/3",
        "/4",
    ]
    assert "BYTERANGE" not in out


async def test_an_hls_list_may_begin_with_a_byte_order_mark(
    decoder: str, audio_format: AudioFormat, tmp_path: Path
) -> None:
    files = hls_of(decoder, tmp_path / "hls")
    files["/index.m3u8"] = b"\xef\xbb\xbf" + files["/index.m3u8"]

    async with raw_server(lambda head: answered(files[head.split()[1]])) as server:
        heard = await listen(server.url("/index.m3u8"), audio_format)
    assert heard == pytest.approx(4.0, abs=0.15)


async def test_an_hls_list_may_lack_its_first_line(
    segments: dict[str, bytes], audio_format: AudioFormat
) -> None:
    files = dict(segments)
    files["/list"] = files.pop("/index.m3u8").replace(b"#EXTM3U\n", b"")
    async with raw_server(lambda head: serve(files, head)) as server:
        assert await listen(server.url("/list"), audio_format) == pytest.approx(4.0, abs=0.2)


async def test_an_hls_list_without_segments_has_no_sound(audio_format: AudioFormat) -> None:
    text = b"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-ENDLIST\n"
    async with raw_server(answered(text)) as server:
        with pytest.raises(SourceError, match="before any sound came"):
            await listen(server.url("/index.m3u8"), audio_format)


async def test_a_packed_recording_of_known_length_ends_like_a_file(
    mp3: bytes, audio_format: AudioFormat
) -> None:
    """Its length is that of the packed body; to take it for a station would repeat it for ever."""
    body = gzip.compress(mp3)
    headers = ("Content-Encoding: gzip", f"Content-Length: {len(body)}")
    async with raw_server(answered(body, *headers)) as server:
        assert await listen(server.url(), audio_format) == pytest.approx(10.0, abs=0.1)


def hls_with_key(key: str) -> bytes:
    lines = ["#EXTM3U", "#EXT-X-TARGETDURATION:6", f"#EXT-X-KEY:{key}", "#EXTINF:6,"]
    return "\n".join([*lines, "segment.ts", "#EXT-X-ENDLIST", ""]).encode()


@pytest.mark.parametrize(
    "key",
    [
        'METHOD=SAMPLE-AES,URI="skd://x",KEYFORMAT="com.apple.streamingkeydelivery"',
        'METHOD=AES-CTR,URI="key"',
    ],
)
async def test_hls_for_certain_players_alone_is_named(audio_format: AudioFormat, key: str) -> None:
    listed = answered(hls_with_key(key), kind="application/vnd.apple.mpegurl")
    async with raw_server(listed) as server:
        with pytest.raises(SourceError, match=r"is encrypted .* for certain players alone") as told:
            await listen(server.url(), audio_format)
    assert told.value.retry is Retry.NEVER


async def test_hls_whose_key_cannot_be_had_says_why_and_is_tried_again(
    audio_format: AudioFormat,
) -> None:
    """What the decoder makes of encrypted segments without their key is no reason to give up."""

    def answer(head: str) -> bytes:
        if " /key" in head:
            return b"HTTP/1.1 503 Busy\r\n\r\n"
        if " /segment.ts" in head:
            return answered(bytes(range(256)) * 400, kind="video/mp2t")
        listed = hls_with_key('METHOD=AES-128,URI="key"')
        return answered(listed, kind="application/vnd.apple.mpegurl")

    async with raw_server(answer) as server:
        with pytest.raises(SourceError, match="503 Service Unavailable") as told:
            await listen(server.url(), audio_format)
    assert told.value.retry is Retry.BACKOFF


async def test_of_a_server_that_sends_parts_all_parts_are_heard(
    mp3: bytes, audio_format: AudioFormat
) -> None:
    def answer(head: str) -> bytes:
        first = first_asked_for(head)
        part = mp3[first : first + 30_000]
        place = f"Content-Range: bytes {first}-{first + len(part) - 1}/{len(mp3)}"
        whole = answered(part, f"Content-Length: {len(part)}", place)
        return whole.replace(b"200 OK", b"206 Partial")

    async with raw_server(answer) as server:
        assert await listen(server.url(), audio_format) == pytest.approx(10.0, abs=0.1)


async def test_a_server_that_promises_more_parts_than_it_has_broke_off(
    mp3: bytes, audio_format: AudioFormat, monkeypatch: pytest.MonkeyPatch
) -> None:
    soon = tuple(0.01 for _ in upstream.RESUME_WAITS)
    monkeypatch.setattr(upstream, "RESUME_WAITS", soon)

    def answer(head: str) -> bytes:
        if "Range: bytes=30000" in head:
            place = f"Content-Range: bytes 30000-29999/{len(mp3)}"
            return answered(b"", "Content-Length: 0", place).replace(b"200 OK", b"206 Partial")
        place = f"Content-Range: bytes 0-29999/{len(mp3)}"
        whole = answered(mp3[:30_000], "Content-Length: 30000", place)
        return whole.replace(b"200 OK", b"206 Partial")

    async with raw_server(answer) as server:
        with pytest.raises(SourceError, match="broke off"):
            await listen(server.url(), audio_format)
