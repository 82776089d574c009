"""One question to a web server: bounds, redirects, packings, and errors as sentences."""

from __future__ import annotations

import asyncio
import gzip
import threading
import zlib

import pytest

from scribe_tui.audio.options import SourceOptions
from scribe_tui.audio.web.address import Address
from scribe_tui.audio.web.answer import Answer, ask, ask_from
from scribe_tui.errors import Retry, SourceError
from tests.support.raw_server import raw_server
from tests.support.web import PASSWORD, Web
from tests.unit.audio.conftest import Eventually

OPTIONS = SourceOptions()
GZIPPED = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"
DEFLATED = b"HTTP/1.1 200 OK\r\nContent-Encoding: deflate\r\n\r\n"


async def get(url: str, options: SourceOptions = OPTIONS) -> tuple[Answer, bytes]:
    async with await ask(Address.parse(url), options) as answer:
        return answer, await answer.read_up_to(100_000)


async def body_of(answer: bytes) -> bytes:
    """What is read of a server that answers with just these bytes."""
    async with raw_server(answer) as server:
        return (await get(server.url()))[1]


async def test_redirects_are_followed_and_icy_is_an_answer(web: Web) -> None:
    assert (await get(web.url("/moved")))[0].address.url == web.url("/tone.mp3")
    async with await ask(Address.parse(web.url("/icy")), OPTIONS) as answer:
        assert answer.content_type == "audio/mpeg"


async def test_the_password_is_sent(web: Web) -> None:
    assert (await get(web.url("/private", PASSWORD)))[1]
    with pytest.raises(SourceError, match="401"):
        await get(web.url("/private"))


async def test_silence_is_bounded_and_a_cancel_is_immediate(
    web: Web, eventually: Eventually
) -> None:
    with pytest.raises(SourceError, match="timed out"):
        await get(web.url("/mute"), SourceOptions(connect_seconds=0.1))
    task = asyncio.create_task(get(web.url("/headers")))
    await eventually(lambda: "/headers" in web.requests)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("lookup")]


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        (b"HTTP/1.1 200 OK\r\n\r\nabc", b"abc"),
        (b"HTTP/1.1 200 OK\n\nabc", b"abc"),
        (b"ICY 200 OK\r\n\r\nabc", b"abc"),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\nabc", b"abc"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabc", b"ab"),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            b"2;x=y\r\nab\r\n1\r\nc\r\n0\r\n\r\n",
            b"abc",
        ),
        (GZIPPED + gzip.compress(b"abc"), b"abc"),
        (GZIPPED + gzip.compress(b"ab") + gzip.compress(b"c"), b"abc"),
        (GZIPPED + b"abc", b"abc"),
        (DEFLATED + zlib.compress(b"abc"), b"abc"),
        (DEFLATED + zlib.compress(b"abc")[2:-4], b"abc"),
    ],
    ids=[
        *("plain", "bare newlines", "icy", "continue", "length", "chunked", "gzip"),
        *("joined gzip", "no gzip at all", "deflate", "deflate without a head"),
    ],
)
async def test_a_body_is_read_however_it_is_framed(answer: bytes, body: bytes) -> None:
    assert await body_of(answer) == body


@pytest.mark.parametrize(
    "answer",
    [
        b"220 mail.example ESMTP\r\n\r\n",
        "HTTP/1.1 ²00 OK\r\n\r\n".encode("latin-1"),
        b"HTTP/1.1 99999 OK\r\n\r\n",
        b"HTTP/1.1 20 OK\r\n\r\n",
        b"HTTP/1.1\r\n\r\n",
        b"\r\n\r\n",
        b"\0" * 40000,
        b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 10000,
        b"HTTP/1.1 302 Found\r\nLocation: http://[\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: http://a:99999/\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: http:///\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: http://a b/\r\n\r\n",
        b"HTTP/1.1 302 Found\r\nLocation: \xff\xfe://x\r\n\r\n",
        b"HTTP/1.1 302 Found\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nab",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8bno gzip at all",
        b"",
        b"HTTP/1.1 200",
    ],
)
async def test_a_malformed_answer_is_an_ordinary_failure(answer: bytes) -> None:
    async with raw_server(answer) as server:
        with pytest.raises(SourceError) as caught:
            await get(server.url())
    assert caught.value.sentence.isprintable()


