"""Open a connection to a server: to the first address that answers, by proxy or not, with TLS."""

from __future__ import annotations

import asyncio

from scribe_tui.network.happy_eyeballs import connected
from scribe_tui.network.http_head import MAX_HEAD_BYTES
from scribe_tui.network.proxies import Proxy
from scribe_tui.network.trust import tls_context
from scribe_tui.network.tunnel import Streams, open_tunnel


async def connect(host: str, port: int, *, secure: bool, proxy: Proxy | None) -> Streams:
    """Return a connection to `host`, with TLS if `secure`. The caller closes the writer.

    With an HTTP proxy and no TLS, the connection ends at the proxy and no tunnel is opened: the
    caller must put the whole URL into its request. Raises TunnelError; OSError, which includes
    `socket.gaierror` and `ssl.SSLError`; and UnicodeError if `host` is no valid host name.
    Sets no time limit.
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
    """The host name a certificate must have: `host` without an IPv6 zone or a final dot."""
    return host.partition("%")[0].removesuffix(".")
