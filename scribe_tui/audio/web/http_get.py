"""One small GET: the beginning of what an address answers, within bounds.

For playlists, and to find out what an address is that the decoder could not play. Kept
apart from any HTTP library so that cancelling ends it at once, SHOUTcast's "ICY 200 OK"
is an answer, and a body is never longer than wanted. HTTP/1.0, hence never chunked.
"""

from __future__ import annotations

import asyncio
import base64
import contextlib
import functools
import socket
import ssl
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

from scribe_tui.audio import failures
from scribe_tui.audio.decoder.command import USER_AGENT, certificate_file
from scribe_tui.audio.own_thread import in_own_thread
from scribe_tui.errors import SourceError
from scribe_tui.sanitize import host_of

MAX_BODY_BYTES = 64 * 1024
MAX_REDIRECTS = 6
TIMEOUT_SECONDS = 10.0
"""For the whole exchange, redirects included."""
_SNIFFED_BYTES = 2048
_MAX_HEAD_BYTES = 32 * 1024
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Answer:
    """A 2xx answer: `url` after redirects, `body` cut at `MAX_BODY_BYTES`, of sound sooner."""

    url: str
    content_type: str
    body: bytes

    @property
    def text(self) -> str:
        """The body as UTF-8, else Windows-1252."""
        try:
            return self.body.decode("utf-8")
        except UnicodeDecodeError:
            return self.body.decode("cp1252", errors="replace")

    @property
    def is_web_page(self) -> bool:
        """Whether it is HTML, whatever it calls itself."""
        start = self.body[:500].lstrip().lower()
        named = self.content_type.startswith(("text/html", "application/xhtml"))
        return named or start.startswith((b"<!doctype html", b"<html"))


async def fetch(
    url: str, *, user_agent: str = USER_AGENT, timeout_seconds: float = TIMEOUT_SECONDS
) -> Answer:
    """GET `url` and follow its redirects. Raises SourceError for anything but a 2xx answer."""
    where = host_of(url)
    try:
        async with asyncio.timeout(timeout_seconds):
            return await _follow(url, user_agent)
    except TimeoutError as error:
        raise failures.timed_out(where) from error
    except ssl.SSLCertVerificationError as error:
        raise failures.bad_certificate(where) from error
    except ConnectionRefusedError as error:
        raise failures.refused(where) from error
    except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
        raise failures.reset(where) from error
    except OSError as error:
        raise failures.unreachable(where) from error


async def _follow(url: str, user_agent: str) -> Answer:
    seen = {url}
    for _ in range(MAX_REDIRECTS):
        answer, location = await _exchange(url, user_agent)
        if location is None:
            return answer
        url = urljoin(url, location)
        if urlsplit(url).scheme not in ("http", "https"):
            raise failures.forbidden_protocol(host_of(answer.url))
        if url in seen:
            break
        seen.add(url)
    raise failures.redirect_loop(host_of(url))


async def _exchange(url: str, user_agent: str) -> tuple[Answer, str | None]:
    """One request. The second value is where a redirect leads, None for an answer."""
    parts = urlsplit(url)
    reader, writer = await _connect(parts)
    try:
        writer.write(_request(parts, user_agent))
        await writer.drain()
        status, headers = _parse_head(await reader.readuntil(b"\r\n\r\n"), parts)
        if status in _REDIRECTS and "location" in headers:
            return Answer(url, "", b""), headers["location"]
        if not 200 <= status < 300:
            raise failures.http_status(status, host_of(url))
        content_type = headers.get("content-type", "").lower()
        return Answer(url, content_type, await _body(reader, _wanted_bytes(content_type))), None
    finally:
        writer.transport.abort()


def _wanted_bytes(content_type: str) -> int:
    """Sound never ends, and its beginning is enough to see whether it is sound at all."""
    is_sound = content_type.startswith(("audio/", "video/")) and "url" not in content_type
    return _SNIFFED_BYTES if is_sound and "scpls" not in content_type else MAX_BODY_BYTES


async def _body(reader: asyncio.StreamReader, wanted: int) -> bytes:
    body = bytearray()
    with contextlib.suppress(ConnectionError):  # what came before a reset is enough
        while len(body) < wanted:
            piece = await reader.read(wanted - len(body))
            if not piece:
                break
            body += piece
    return bytes(body)


async def _connect(parts: SplitResult) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    host = parts.hostname or ""
    secure = parts.scheme == "https"
    lookup = functools.partial(
        socket.getaddrinfo, host, parts.port or (443 if secure else 80), type=socket.SOCK_STREAM
    )
    try:
        found = await in_own_thread(lookup, name=f"lookup-{host}")
    except (socket.gaierror, UnicodeError) as error:
        again = isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN
        raise failures.unknown_host(host, "temporary" if again else "") from error
    problem: OSError = ConnectionRefusedError()
    for *_, address in found:
        try:
            return await asyncio.open_connection(
                str(address[0]),
                int(address[1]),
                limit=_MAX_HEAD_BYTES,
                ssl=_tls_context(certificate_file()) if secure else None,
                server_hostname=host if secure else None,
            )
        except OSError as error:
            problem = error
    raise problem


@functools.cache
def _tls_context(certificates: str) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=certificates)


def _request(parts: SplitResult, user_agent: str) -> bytes:
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    host = parts.netloc.rpartition("@")[2]
    lines = [f"GET {target} HTTP/1.0", f"Host: {host}", f"User-Agent: {user_agent}", "Accept: */*"]
    if parts.username is not None:
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        lines.append(f"Authorization: Basic {base64.b64encode(pair.encode()).decode()}")
    return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8")


def _parse_head(head: bytes, parts: SplitResult) -> tuple[int, dict[str, str]]:
    status_line, *lines = head.decode("latin-1").split("\r\n")
    pieces = status_line.split(None, 2)
    if len(pieces) < 2 or not pieces[0].startswith(("HTTP/", "ICY")) or not pieces[1].isdigit():
        raise SourceError("not HTTP", f"{parts.hostname} does not answer in HTTP.")
    headers = (line.partition(":") for line in lines)
    return int(pieces[1]), {key.strip().lower(): value.strip() for key, _, value in headers}
