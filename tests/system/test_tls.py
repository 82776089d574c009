"""A station behind TLS is heard only if it can prove who it is, whatever decoder is there."""

from __future__ import annotations

import functools
import http.server
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from scribe_tui.audio.format import AudioFormat
from scribe_tui.audio.web.web_source import WebSource
from scribe_tui.errors import Retry, SourceError
from scribe_tui.local.demo.clips import FOLDER
from tests.support.certificate import make_certificate
from tests.support.raw_server import raw_server

pytestmark = pytest.mark.system
FORMAT = AudioFormat.parse("pcm_16000")


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """A client that hangs up is no error here."""


@pytest.fixture
def station(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """Address and self-made certificate of a server of the bundled clips."""
    certificate, key = make_certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server = Server(("127.0.0.1", 0), functools.partial(Quiet, directory=str(FOLDER)))
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"localhost:{server.server_port}/news-1.mp3", certificate
    server.shutdown()
    thread.join()
    server.server_close()


async def first_chunk(address: str) -> int:
    async with WebSource(address, FORMAT) as source:
        async for chunk in source:
            return chunk.samples
    return 0


@pytest.mark.some(1)
@pytest.mark.parametrize("user", ["", "ada:s3cret@"], ids=["plain", "with a password"])
async def test_an_unknown_certificate_is_refused(station: tuple[str, Path], user: str) -> None:
    with pytest.raises(SourceError, match="certificate of localhost") as caught:
        await first_chunk(f"https://{user}{station[0]}")
    assert caught.value.retry is Retry.BACKOFF, "it may be renewed"


@pytest.mark.some(1)
@pytest.mark.parametrize("user", ["", "ada:s3cret@"], ids=["plain", "with a password"])
async def test_a_trusted_certificate_is_heard(
    station: tuple[str, Path], user: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    address, certificate = station
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    assert await first_chunk(f"https://{user}{address}") > 0


@pytest.mark.long
async def test_hls_segments_on_a_host_nobody_trusts_are_refused(station: tuple[str, Path]) -> None:
    """The list comes from an honest server, its segments lie behind a bad certificate."""
    text = f"#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4,\nhttps://{station[0]}\n#EXT-X-ENDLIST\n"
    async with raw_server(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n" + text.encode()
    ) as server:
        with pytest.raises(SourceError, match="certificate of localhost"):
            await first_chunk(server.url("/list.m3u8"))


@pytest.mark.long
async def test_a_redirect_from_https_to_http_is_followed(
    station: tuple[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = (FOLDER / "news-1.mp3").read_bytes()
    monkeypatch.setenv("SSL_CERT_FILE", str(station[1]))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(station[1], station[1].with_name("key.pem"))
    async with raw_server(b"HTTP/1.1 200 OK\r\n\r\n" + sound) as plain:
        moved = f"HTTP/1.1 302 Found\r\nLocation: {plain.url()}\r\n\r\n".encode()
        async with raw_server(moved, tls=context) as server:
            assert await first_chunk(server.url(host="localhost")) > 0
