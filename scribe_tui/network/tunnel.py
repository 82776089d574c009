"""Tunnels through a proxy: HTTP CONNECT (RFC 9110, 9.3.6) and SOCKS 5 (RFC 1928, 1929)."""

from __future__ import annotations

import asyncio
from enum import Enum, auto

from scribe_tui.network.http_head import read_head, status_of
from scribe_tui.network.proxies import Proxy

_SOCKS_VERSION = 5
_NO_LOGIN, _LOGIN = 0, 2
_ADDRESS_BYTES = {1: 4, 4: 16}

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class TunnelFailure(Enum):
    """Why a proxy did not open a tunnel."""

    REFUSED = auto()
    """The HTTP proxy answered with a status other than 2xx."""
    LOGIN = auto()
    """The SOCKS proxy wants a user and a password, or refused those it was given."""
    NO_PROXY = auto()
    """What listens there does not answer as a proxy."""
    SILENT = auto()
    """The proxy closed the connection, or the head of its answer was too long."""
    UNREACHED = auto()
    """The SOCKS proxy could not reach the host."""


class TunnelError(Exception):
    """`proxy` opened no tunnel; `code` is the HTTP status or the SOCKS reply, or 0."""

    def __init__(self, proxy: Proxy, failure: TunnelFailure, code: int = 0) -> None:
        super().__init__(f"{proxy.name}: {failure.name.lower()} {code}")
        self.proxy = proxy
        self.failure = failure
        self.code = code


async def open_tunnel(streams: Streams, proxy: Proxy, host: str, port: int) -> None:
    """Open a tunnel to `host` over `streams`, a connection to `proxy`, which looks the name up.

    Raises TunnelError, OSError, and UnicodeError if `host` is no valid host name.
    """
    name = host.encode("idna")[:255]
    try:
        if proxy.scheme.startswith("socks"):
            await _ask_socks(streams, proxy, name, port)
        else:
            await _ask_http(streams, proxy, name.decode(), port)
    except asyncio.IncompleteReadError:
        raise TunnelError(proxy, TunnelFailure.SILENT) from None


async def _ask_http(streams: Streams, proxy: Proxy, name: str, port: int) -> None:
    reader, writer = streams
    place = f"[{name}]:{port}" if ":" in name else f"{name}:{port}"
    lines = [f"CONNECT {place} HTTP/1.1", f"Host: {place}"]
    if proxy.authorization:
        lines.append(f"Proxy-Authorization: {proxy.authorization}")
    writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
    try:
        head = await read_head(reader)
    except ValueError:  # too long
        raise TunnelError(proxy, TunnelFailure.SILENT) from None
    status = status_of(head[0]) if head else None
    if status is None:
        raise TunnelError(proxy, TunnelFailure.NO_PROXY)
    if not 200 <= status < 300:
        raise TunnelError(proxy, TunnelFailure.REFUSED, status)


async def _ask_socks(streams: Streams, proxy: Proxy, name: bytes, port: int) -> None:
    reader, writer = streams
    methods = [_NO_LOGIN, _LOGIN] if proxy.user else [_NO_LOGIN]
    writer.write(bytes([_SOCKS_VERSION, len(methods), *methods]))
    version, method = await reader.readexactly(2)
    if version != _SOCKS_VERSION:
        raise TunnelError(proxy, TunnelFailure.NO_PROXY)
    if method not in methods:
        raise TunnelError(proxy, TunnelFailure.LOGIN)
    if method == _LOGIN:
        user, password = proxy.user.encode()[:255], proxy.password.encode()[:255]
        writer.write(bytes([1, len(user)]) + user + bytes([len(password)]) + password)
        if (await reader.readexactly(2))[1]:
            raise TunnelError(proxy, TunnelFailure.LOGIN)
    asked = bytes([_SOCKS_VERSION, 1, 0, 3, len(name)]) + name
    writer.write(asked + port.to_bytes(2, "big"))
    version, reply, _, kind = await reader.readexactly(4)
    if version != _SOCKS_VERSION or reply:
        raise TunnelError(proxy, TunnelFailure.UNREACHED, reply)
    rest = _ADDRESS_BYTES.get(kind) or (await reader.readexactly(1))[0]
    await reader.readexactly(rest + 2)
