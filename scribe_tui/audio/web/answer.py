"""HTTP GET: request an address, follow redirects, and read the response piece by piece.

Not an HTTP library, so that cancelling ends it at once, SHOUTcast's "ICY 200 OK" is accepted, and
each hop of a redirect is verified and goes through its own proxy.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field
from typing import Self

from scribe_tui.audio import failures
from scribe_tui.audio.options import SourceOptions
from scribe_tui.audio.titles import decode_title
from scribe_tui.audio.tls_failures import bad_certificate
from scribe_tui.audio.web import proxy_failures
from scribe_tui.audio.web.address import Address
from scribe_tui.audio.web.body import (
    PIECE_BYTES,
    BrokenBodyError,
    body_of,
    has_two_lengths,
    length_of,
)
from scribe_tui.audio.web.connect import abort, connect, proxy_of
from scribe_tui.audio.web.pump import Pump
from scribe_tui.errors import SourceError
from scribe_tui.network.http_head import read_head, status_of
from scribe_tui.network.proxies import Proxy
from scribe_tui.network.tunnel import Streams

MAX_REDIRECTS = 8
IDLE_SECONDS = 15.0
"""Time without a byte of a body after which the connection counts as dead."""
_REDIRECTS = frozenset({300, 301, 302, 303, 307, 308})
_PARTIAL_CONTENT = 206
_UNSATISFIABLE = 416
_LISTS = ("content-length", "transfer-encoding", "content-encoding")
"""Headers about the body's encoding; if one occurs several times, all its values count."""


@dataclass
class Answer:
    """A 2xx response. `address`: after redirects; `headers`: by lower-case names.

    An async context manager that closes the connection. `read` gives the body.
    """

    address: Address
    status: int
    headers: dict[str, str]
    streams: Streams
    sets_cookies: bool = False
    """Whether it set cookies that were not known before."""
    _pieces: AsyncIterator[bytes] | None = None
    _put_back: list[bytes] = field(default_factory=list)

    @property
    def content_type(self) -> str:
        """The media type in lower case, without parameters."""
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    @property
    def coding(self) -> str:
        """The content coding in lower case, such as `gzip`; empty for none."""
        return self.headers.get("content-encoding", "").strip().lower()

    @property
    def length(self) -> int | None:
        """Length of the body in bytes; None if it is unknown, endless or compressed."""
        return length_of(self.headers) if self.coding in ("", "identity") else None

    @property
    def total(self) -> int | None:
        """Length in bytes of the whole resource of a partial response; None if unknown."""
        if self.status != 206:
            return self.length
        text = self.headers.get("content-range", "").rpartition("/")[2].strip()
        return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None

    def begins_at(self, asked: int) -> int:
        """Offset of the body's first byte in the resource, if bytes from `asked` on were requested.

        A partial response gives it (RFC 9110, 14.4); without that it is taken to be `asked`.
        """
        if self.status != _PARTIAL_CONTENT:
            return 0
        unit, _, span = self.headers.get("content-range", "").strip().partition(" ")
        text = span.partition("-")[0].strip()
        known = unit.lower() == "bytes" and text.isascii() and text.isdigit() and len(text) < 16
        return int(text) if known else asked

    async def read(self, idle_seconds: float = IDLE_SECONDS) -> bytes:
        """The next bytes of the body, b"" at its end. Raises SourceError."""
        if self._put_back:
            return self._put_back.pop()
        if self._pieces is None:
            self._pieces = body_of(self.streams[0], self.headers)
        try:
            async with asyncio.timeout(idle_seconds):
                return await anext(self._pieces)
        except StopAsyncIteration:
            return b""
        except TimeoutError as error:
            raise failures.timed_out(self.address.where) from error
        except BrokenBodyError as error:
            raise failures.broke_off(self.address.where) from error
        except (OSError, ValueError, asyncio.IncompleteReadError) as error:
            raise failures.from_error(error, self.address.where) from error

    async def gather(self, seconds: float) -> None:
        """Do not read for `seconds`: data collects in the socket without waking the program."""
        transport = self.streams[1].transport
        if isinstance(transport, asyncio.ReadTransport):
            transport.pause_reading()
        await asyncio.sleep(seconds)
        if isinstance(transport, asyncio.ReadTransport):
            transport.resume_reading()

    @property
    def is_plain(self) -> bool:
        """Whether the socket gives the plain body: without compression, TLS or chunked coding."""
        packed = self.coding not in ("", "identity")
        ciphered = self.streams[1].get_extra_info("ssl_object") is not None
        chunked = "transfer-encoding" in self.headers
        return not ciphered and not chunked and not packed and self.length is None

    async def pump(self, sink: socket.socket, change: Callable[[bytes], bytes]) -> None:
        """Pass the rest of a body that `is_plain` to `sink`, each piece changed by `change`.

        Raises SourceError.
        """
        try:
            first = await self._waiting()
            with self.streams[1].get_extra_info("socket").dup() as source:
                pump = Pump(source, sink, change, first=change(first), idle_seconds=IDLE_SECONDS)
                await pump.run()
        except TimeoutError as error:
            raise failures.timed_out(self.address.where) from error
        except OSError as error:
            raise failures.from_error(error, self.address.where) from error

    async def _waiting(self) -> bytes:
        """The bytes already read from the socket; stops reading from it."""
        reader, transport = self.streams[0], self.streams[1].transport
        assert isinstance(transport, asyncio.ReadTransport)
        waiting = bytearray(b"".join(reversed(self._put_back)))
        self._put_back.clear()
        while True:
            transport.pause_reading()  # the reader resumes it when its buffer runs low
            try:
                async with asyncio.timeout(0):
                    piece = await reader.read(PIECE_BYTES)
            except TimeoutError:
                piece = b""
            if not piece:
                transport.pause_reading()
                return bytes(waiting)
            waiting += piece

    def put_back(self, data: bytes) -> None:
        """Return these bytes again from the next `read`."""
        if data:
            self._put_back.append(data)

    async def read_up_to(self, size: int) -> bytes:
        """The next `size` bytes, fewer at the end."""
        body = bytearray()
        while len(body) < size:
            piece = await self.read()
            if not piece:
                break
            body += piece
        self.put_back(bytes(body[size:]))
        return bytes(body[:size])

    async def peek(self, size: int) -> bytes:
        """Like `read_up_to`, but the next `read` returns the bytes again."""
        body = await self.read_up_to(size)
        self.put_back(body)
        return body

    def close(self) -> None:
        """Close the connection. May be called twice."""
        abort(self.streams[1])

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self.close()


