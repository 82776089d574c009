"""What a proxy may answer, to a plain connection and to an alert that goes through it."""

from __future__ import annotations

import asyncio

import pytest

from scribe_tui.alerts.outlets.http_post import post
from scribe_tui.alerts.outlets.outlet import DeliveryError
from scribe_tui.network.connect import connect
from scribe_tui.network.proxies import Proxy
from scribe_tui.network.tunnel import TunnelError, TunnelFailure
from tests.support.loopback import LoopbackServer

GREETED = b"\x05\x00"


class AnsweringProxy(LoopbackServer):
    """Sends each of `answers` for whatever it is sent, then hangs up."""

    def __init__(self, *answers: bytes) -> None:
        super().__init__()
        self._answers = answers

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for answer in self._answers:
            await reader.read(1024)
            writer.write(answer)


@pytest.mark.parametrize(
    ("scheme", "answers", "failure", "code", "sentence"),
    [
        ("http", [b"HTTP/1.1 407 No\r\n\r\n"], TunnelFailure.REFUSED, 407, r"refuses .*n \(407\)$"),
        ("http", [b"SSH-2.0\r\n\r\n"], TunnelFailure.NO_PROXY, 0, r"refuses the connection$"),
        ("http", [b"HTTP/1.1 2"], TunnelFailure.SILENT, 0, r"does not answer in HTTP$"),
        ("socks5", [b"\x04\x00"], TunnelFailure.NO_PROXY, 0, r"refuses the connection$"),
        ("socks5", [b"\x05\xff"], TunnelFailure.LOGIN, 0, r"does not take this login$"),
        ("socks5", [b"\x05\x02"], TunnelFailure.LOGIN, 0, r"does not take this login$"),
        ("socks5", [GREETED, b"\x05\x04\x00\x01"], TunnelFailure.UNREACHED, 4, r"refuses"),
        ("socks5", [GREETED, b"\x05\x00\x00"], TunnelFailure.SILENT, 0, r"does not answer in"),
    ],
)
async def test_a_proxy_that_opens_no_way_is_named(
    scheme: str,
    answers: list[bytes],
    failure: TunnelFailure,
    code: int,
    sentence: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with AnsweringProxy(*answers) as server:
        proxy = Proxy(scheme, "127.0.0.1", server.port, "https_proxy")
        with pytest.raises(TunnelError) as caught:
            await connect("hooks.example", 443, secure=True, proxy=proxy)
        monkeypatch.setenv("https_proxy", f"{scheme}://127.0.0.1:{server.port}")
        monkeypatch.delenv("no_proxy", raising=False)
        with pytest.raises(DeliveryError, match=sentence):
            await post("https://hooks.example/", b"{}", {})
    assert (caught.value.failure, caught.value.code) == (failure, code)


@pytest.mark.parametrize("host", ["a..b", "x" * 64])
async def test_what_can_be_no_name_is_not_sent(host: str) -> None:
    async with AnsweringProxy() as server:
        proxy = Proxy("socks5", "127.0.0.1", server.port, "all_proxy")
        with pytest.raises(UnicodeError):
            await connect(host, 80, secure=False, proxy=proxy)
