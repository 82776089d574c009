"""A proxy that closes at the wrong moment: without a line of the event loop's about it.

`HTTPProxyConnection.connection_lost` of websockets (15.0 to 17.4) feeds the end of the stream
that `eof_received` has fed already: an EOFError in a callback, which asyncio reports as
"Exception in callback" for every try. The answer has been judged by then, so nothing is lost with
it.

`ClientConnection.connection_lost` takes for granted that `connection_made` was called, which sets
`transport`: where a proxy lets the connection through and resets it before TLS is spoken, it was
not, and each try is an AttributeError in a callback. Who opens it gets the reset all the same.

Neither is documented; where a name is missing nothing is done.
"""

from __future__ import annotations

import asyncio
import contextlib

from websockets.asyncio import client


def without_second_end() -> None:
    """Let neither end be an error in a callback, from now on; again: no change."""
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
