"""The ways to a station: tunnels of proxies, and what is said where there is no way."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import functools
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from scribe_tui.audio.decoder import relay as decoder_relay
from scribe_tui.audio.format import AudioFormat
from scribe_tui.audio.options import SourceOptions
from scribe_tui.audio.web import hls
from scribe_tui.audio.web.address import Address
from scribe_tui.audio.web.segments import CAUSE_SECONDS, LIST_PATH, Segments
from scribe_tui.audio.web.web_source import WebSource
from scribe_tui.errors import Retry, SourceError
from tests.support.raw_server import raw_server
from tests.support.web import Web

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Greet = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[str]]


@asynccontextmanager
async def proxy_to(port: int, greet: Greet) -> AsyncIterator[tuple[int, list[str]]]:
    """A proxy whose every tunnel ends at `port`; its port, and where it was to lead."""
    asked: list[str] = []

    async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        writer.close()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await greet(reader, writer))
        there = await asyncio.open_connection("127.0.0.1", port)
        with contextlib.suppress(OSError, asyncio.CancelledError):
            await asyncio.gather(copy(reader, there[1]), copy(there[0], writer))
        for end in (writer, there[1]):
            end.transport.abort()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1], asked
    finally:
        server.close()


async def socks(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, refusal: int = 0
) -> str:
    """RFC 1928 and 1929, for ada with the password pw."""
    _, count = await reader.readexactly(2)
    assert 2 in await reader.readexactly(count)
    writer.write(b"\x05\x02")
    _, length = await reader.readexactly(2)
    user = await reader.readexactly(length)
    password = await reader.readexactly((await reader.readexactly(1))[0])
    writer.write(b"\x01\x00" if (user, password) == (b"ada", b"pw") else b"\x01\x01")
    *_, kind, length = await reader.readexactly(5)
    assert kind == 3, "the proxy resolves the name"
    host = (await reader.readexactly(length)).decode()
    port = int.from_bytes(await reader.readexactly(2), "big")
    writer.write(bytes([5, refusal, 0, 1]) + bytes(6))
    return f"{host}:{port}"


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


async def test_a_station_is_heard_through_socks(
    web: Web, audio_format: AudioFormat, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with proxy_to(web.port, socks) as (port, asked):
        monkeypatch.setenv("ALL_PROXY", f"socks5://ada:pw@127.0.0.1:{port}")
        async with WebSource("http://radio.invalid:8000/live", audio_format) as source:
            assert (await anext(source)).samples
        assert asked == ["radio.invalid:8000"]


@pytest.mark.parametrize(
    ("user", "refusal", "told"),
    [
        ("ada:no", 0, r"radio\.invalid: it does not take the user and password given\.$"),
        ("ada:pw", 4, r"could not reach radio\.invalid.* \(SOCKS reply 4\)"),
    ],
)
async def test_a_socks_proxy_that_refuses_is_named(
    web: Web,
    audio_format: AudioFormat,
    monkeypatch: pytest.MonkeyPatch,
    user: str,
    refusal: int,
    told: str,
) -> None:
    greet = functools.partial(socks, refusal=refusal)
    async with proxy_to(web.port, greet) as (port, _):
        monkeypatch.setenv("ALL_PROXY", f"socks5://{user}@127.0.0.1:{port}")
        with pytest.raises(SourceError, match=told) as caught:
            await WebSource("http://radio.invalid/live", audio_format).__aenter__()
    assert f"127.0.0.1:{port} (ALL_PROXY)" in caught.value.message
    assert "pw" not in caught.value.sentence


async def test_https_goes_through_a_tunnel_with_the_password_of_the_proxy(
    audio_format: AudioFormat, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with raw_server(b"HTTP/1.1 403 Forbidden\r\n\r\n") as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://ada:pw@127.0.0.1:{proxy.port}")
        with pytest.raises(SourceError, match="403 from the proxy"):
            await WebSource("https://radio.invalid/live", audio_format).__aenter__()
        (head,) = proxy.heads
    assert head.startswith("CONNECT radio.invalid:443 HTTP/1.1\r\n")
    assert "Proxy-Authorization: Basic YWRhOnB3\r\n" in head
    assert "Icy-MetaData" not in head, "what is for the station is not for its proxy"


async def test_no_descriptor_left_is_one_sentence_and_passes(
    web: Web, audio_format: AudioFormat, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    with monkeypatch.context() as patch:
        patch.setattr(socket, "socket", full)
        with pytest.raises(SourceError, match="no file descriptors left") as caught:
            await WebSource(web.url("/live"), audio_format).__aenter__()
    assert caught.value.retry is Retry.BACKOFF
    async with WebSource(web.url("/live"), audio_format) as source:
        assert (await anext(source)).samples


async def test_no_descriptor_left_for_what_the_decoder_is_given_is_the_same(
    web: Web, audio_format: AudioFormat, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr(decoder_relay, "_listening", full)
    with pytest.raises(SourceError, match="no file descriptors left") as caught:
        await WebSource(web.url("/live"), audio_format).__aenter__()
    assert caught.value.retry is Retry.BACKOFF


def test_of_films_the_smallest_is_fetched() -> None:
    rates = (3_000_000, 400_000, 1_200_000)
    master = "#EXTM3U\n" + "".join(
        f'#EXT-X-STREAM-INF:BANDWIDTH={rate},CODECS="avc1.4d,mp4a.40.2"\n{rate}.m3u8\n'
        for rate in rates
    )
    assert [one.address for one in hls.renditions(master)] == [
        "400000.m3u8",
        "1200000.m3u8",
        "3000000.m3u8",
    ]
    sound = '#EXT-X-STREAM-INF:BANDWIDTH=64000,CODECS="mp4a.40.2"\nsound.m3u8\n'
    assert hls.renditions(master + sound)[0].address == "sound.m3u8"


async def test_a_segment_that_was_missing_days_ago_is_not_the_cause_of_an_end() -> None:
    now = 1000.0
    async with raw_server(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n") as server:
        text = "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\na.ts\n"
        address = Address.parse(server.url("/list.m3u8"))
        route = Segments(address, text, SourceOptions(), now=lambda: now)
        listed = b"".join([piece async for piece in (await route.reply(LIST_PATH, 0, None)).pieces])
        path = listed.decode().splitlines()[-1].rpartition("/")[2]
        with pytest.raises(SourceError, match="404"):
            await route.reply(path, 0, None)
    assert route.problem is not None
    now += CAUSE_SECONDS - 1
    assert route.problem is not None
    now += 2 * 86400
    assert route.problem is None