async def ask(
    address: Address, options: SourceOptions, *, span: tuple[int, int | None] | None = None
) -> Answer:
    """GET `address`, following redirects. Raises SourceError for anything but a 2xx answer.

    `span`: first and last byte wanted (None: to the end); the answer may disregard it. The
    user's extra headers go to the address's own server alone.
    """
    seen = {address.url}
    origin = address.origin
    for _ in range(MAX_REDIRECTS):
        own = options.headers if address.origin == origin else ()
        answer, location = await _ask_once(address, options, span, own)
        if location is None:
            return answer
        answer.close()
        address = address.follow(_as_written(location))
        if answer.sets_cookies:
            seen.clear()  # with a new cookie the same address may answer differently
        if address.url in seen:
            break
        seen.add(address.url)
    raise failures.redirect_loop(address.where)


async def _ask_once(
    address: Address,
    options: SourceOptions,
    span: tuple[int, int | None] | None,
    own_headers: tuple[str, ...],
) -> tuple[Answer, str | None]:
    """Make one request. The second value is the location of a redirect, None for an answer."""
    proxy = proxy_of(address)
    where = f"{address.where}, through {proxy.name}" if proxy else address.where
    try:
        async with asyncio.timeout(options.connect_seconds):
            answer = await _exchange(address, options, span, own_headers, proxy)
    except TimeoutError as error:
        raise failures.timed_out(where) from error
    except ssl.SSLCertVerificationError as error:
        raise bad_certificate(address.where, error.verify_code) from error
    except (OSError, ValueError, asyncio.IncompleteReadError) as error:
        raise failures.from_error(error, proxy.name if proxy else address.where) from error
    location = answer.headers.get("location") if answer.status in _REDIRECTS else None
    if location is None and not 200 <= answer.status < 300:
        answer.close()
        if answer.status == 407 and proxy:
            raise proxy_failures.proxy_refused(407, proxy.name, address.where)
        retry_after, date = (answer.headers.get(name, "") for name in ("retry-after", "date"))
        known = bool(address.authorization)
        raise failures.http_status(answer.status, where, retry_after, date, had_password=known)
    return answer, location


