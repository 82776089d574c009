"""Cookies within one opening: sent back where they belong, and nowhere else."""

from __future__ import annotations

import pytest

from scribe_tui.audio.options import SourceOptions
from scribe_tui.audio.web.address import Address
from scribe_tui.audio.web.answer import ask
from scribe_tui.audio.web.cookies import MAX_COOKIES, Cookies
from tests.support.raw_server import raw_server


@pytest.mark.parametrize(
    ("line", "host", "target", "sent"),
    [
        ("a=b", "h.example", "/x", "a=b"),
        ("a=b; Path=/", "h.example", "/", "a=b"),
        ("a=b; path=/live", "h.example", "/live/1.ts", "a=b"),
        ("a=b; path=/live", "h.example", "/lively", ""),
        ("a=b; Secure", "h.example", "/x", ""),
        ("a=b", "other.example", "/x", ""),
        ("a=b", "below.h.example", "/x", ""),
        ("a=b; Domain=.h.example", "below.h.example", "/x", "a=b"),
        ("a=b; Domain=stranger.example", "stranger.example", "/x", ""),
        ("a=b; Domain=example", "stranger.example", "/x", ""),
        ("a=b; Max-Age=0", "h.example", "/x", ""),
        ("a=\xe4", "h.example", "/x", ""),
        ("=b", "h.example", "/x", ""),
        ("nothing", "h.example", "/x", ""),
    ],
)
def test_where_a_cookie_goes(line: str, host: str, target: str, sent: str) -> None:
    cookies = Cookies()
    cookies.take(line, "h.example", "/")
    assert cookies.header(host, target, is_secure=False) == sent


def test_they_are_bounded_and_never_shown() -> None:
    cookies = Cookies()
    for number in range(100):
        cookies.take(f"name{number}={'s3cret' * 2000}", "h", "/")
    assert cookies.header("h", "/", is_secure=True).count("=") == MAX_COOKIES
    assert "s3cret" not in repr(cookies)
    assert "s3cret" not in repr(Address.parse("http://h/"))


async def test_a_server_that_sets_one_and_asks_again_at_the_same_address() -> None:
    def answer(head: str) -> bytes:
        if "Cookie: seen=1\r\n" in head:
            return b"HTTP/1.1 200 OK\r\n\r\nabc"
        return b"HTTP/1.1 302 Found\r\nSet-Cookie: seen=1; Path=/\r\nLocation: /x\r\n\r\n"

    async with raw_server(answer) as server:
        async with await ask(Address.parse(server.url("/x")), SourceOptions()) as found:
            assert await found.read() == b"abc"
            # An HLS segment that is asked for later gets it as well.
            assert found.address.follow("1.ts").cookies.header(
                "127.0.0.1", "/1.ts", is_secure=False
            )


async def test_they_stay_with_their_host() -> None:
    async with raw_server(b"HTTP/1.1 200 OK\r\n\r\nabc") as other:
        place = other.url(host="localhost")
        moved = f"HTTP/1.1 302 Found\r\nSet-Cookie: a=s3cret\r\nLocation: {place}\r\n\r\n"
        async with raw_server(moved.encode()) as server:
            (await ask(Address.parse(server.url()), SourceOptions())).close()
    assert "s3cret" not in other.heads[0]
