"""The two transports: the official SDK and a plain websocket, each imported when it connects."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import cache

from scribe_tui.errors import UsageError
from scribe_tui.scribe.connection import Connection, Connector, Endpoint
from scribe_tui.settings import SpeechSettings

SDK = "sdk"
WEBSOCKET = "websocket"


@cache
def connector(transport: str) -> Connector:
    """The connector called `transport` (`sdk` or `websocket`). Raises UsageError."""
    load = _LOADERS.get(transport)
    if load is None:
        raise UsageError(
            "unknown transport", f"There is no transport {transport!r}.", "Use sdk or websocket."
        )

    async def connect(endpoint: Endpoint, speech: SpeechSettings) -> Connection:
        # Loading takes a tenth of a second the first time: not on the event loop's thread,
        # which draws the first frame meanwhile.
        chosen = await asyncio.to_thread(load)
        return await chosen(endpoint, speech)

    return connect


def _sdk() -> Connector:
    from scribe_tui.scribe.sdk import connect_sdk

    return connect_sdk


def _websocket() -> Connector:
    from scribe_tui.scribe.websocket import connect_websocket

    return connect_websocket


_LOADERS: dict[str, Callable[[], Connector]] = {SDK: _sdk, WEBSOCKET: _websocket}