def _as_written(location: str) -> str:
    """The address of a redirect: it is mostly UTF-8, but headers are read as Latin-1."""
    return decode_title(location.encode("latin-1", "replace"))


async def _exchange(
    address: Address,
    options: SourceOptions,
    span: tuple[int, int | None] | None,
    own_headers: tuple[str, ...],
    proxy: Proxy | None,
) -> Answer:
    streams = await connect(address, proxy)
    try:
        streams[1].write(_request(address, options, span, own_headers, proxy))
        await streams[1].drain()
        lines = await read_head(streams[0])
        while lines and status_of(lines[0]) in range(100, 200):
            lines = await read_head(streams[0])
        status = status_of(lines[0]) if lines else None
        if status is None:
            raise failures.not_http(address.where)
    except BaseException:
        abort(streams[1])
        raise
    pairs = [
        (name.strip().lower(), value.strip())
        for name, _, value in (line.partition(":") for line in lines[1:])
    ]
    sets_cookies = [
        address.cookies.take(value, address.host, address.target)
        for name, value in pairs
        if name == "set-cookie"
    ]
    headers = dict(pairs) | {name: _all_of(name, pairs) for name in _LISTS if name in dict(pairs)}
    if has_two_lengths(headers):
        abort(streams[1])
        raise failures.two_lengths(address.where)
    return Answer(address, status, headers, streams, sets_cookies=any(sets_cookies))


def _all_of(name: str, pairs: Sequence[tuple[str, str]]) -> str:
    """The values of all headers with this name, joined to one list (RFC 9110, 5.3)."""
    return ", ".join(value for other, value in pairs if other == name)


def _request(
    address: Address,
    options: SourceOptions,
    span: tuple[int, int | None] | None,
    own_headers: tuple[str, ...],
    proxy: Proxy | None,
) -> bytes:
    through_proxy = proxy is not None and not address.is_secure
    plain_proxy = through_proxy and proxy is not None and proxy.scheme.startswith("http")
    target = f"http://{address.authority}{address.target}" if plain_proxy else address.target
    headers = {
        "Host": address.authority,
        "User-Agent": options.user_agent,
        "Accept": "*/*",
        "Accept-Encoding": "identity",
        "Icy-MetaData": "1",
        "Connection": "close",
    }
    if options.referer:
        headers["Referer"] = options.referer
    if address.authorization:
        headers["Authorization"] = address.authorization
    cookies = address.cookies.header(address.host, address.target, is_secure=address.is_secure)
    if cookies:
        headers["Cookie"] = cookies
    if plain_proxy and proxy is not None and proxy.authorization:
        headers["Proxy-Authorization"] = proxy.authorization
    if span is not None:
        headers["Range"] = f"bytes={span[0]}-{'' if span[1] is None else span[1]}"
    for line in own_headers:
        name, _, value = line.partition(":")
        headers[name.strip()] = value.strip()
    head = [f"GET {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    return ("\r\n".join(head) + "\r\n\r\n").encode("utf-8")


async def ask_from(
    address: Address, options: SourceOptions, first: int, last: int | None = None
) -> Answer:
    """Like `ask`, from byte `first` to `last` (None: the end), even if the server ignores ranges.

    If the server sends all, or begins earlier, the bytes before `first` are skipped. If it refuses
    (416), or begins later, it is asked again without a range. Raises SourceError.
    """
    try:
        answer = await ask(address, options, span=(first, last))
    except SourceError as error:
        if failures.status_of(error) != _UNSATISFIABLE:
            raise
        answer = await ask(address, options)
        begins = answer.begins_at(0)
    else:
        begins = answer.begins_at(first)
        if begins > first:
            answer.close()
            answer = await ask(address, options)
            begins = answer.begins_at(0)
    if begins > first:
        answer.close()
        raise failures.broke_off(address.where)
    if begins < first:
        try:
            await _skip(answer, first - begins)
        except BaseException:
            answer.close()
            raise
    return answer


async def _skip(answer: Answer, size: int) -> None:
    while size:
        piece = await answer.read()
        if not piece:
            return
        answer.put_back(piece[size:])
        size -= min(size, len(piece))


__all__ = ["IDLE_SECONDS", "Answer", "ask", "ask_from"]
