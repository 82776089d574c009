"""The connection directly through the `websockets` library, without the SDK.

Pings every 20 s detect a half-open socket; they do not count as activity for the service,
which requires audio every 15 s.
"""

from __future__ import annotations

from collections.abc import AsyncIterator

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, WebSocketException

from scribe_tui.errors import SpeechError
from scribe_tui.scribe import codec, wire
from scribe_tui.scribe.connection import CloseInfo, Endpoint
from scribe_tui.scribe.failures import closed_error, conceal
from scribe_tui.scribe.handshake import (
    CLOSE_TIMEOUT_SECONDS,
    OPEN_TIMEOUT_SECONDS,
    OPENING_ERRORS,
    close_info,
    handshake_error,
    prepare,
    secrets_of,
)
from scribe_tui.scribe.messages import Message
from scribe_tui.scribe.opening import open_socket
from scribe_tui.scribe.query import realtime_url, sample_rate
from scribe_tui.settings import SpeechSettings


class WebsocketConnection:
    """A `Connection` over an open websocket."""

    def __init__(self, socket: ClientConnection, endpoint: Endpoint, speech: SpeechSettings):
        self._socket = socket
        self._endpoint = endpoint
        self._secrets = secrets_of(endpoint, speech)
        self._sample_rate = sample_rate(speech)
        self._fault = ""

    async def send_audio(self, audio: bytes, *, previous_text: str | None = None) -> None:
        """Send one chunk in wire format. Raises SpeechError when the connection is gone."""
        await self._send(codec.encode_audio(audio, self._sample_rate, previous_text=previous_text))

    async def commit(self) -> None:
        """Ask the service to close the open segment. Raises SpeechError."""
        await self._send(codec.encode_commit(self._sample_rate))

    async def delivered(self) -> None:
        """Return when all that was sent has been received. Raises SpeechError."""
        try:
            await (await self._socket.ping())
        except ConnectionClosed as closed:
            raise self._lost(closed) from closed

    async def __aiter__(self) -> AsyncIterator[Message]:
        """Messages as they arrive, until the connection ends."""
        while True:
            try:
                # Received as bytes, so that the codec handles a frame that is not UTF-8.
                frame = await self._socket.recv(decode=False)
            except ConnectionClosed as closed:
                self._note(closed)
                return
            yield conceal(codec.decode(frame), self._secrets)

    @property
    def close_info(self) -> CloseInfo | None:
        """How the connection ended; None while it is open."""
        socket = self._socket
        if socket.close_code is None:
            return None
        return close_info(socket.close_code, socket.close_reason, self._fault, self._secrets)

    async def close(self) -> None:
        """Close with code 1000, within `CLOSE_TIMEOUT_SECONDS`. Never raises."""
        try:
            await self._socket.close()
        except (OSError, WebSocketException) as error:
            self._fault = self._fault or str(error)

    async def _send(self, text: str) -> None:
        try:
            await self._socket.send(text)
        except ConnectionClosed as closed:
            raise self._lost(closed) from closed

    def _lost(self, closed: ConnectionClosed) -> SpeechError:
        self._note(closed)
        return closed_error(self.close_info or CloseInfo(None, self._fault))

    def _note(self, closed: ConnectionClosed) -> None:
        """Remember why this side closed the connection: the close code does not say it."""
        if closed.rcvd is None and closed.sent is not None:
            self._fault = closed.sent.reason


async def connect_websocket(endpoint: Endpoint, speech: SpeechSettings) -> WebsocketConnection:
    """A `Connector`: open the websocket. Raises SpeechError as `Connector` says."""
    base = prepare(endpoint)
    try:
        socket = await open_socket(
            realtime_url(base, speech),
            {wire.KEY_HEADER: endpoint.api_key} if endpoint.api_key else None,
            open_seconds=OPEN_TIMEOUT_SECONDS,
            close_seconds=CLOSE_TIMEOUT_SECONDS,
        )
    except OPENING_ERRORS as error:
        raise handshake_error(error, endpoint) from error
    return WebsocketConnection(socket, endpoint, speech)
