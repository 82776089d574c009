"""Open a connection to a web server: names, addresses, proxies and TLS, bounded in time.

A name with a dead IPv6 and a good IPv4 address is reached over the good one: the next
address is tried a quarter of a second after the one before (RFC 8305).
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import socket
from collections.abc import Sequence
from itertools import chain, zip_longest

from scribe_tui.audio import failures
from scribe_tui.audio.own_thread import in_own_thread
from scribe_tui.audio.web.address import Address
from scribe_tui.errors import SourceError
from scribe_tui.network.http_head import MAX_HEAD_BYTES, read_head, status_of
from scribe_tui.network.proxies import Proxy, ProxyError, proxy_for
from scribe_tui.network.trust import tls_context

NEXT_ADDRESS_SECONDS = 0.25
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]
_Place = tuple[socket.AddressFamily, tuple[object, ...]]


def proxy_of(address: Address) -> Proxy | None:
    """The proxy an address is reached through. Raises SourceError for an unusable one."""
    try:
        return proxy_for(address.url)
    except ProxyError as error:
        raise SourceError(error.title, error.message, error.remedy, retry=error.retry) from error


async def connect(address: Address, proxy: Proxy | None) -> Streams:
    """A connection on which `address` can be asked for; through `proxy` unless None.

    The caller closes the writer. Raises SourceError for a name, OSError for a connection.
    """
    if proxy is None:
        sock = await _socket(address.host, address.port, address.where)
        return await _streams(sock, _tls_name(address) if address.is_secure else None)
    sock = await _socket(proxy.host, proxy.port, proxy.name)
    streams = await _streams(sock, proxy.host if proxy.scheme == "https" else None)
    try:
        if proxy.scheme.startswith("socks"):
            await _socks(streams, proxy, address)
        elif address.is_secure:
            await _tunnel(streams, proxy, address)
        if address.is_secure:
            await streams[1].start_tls(tls_context(), server_hostname=_tls_name(address))
    except BaseException:
        streams[1].transport.abort()
        raise
    return streams


def _tls_name(address: Address) -> str:
    """Whose certificate is wanted; a zone is no part of it."""
    return address.host.partition("%")[0]


async def _streams(sock: socket.socket, tls_name: str | None) -> Streams:
    try:
        return await asyncio.open_connection(
            sock=sock,
            limit=MAX_HEAD_BYTES,
            ssl=None if tls_name is None else tls_context(),
            server_hostname=tls_name,
        )
    except BaseException:
        sock.close()
        raise


async def _socket(host: str, port: int, where: str) -> socket.socket:
    lookup = functools.partial(socket.getaddrinfo, host, port, type=socket.SOCK_STREAM)
    try:
        found = await in_own_thread(lookup, name=f"lookup-{host}")
    except (socket.gaierror, UnicodeError) as error:
        again = isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN
        raise failures.unknown_host(where, temporary=again) from error
    six = [(family, place) for family, *_, place in found if family == socket.AF_INET6]
    four = [(family, place) for family, *_, place in found if family == socket.AF_INET]
    ordered = [place for place in chain(*zip_longest(six, four)) if place is not None]
    return await _first(ordered)


async def _first(places: Sequence[_Place]) -> socket.socket:
    """A socket to the first of `places` that answers. Raises the last OSError."""
    waiting = list(places)
    trying: set[asyncio.Task[socket.socket]] = set()
    problem: BaseException = ConnectionRefusedError("no address")
    try:
        while waiting or trying:
            if waiting:
                trying.add(asyncio.create_task(_try(*waiting.pop(0))))
            pause = NEXT_ADDRESS_SECONDS if waiting else None
            done, trying = await asyncio.wait(
                trying, timeout=pause, return_when=asyncio.FIRST_COMPLETED
            )
            for task in done:
                if (error := task.exception()) is None:
                    trying |= done - {task}
                    return task.result()
                problem = error
        raise problem
    finally:
        await _abandon(trying)


async def _try(family: socket.AddressFamily, place: tuple[object, ...]) -> socket.socket:
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setblocking(False)
        await asyncio.get_running_loop().sock_connect(sock, place)
    except BaseException:
        sock.close()
        raise
    return sock


async def _abandon(tasks: set[asyncio.Task[socket.socket]]) -> None:
    for task in tasks:
        task.cancel()
    for outcome in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(outcome, socket.socket):
            outcome.close()


async def _tunnel(streams: Streams, proxy: Proxy, address: Address) -> None:
    """HTTP CONNECT (RFC 9110, 9.3.6)."""
    reader, writer = streams
    host = f"[{address.host}]" if ":" in address.host else address.host
    lines = [f"CONNECT {host}:{address.port} HTTP/1.1", f"Host: {host}:{address.port}"]
    if proxy.authorization:
        lines.append(f"Proxy-Authorization: {proxy.authorization}")
    writer.write(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))
    try:
        head = await read_head(reader)
    except (ValueError, asyncio.IncompleteReadError):
        raise failures.proxy_silent(proxy.name, address.where) from None
    status = status_of(head[0]) if head else None
    if status is None or not 200 <= status < 300:
        raise failures.proxy_refused(status, proxy.name, address.where)


async def _socks(streams: Streams, proxy: Proxy, address: Address) -> None:
    """SOCKS 5 (RFC 1928, 1929); the name is resolved by the proxy."""
    reader, writer = streams
    try:
        writer.write(b"\x05\x02\x00\x02" if proxy.user else b"\x05\x01\x00")
        version, method = await reader.readexactly(2)
        if version == 5 and method == 2 and proxy.user:
            user, password = proxy.user.encode()[:255], proxy.password.encode()[:255]
            writer.write(b"\x01" + bytes([len(user)]) + user + bytes([len(password)]) + password)
            if (await reader.readexactly(2))[1] != 0:
                raise failures.proxy_refused(407, proxy.name, address.where)
        elif version != 5 or method != 0:
            raise failures.proxy_refused(407 if version == 5 else None, proxy.name, address.where)
        host = address.host.encode("ascii", "replace")[:255]
        port = address.port.to_bytes(2, "big")
        writer.write(b"\x05\x01\x00\x03" + bytes([len(host)]) + host + port)
        version, reply, _, kind = await reader.readexactly(4)
        if version != 5 or reply != 0:
            raise failures.proxy_unreached(reply, proxy.name, address.where)
        length = {1: 4, 4: 16}.get(kind) or (await reader.readexactly(1))[0]
        await reader.readexactly(length + 2)
    except asyncio.IncompleteReadError:
        raise failures.proxy_silent(proxy.name, address.where) from None


def abort(writer: asyncio.StreamWriter) -> None:
    """Close a connection without waiting."""
    with contextlib.suppress(RuntimeError):  # the loop is closing
        writer.transport.abort()
