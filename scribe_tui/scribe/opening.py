"""How both transports open a socket: directly or through a proxy, with TLS for wss.

A redirect counts as a refusal and is not followed: its target would get the key.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.datastructures import Headers
from websockets.exceptions import InvalidStatus

from scribe_tui.network.happy_eyeballs import NEXT_ADDRESS_SECONDS, connected
from scribe_tui.network.trust import tls_context
from scribe_tui.sanitize import harmless_line, host_of
from scribe_tui.scribe import wire
from scribe_tui.scribe.handshake import MAX_MESSAGE_BYTES, proxy_of

WAITING_MESSAGES = 64
"""How many received messages may wait before reading from the socket is paused."""

PING_SECONDS = 20.0
"""Seconds between pings, which detect a half-open socket; the service does not count them as
activity."""

_log = logging.getLogger(__name__)


class _Connect(connect):
    """`connect` that treats a redirect as a refusal."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        """Return `exc`, which means: do not follow the redirect."""
        return exc


async def open_socket(
    url: str,
    headers: Mapping[str, str] | None,
    *,
    open_seconds: float,
    close_seconds: float,
    kind: type[ClientConnection] = ClientConnection,
) -> ClientConnection:
    """Open a websocket of class `kind` to `url`, a ws or wss address with its query.

    Raises one of `OPENING_ERRORS`, among them TimeoutError after `open_seconds`.
    """
    proxy = proxy_of(url)
    options: dict[str, Any] = {"proxy": proxy.url if proxy else None}
    if url.startswith("wss:"):
        options["ssl"] = tls_context()
    if proxy is not None and proxy.scheme == "https":
        options["proxy_ssl"] = tls_context()
    if proxy is not None and not proxy.scheme.startswith("socks"):
        from scribe_tui.scribe.proxy_end import without_second_end

        without_second_end()
        options["happy_eyeballs_delay"] = NEXT_ADDRESS_SECONDS
    async with asyncio.timeout(open_seconds):
        if proxy is None:
            options["sock"] = await _connected_to(url)
        try:
            opened = await _Connect(
                url,
                additional_headers=headers,
                create_connection=kind,
                compression=None,  # many small messages; deflate would cost memory per connection
                open_timeout=None,
                close_timeout=close_seconds,
                ping_interval=PING_SECONDS,
                ping_timeout=PING_SECONDS,
                max_size=MAX_MESSAGE_BYTES,
                max_queue=WAITING_MESSAGES,
                **options,
            )
        except InvalidStatus as refused:
            _log_concurrency(refused.response.headers, host_of(url))
            raise
    if opened.response is not None:
        _log_concurrency(opened.response.headers, host_of(url))
    return opened


async def _connected_to(url: str) -> socket.socket:
    """A socket connected to the host of `url`. Raises OSError, and ValueError if it is invalid."""
    parts = urlsplit(url)
    default = 443 if parts.scheme == "wss" else 80
    return await connected(parts.hostname or "", parts.port or default)


def _log_concurrency(headers: Headers, host: str) -> None:
    """Log how many requests of this key are open, if the answer says so (not all do)."""
    current, most = (_count(headers, name) for name in wire.CONCURRENCY_HEADERS)
    if current or most:
        _log.info("%s: %s of at most %s concurrent requests", host, current or "?", most or "?")


def _count(headers: Headers, name: str) -> str:
    values = headers.get_all(name)
    return harmless_line(values[0])[:20] if values else ""
