"""A proxy that closes after an answer that is none: without a line of the event loop's about it.

`HTTPProxyConnection.connection_lost` of websockets (15.0 to 17.4) feeds the end of the stream
that `eof_received` has fed already: an EOFError in a callback, which asyncio reports as
"Exception in callback" for every try. The answer has been judged by then, so nothing is lost with
it. The class is not documented; where it is missing nothing is done.
"""

from __future__ import annotations

import asyncio
import contextlib

from websockets.asyncio import client


def without_second_end() -> None:
    """Let the end of a stream that is fed twice be no error, from now on; again: no change."""
    proxied = getattr(client, "HTTPProxyConnection", None)
    if proxied is None or hasattr(proxied.connection_lost, "fed_once"):
        return
    lost = proxied.connection_lost

    def connection_lost(self: asyncio.Protocol, exc: Exception | None) -> None:
        with contextlib.suppress(EOFError):
            lost(self, exc)

    connection_lost.fed_once = True  # type: ignore[attr-defined]
    proxied.connection_lost = connection_lost
