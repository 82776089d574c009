"""The two transports: the official SDK and a plain websocket, each imported only when used."""

from __future__ import annotations

from scribe_tui.errors import UsageError
from scribe_tui.scribe.connection import Connector

SDK = "sdk"
WEBSOCKET = "websocket"


def connector(transport: str) -> Connector:
    """The connector called `transport` (`sdk` or `websocket`). Raises UsageError."""
    if transport == SDK:
        from scribe_tui.scribe.sdk import connect_sdk

        return connect_sdk
    if transport == WEBSOCKET:
        from scribe_tui.scribe.websocket import connect_websocket

        return connect_websocket
    raise UsageError(
        "unknown transport", f"There is no transport {transport!r}.", "Use sdk or websocket."
    )