async def test_strange_lengths_are_no_lengths() -> None:
    for length in ("-1", "²", "1" * 40, "x", "", "18446744073709551615"):
        answer = f"HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\nabc".encode("latin-1")
        assert await body_of(answer) == b"abc"


@pytest.mark.parametrize(
    "heads", ["Content-Length: 3\r\nContent-Length: 6", "Content-Length: 3, 6"]
)
async def test_two_lengths_that_contradict_each_other_are_a_failure(heads: str) -> None:
    answer = f"HTTP/1.1 200 OK\r\n{heads}\r\n\r\nabcdef".encode()
    with pytest.raises(SourceError, match="gives two different lengths"):
        await body_of(answer)
    chunked = (
        f"HTTP/1.1 200 OK\r\n{heads}\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
    )
    assert await body_of(chunked.encode()) == b"abc"


async def test_the_same_length_twice_is_one_and_packings_add_up() -> None:
    same = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabcdef"
    assert await body_of(same) == b"abc"
    packed = b"Transfer-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
    body = gzip.compress(b"abc")
    chunk = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
    assert await body_of(b"HTTP/1.1 200 OK\r\n" + packed + chunk) == b"abc"


async def test_a_zip_bomb_is_read_in_small_pieces() -> None:
    bomb = gzip.compress(bytes(50_000_000))
    async with raw_server(b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n" + bomb) as server:
        async with await ask(Address.parse(server.url()), OPTIONS) as answer:
            assert len(await answer.read()) <= 64 * 1024


async def test_a_server_that_refuses_ranges_is_asked_without() -> None:
    def answer(head: str) -> bytes:
        if "range:" in head.lower():
            return b"HTTP/1.1 416 Range Not Satisfiable\r\n\r\n"
        return b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nabcdef"

    async with raw_server(answer) as server:
        async with await ask_from(Address.parse(server.url()), OPTIONS, 2) as found:
            assert await found.read_up_to(100) == b"cdef"
        assert len(server.heads) == 2


@pytest.mark.parametrize("begins", [0, 1, 2, 4])
async def test_a_part_that_begins_elsewhere_is_not_taken_for_the_one_asked_for(begins: int) -> None:
    def answer(head: str) -> bytes:
        body = b"abcdef"
        if "range:" in head.lower():
            place = f"Content-Range: bytes {begins}-5/6"
            return f"HTTP/1.1 206 Part\r\n{place}\r\n\r\n".encode() + body[begins:]
        return b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n" + body

    async with raw_server(answer) as server:
        async with await ask_from(Address.parse(server.url()), OPTIONS, 2) as found:
            assert await found.read_up_to(100) == b"cdef"


async def test_a_server_that_has_only_a_later_part_is_told() -> None:
    part = b"HTTP/1.1 206 Part\r\nContent-Range: bytes 4-5/6\r\n\r\nef"
    async with raw_server(part) as server:
        with pytest.raises(SourceError, match="broke off before the end"):
            await ask_from(Address.parse(server.url()), OPTIONS, 2)


@pytest.mark.parametrize("line", [b"http/1.1 200 ok", b"HTTP/2 200", b"Icy 200 OK"])
async def test_a_status_line_may_be_written_otherwise(line: bytes) -> None:
    async with raw_server(line + b"\r\n\r\nsound") as server:
        async with await ask(Address.parse(server.url()), SourceOptions()) as answer:
            assert await answer.read() == b"sound"


async def test_a_redirect_may_call_a_station_by_an_old_name() -> None:
    def answer(head: str) -> bytes:
        if head.startswith("GET /sound"):
            return b"ICY 200 OK\r\n\r\nsound"
        host = head.partition("Host: ")[2].partition("\r\n")[0]
        return f"HTTP/1.1 302 Found\r\nLocation: icy://{host}/sound\r\n\r\n".encode()

    async with raw_server(answer) as server:
        async with await ask(Address.parse(server.url()), SourceOptions()) as answer_:
            assert await answer_.read() == b"sound"


async def test_own_headers_go_to_the_own_server_alone() -> None:
    options = SourceOptions(headers=("X-Token: s3cret",), referer="http://page.example/")
    async with raw_server(b"HTTP/1.1 200 OK\r\n\r\nabc") as other:
        moved = f"HTTP/1.1 302 Found\r\nLocation: {other.url()}\r\n\r\n".encode()
        async with raw_server(moved) as server:
            await get(server.url(), options)
            assert "X-Token: s3cret\r\n" in server.heads[0]
            assert "Referer: http://page.example/\r\n" in server.heads[0]
    assert "s3cret" not in other.heads[0]


@pytest.mark.parametrize("host", ["", "http://127.0.0.1:{port}"])
async def test_the_password_goes_along_to_the_same_server(host: str) -> None:
    def answer(head: str) -> bytes:
        if head.startswith("GET /x"):
            place = host.format(port=server.port)
            return f"HTTP/1.1 302 Found\r\nLocation: {place}/y\r\n\r\n".encode()
        return b"HTTP/1.1 200 OK\r\n\r\nabc"

    async with raw_server(answer) as server:
        await get(server.url("/x").replace("//", "//ada:s3cret@"))
    assert all("Authorization: Basic " in head for head in server.heads)


async def test_and_to_no_other() -> None:
    async with raw_server(b"HTTP/1.1 200 OK\r\n\r\nabc") as other:
        moved = f"HTTP/1.1 302 Found\r\nLocation: {other.url()}\r\n\r\n".encode()
        async with raw_server(moved) as server:
            await get(server.url().replace("//", "//ada:s3cret@"))
    assert "Authorization" in server.heads[0]
    assert "Authorization" not in other.heads[0]


async def test_a_password_that_is_refused_is_not_asked_for_again() -> None:
    async with raw_server(b"HTTP/1.1 401 Unauthorized\r\n\r\n") as server:
        with pytest.raises(SourceError) as caught:
            await get(server.url().replace("//", "//ada:s3cret@"))
    assert "does not take the user and password" in caught.value.sentence


async def test_a_redirect_may_be_written_in_utf_8() -> None:
    def answer(head: str) -> bytes:
        if head.startswith("GET /stra%C3%9Fe%201 "):
            return b"HTTP/1.1 200 OK\r\n\r\nabc"
        return "HTTP/1.1 300 Several\r\nLocation: /straße 1\r\n\r\n".encode()

    async with raw_server(answer) as server:
        assert (await get(server.url()))[1] == b"abc"


@pytest.mark.parametrize(
    ("asked", "seconds"), [("7", 7.0), ("99999999", 3600.0), ("soon", 0.0), ("", 0.0)]
)
async def test_a_server_says_when_to_come_back(asked: str, seconds: float) -> None:
    refusal = f"HTTP/1.1 429 Too Many Requests\r\nRetry-After: {asked}\r\n\r\n".encode()
    async with raw_server(refusal) as server:
        with pytest.raises(SourceError) as caught:
            await get(server.url())
    assert caught.value.retry_after_seconds == seconds


async def test_a_server_without_tls_is_called_so() -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(SourceError, match="does not speak TLS there"):
            await get(f"https://127.0.0.1:{port}/")


@pytest.mark.parametrize("url", ["http://[fe80::1%25eth0]:80/x", "http://[fe80::1%25eth0]/x"])
def test_a_zone_is_for_the_system_and_not_for_the_server(url: str) -> None:
    address = Address.parse(url)
    assert address.host == "fe80::1%eth0"
    assert address.authority == "[fe80::1]"


@pytest.mark.parametrize("location", ["http://[", "http://127.0.0.1:99999/", "http://:80/"])
async def test_a_redirect_to_what_is_no_address_may_pass(location: str) -> None:
    answer = f"HTTP/1.1 302 Found\r\nLocation: {location}\r\n\r\n".encode()
    async with raw_server(answer) as server:
        with pytest.raises(SourceError, match="redirects to something") as caught:
            await get(server.url())
    assert caught.value.retry is Retry.BACKOFF
