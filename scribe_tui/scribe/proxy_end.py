"""Silences two false errors that asyncio logs when a proxy closes at the wrong moment.

`HTTPProxyConnection.connection_lost` of websockets (15.0 to 17.4) feeds the end of the stream
although `eof_received` has done so already. This raises EOFError in a callback, which asyncio
logs as "Exception in callback" at every attempt. The proxy's answer has been handled by then, so
the error can be ignored.

`ClientConnection.connection_lost` assumes that `connection_made` was called, which sets
`transport`. If a proxy opens the tunnel and resets the connection before TLS begins, it was not
called, and each attempt raises AttributeError in a callback. The caller still gets the reset.

Neither name is documented; if one is missing, nothing is changed.
"""

from __future__ import annotations

import asyncio
import contextlib

from websockets.asyncio import client


def without_second_end() -> None:
    """Patch both methods so that neither error is raised; further calls change nothing."""
    _without_end_before_the_beginning()
    proxied = getattr(client, "HTTPProxyConnection", None)
    if proxied is None or hasattr(proxied.connection_lost, "fed_once"):
        return
    lost = proxied.connection_lost

    def connection_lost(self: asyncio.Protocol, exc: Exception | None) -> None:
        with contextlib.suppress(EOFError):
            lost(self, exc)

    connection_lost.fed_once = True  # type: ignore[attr-defined]
    proxied.connection_lost = connection_lost


def _without_end_before_the_beginning() -> None:
    connected = client.ClientConnection
    lost = getattr(connected, "connection_lost", None)
    if lost is None or hasattr(lost, "was_made"):
        return

    def connection_lost(self: client.ClientConnection, exc: Exception | None) -> None:
        if hasattr(self, "transport"):
            lost(self, exc)

    connection_lost.was_made = True  # type: ignore[attr-defined]
    connected.connection_lost = connection_lost  # type: ignore[assignment,method-assign]
