"""How both transports open a socket: directly or through a proxy, encrypted, never redirected.

A redirect is taken for a refusal: whoever answers it would get the key. Of a host with
several addresses the next is tried a quarter of a second after the one before it, so that
a dead IPv6 address does not hide a good IPv4 one.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.datastructures import Headers

from scribe_tui.sanitize import harmless_line, host_of
from scribe_tui.scribe import wire
from scribe_tui.scribe.handshake import MAX_MESSAGE_BYTES, proxy_of
from scribe_tui.trust import tls_context

WAITING_MESSAGES = 64
"""Received messages that may wait before the socket is no longer read."""
NEXT_ADDRESS_SECONDS = 0.25
"""How long one address of a host may take before the next is tried beside it (RFC 8305)."""

_log = logging.getLogger(__name__)


class _Connect(connect):
    """`connect` that takes a redirect for a refusal."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        """Return `exc`: do not follow."""
        return exc


async def open_socket(
    url: str,
    headers: Mapping[str, str] | None,
    *,
    open_seconds: float,
    close_seconds: float,
    ping_seconds: float,
) -> ClientConnection:
    """An open websocket to `url`, which is ws or wss, with its query.

    Raises what the network, TLS and the library raise, and ProxyError.
    """
    proxy = proxy_of(url)
    options: dict[str, Any] = {}
    if url.startswith("wss:"):
        options["ssl"] = tls_context()
    if proxy is not None and proxy.scheme == "https":
        options["proxy_ssl"] = tls_context()
    if proxy is None or not proxy.scheme.startswith("socks"):
        options["happy_eyeballs_delay"] = NEXT_ADDRESS_SECONDS
    socket = await _Connect(
        url,
        additional_headers=headers,
        compression=None,  # many small messages; deflate would cost memory per connection
        proxy=proxy.url if proxy else None,
        open_timeout=open_seconds,
        close_timeout=close_seconds,
        ping_interval=ping_seconds,
        ping_timeout=ping_seconds,
        max_size=MAX_MESSAGE_BYTES,
        max_queue=WAITING_MESSAGES,
        **options,
    )
    if socket.response is not None:
        _log_concurrency(socket.response.headers, host_of(url))
    return socket


def _log_concurrency(headers: Headers, host: str) -> None:
    """How many sessions the key has open, where the service says so (not all answers do)."""
    current, most = (_count(headers, name) for name in wire.CONCURRENCY_HEADERS)
    if current or most:
        _log.info("%s: %s of at most %s concurrent requests", host, current or "?", most or "?")


def _count(headers: Headers, name: str) -> str:
    values = headers.get_all(name)
    return harmless_line(values[0])[:20] if values else ""
