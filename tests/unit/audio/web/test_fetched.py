"""Recordings, HLS, proxies and redirects: what ffmpeg's own network side could not do."""

from __future__ import annotations

import asyncio
import gzip
import os

import pytest

from scribe_tui.audio.format import AudioFormat
from scribe_tui.audio.web import upstream
from scribe_tui.audio.web.web_source import WebSource
from scribe_tui.errors import Retry, SourceError
from tests.support.fetched import answered, first_asked_for, listen
from tests.support.program import children as own_children
from tests.support.raw_server import raw_server
from tests.unit.audio.conftest import MakeSound


async def test_a_finished_recording_ends_like_a_file(mp3: bytes, audio_format: AudioFormat) -> None:
    async with raw_server(answered(mp3, f"Content-Length: {len(mp3)}")) as server:
        assert await listen(server.url(), audio_format) == pytest.approx(10.0, abs=0.1)
        assert len(server.heads) == 1


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
            for process in own_children():
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


async def test_a_packed_recording_of_known_length_ends_like_a_file(
    mp3: bytes, audio_format: AudioFormat
) -> None:
    """Its length is that of the packed body; to take it for a station would repeat it for ever."""
    body = gzip.compress(mp3)
    headers = ("Content-Encoding: gzip", f"Content-Length: {len(body)}")
    async with raw_server(answered(body, *headers)) as server:
        assert await listen(server.url(), audio_format) == pytest.approx(10.0, abs=0.1)


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
