"""HLS of any shape is fetched by the program itself, and the decoder gets what is meant."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from scribe_tui.audio.format import AudioFormat
from scribe_tui.audio.web import hls
from scribe_tui.errors import Retry, SourceError
from tests.support.fetched import answered, listen, serve
from tests.support.raw_server import raw_server


@pytest.fixture
def segments(decoder: str, tmp_path: Path) -> dict[str, bytes]:
    folder = tmp_path / "hls"
    folder.mkdir()
    argv = [decoder, "-nostdin", "-loglevel", "error", "-f", "lavfi", "-i", "sine=duration=4"]
    argv += ["-c:a", "aac", "-f", "hls", "-hls_time", "1", "-hls_list_size", "0"]
    subprocess.run([*argv, str(folder / "index.m3u8")], check=True)
    return {f"/{path.name}": path.read_bytes() for path in folder.iterdir()}


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
    named: list[hls.Resource] = []

    def ours(part: hls.Resource) -> str:
        named.append(part)
        return f"/{len(named)}"

    out = hls.rewritten("\n".join(lines), ours)
    assert named == [
        hls.Resource("a.mp4", 0, 764),
        hls.Resource("a.mp4", 764, 10),
        hls.Resource("a.mp4", 774, 20),
        hls.Resource("b.mp4"),
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
