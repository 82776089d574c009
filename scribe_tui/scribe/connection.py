"""The Connection protocol: what may be sent and received, the same over both transports."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from scribe_tui.scribe.messages import Message
from scribe_tui.settings import SpeechSettings


@dataclass(frozen=True, slots=True)
class Endpoint:
    """The service's address (http(s) or ws(s), without the realtime path) and the API key."""

    url: str
    api_key: str | None = None

    def __repr__(self) -> str:
        """Leave out the key: this text may be written to a diagnostics file."""
        return f"Endpoint({self.url!r})"


@dataclass(frozen=True, slots=True)
class CloseInfo:
    """How a connection ended: websocket close code (None: no close frame) and reason."""

    code: int | None
    reason: str


class Connection(Protocol):
    """One websocket lifetime; for one sending and one receiving task."""

    async def send_audio(self, audio: bytes, *, previous_text: str | None = None) -> None:
        """Send one chunk in wire format (`AudioFormat.to_wire`).

        `previous_text` may go with the first chunk only (the service refuses it later).
        Raises SpeechError when the connection is gone.
        """

    async def commit(self) -> None:
        """Ask the service to close the open segment.

        The caller must make sure that at least 0.3 s of audio is uncommitted: with less the
        service ends the session (`commit_throttled`, reported). Raises SpeechError.
        """

    async def delivered(self) -> None:
        """Return when the other side has received all that was sent: it answered a ping.

        It may not have processed it yet. Waits for ever on a dead line. Raises SpeechError.
        """

    def __aiter__(self) -> AsyncIterator[Message]:
        """Messages as they arrive; ends when the connection ends, however it ended."""

    @property
    def close_info(self) -> CloseInfo | None:
        """How the connection ended; None while it is open."""

    async def close(self) -> None:
        """Close with code 1000 and release everything. Never raises; takes limited time."""


Connector = Callable[[Endpoint, SpeechSettings], Awaitable[Connection]]
"""Opens a connection; returns when the socket is open, before `session_started`.

Raises SpeechError: refused, unknown host, TLS, HTTP status (401, 403 and those about the request
itself, such as 400 and 431: `Retry.NEVER`; 429: `SLOW_BACKOFF`; other: `BACKOFF`), time-out after
10 s.
"""
