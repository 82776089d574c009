"""Through a proxy to a host: HTTP CONNECT (RFC 9110, 9.3.6) and SOCKS5 (RFC 1928, 1929)."""

from __future__ import annotations

import asyncio
import struct

from scribe_tui.network.proxies import Proxy, ProxyError

_SOCKS_VERSION = 5
_NO_LOGIN, _LOGIN = 0, 2
_ADDRESS_BYTES = {1: 4, 4: 16}


async def connect_through(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str, port: int, proxy: Proxy
) -> None:
    """Ask an HTTP proxy for a tunnel. Raises OSError or ProxyError."""
    place = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    lines = [f"CONNECT {place} HTTP/1.1", f"Host: {place}"]
    if proxy.authorization:
        lines.append(f"Proxy-Authorization: {proxy.authorization}")
    writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
    await writer.drain()
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    pieces = head.split(None, 2)
    if len(pieces) < 2 or pieces[1] != "200":
        raise _refused(proxy, pieces[1] if len(pieces) > 1 else "")


async def ask_socks(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str, port: int, proxy: Proxy
) -> None:
    """Ask a SOCKS5 proxy for a connection; it looks the name up. Raises OSError or ProxyError."""
    method = _LOGIN if proxy.user else _NO_LOGIN
    writer.write(bytes([_SOCKS_VERSION, 1, method]))
    version, chosen = await reader.readexactly(2)
    if version != _SOCKS_VERSION or chosen != method:
        raise _refused(proxy)
    if method == _LOGIN:
        user, password = proxy.user.encode()[:255], proxy.password.encode()[:255]
        writer.write(bytes([1, len(user)]) + user + bytes([len(password)]) + password)
        if (await reader.readexactly(2))[1]:
            raise _refused(proxy)
    name = host.encode("idna")
    writer.write(bytes([_SOCKS_VERSION, 1, 0, 3, len(name)]) + name + struct.pack("!H", port))
    _, status, _, kind = await reader.readexactly(4)
    if status:
        raise _refused(proxy)
    rest = _ADDRESS_BYTES.get(kind) or (await reader.readexactly(1))[0]
    await reader.readexactly(rest + 2)


def _refused(proxy: Proxy, status: str = "") -> ProxyError:
    said = f" ({status})" if status.isdigit() else ""
    return ProxyError("proxy", f"{proxy.name} refuses the connection{said}.")
