"""Open a connection to a server: by whichever address answers, through a proxy, with TLS."""

from __future__ import annotations

import asyncio

from scribe_tui.network.happy_eyeballs import connected
from scribe_tui.network.http_head import MAX_HEAD_BYTES
from scribe_tui.network.proxies import Proxy
from scribe_tui.network.trust import tls_context
from scribe_tui.network.tunnel import Streams, open_tunnel


async def connect(host: str, port: int, *, secure: bool, proxy: Proxy | None) -> Streams:
    """A connection to `host`, with TLS if `secure`. The caller closes the writer.

    Through an HTTP proxy without TLS it leads to the proxy alone, which is asked for whole
    addresses. Raises TunnelError; OSError, `socket.gaierror` and `ssl.SSLError` among it; and
    UnicodeError for what can be no name of a host. Has no time limit of its own.
    """
    if proxy is None:
        return await _streams(host, port, secure=secure)
    streams = await _streams(proxy.host, proxy.port, secure=proxy.scheme == "https")
    try:
        if secure or proxy.scheme.startswith("socks"):
            await open_tunnel(streams, proxy, host, port)
        if secure:
            await streams[1].start_tls(tls_context(), server_hostname=_tls_name(host))
    except BaseException:
        streams[1].transport.abort()
        raise
    return streams


async def _streams(host: str, port: int, *, secure: bool) -> Streams:
    sock = await connected(host, port)
    try:
        return await asyncio.open_connection(
            sock=sock,
            limit=MAX_HEAD_BYTES,
            ssl=tls_context() if secure else None,
            server_hostname=_tls_name(host) if secure else None,
        )
    except BaseException:
        sock.close()
        raise


def _tls_name(host: str) -> str:
    """Whose certificate is wanted; neither a zone (IPv6) nor the dot of the root is part of it."""
    return host.partition("%")[0].removesuffix(".")
