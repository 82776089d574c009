"""The connection through the official SDK: the only module that imports `elevenlabs`.

Used with its manual-audio mode and public interface: connect, on, send, commit, close.

Some messages are silently dropped by SDK 2.78 or end its connection (read in its code): message
types it does not know (`warning`, `diarized_transcript`, `speakers_merged`, future errors),
objects without a type, JSON that is no object. The SDK therefore gets a socket made here, which
passes such messages directly to `SdkConnection`. `keepalive_interval_ms` cannot be set.

The SDK prints exceptions of event handlers to stdout, so the handlers here do not raise.

One private name of the SDK is replaced: `elevenlabs.realtime.scribe.websocket_connect`, with
which it opens its socket with the library's defaults. With `opening.open_socket` in its place, no
message is lost, no redirect gets the key, a dead IPv6 address costs a quarter of a second instead
of the whole connection, proxy and certificates are those of all connections of this program,
messages may be as large as over the other transport, and further query parameters can be sent.
If a release of the SDK has no such name, the plain websocket is used instead, and the
diagnostics say so.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from contextlib import suppress
from contextvars import ContextVar
from functools import partial
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote, urlencode

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, ConnectionClosedOK, WebSocketException

from scribe_tui.errors import SpeechError
from scribe_tui.scribe import codec
from scribe_tui.scribe.connection import CloseInfo, Connection, Endpoint
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
from scribe_tui.scribe.messages import Malformed, Message, Partial
from scribe_tui.scribe.opening import WAITING_MESSAGES, open_socket
from scribe_tui.scribe.query import sample_rate, speech_options
from scribe_tui.scribe.wire import SAMPLE_RATE, Parameter
from scribe_tui.settings import SpeechSettings

if TYPE_CHECKING:
    from elevenlabs.realtime import RealtimeConnection, RealtimeEvents

MOST_WAITING = 1000
"""Most messages that may wait to be read. More end the connection; this can only happen if the
socket is not a `_Socket`, which pauses its reading before."""

_NO_KEY = "none"
"""Sent instead of a missing key (offline endpoint), because the SDK requires one."""


_TYPED = re.compile(r'\s*\{\s*"message_type"\s*:\s*"(\w{1,64})"')
"""Finds the type at the start of a message, where it usually is, without parsing the JSON."""

_TYPE_NAME = '"message_type"'
_LEAST_HARMFUL = 500
"""Below this many digits in a number (Python's limit: 4300) or opening brackets (about 1000),
Python's JSON parser cannot fail on them."""
_LONG = re.compile(rf"\d{{{_LEAST_HARMFUL}}}")

_OPENING = "websocket_connect"
_Opener = Callable[[str, Mapping[str, str] | None], Awaitable[ClientConnection]]
_opener: ContextVar[_Opener] = ContextVar("opener")

_log = logging.getLogger(__name__)


class _Socket(ClientConnection):
    """Yields to the SDK the messages it has an event for, and passes the others to `take`.

    `room` is cleared while too many messages wait; then nothing more is received.
    """

    known: frozenset[str] = frozenset()
    take: Callable[[bytes], None] | None = None
    room: asyncio.Event | None = None

    async def __aiter__(self) -> AsyncIterator[str | bytes]:
        with suppress(ConnectionClosedOK):
            while True:
                if self.room is not None:
                    await self.room.wait()
                frame = await self.recv(decode=False)
                text = _known_text(frame, self.known) if self.take is not None else frame
                if text is not None:
                    yield text
                elif self.take is not None:
                    self.take(frame)


def _known_text(frame: bytes, known: frozenset[str]) -> str | None:
    """The text of `frame` if it is a JSON object of one of the `known` types, else None."""
    try:
        text = frame.decode("utf-8")
        begins = _TYPED.match(text) if _is_plain(text) else None
        kind = begins[1] if begins is not None else codec.type_of(json.loads(text))
    except (ValueError, RecursionError, AttributeError):  # AttributeError: not an object
        return None
    return text if isinstance(kind, str) and kind in known else None


def _is_plain(text: str) -> bool:
    """Whether the SDK can safely be given this text: it reads it or reports invalid JSON.

    The SDK ends the connection at text nested too deeply or at a number with too many digits,
    and drops an object whose type is given twice.
    """
    if len(text) < _LEAST_HARMFUL and text.count(_TYPE_NAME) == 1:
        return True
    nested = text.count("[") + text.count("{")
    return nested < _LEAST_HARMFUL and text.count(_TYPE_NAME) == 1 and not _LONG.search(text)


class SdkConnection:
    """A `Connection` over the SDK's `RealtimeConnection`.

    Must be made right after the SDK's `connect` returns, without an await in between, so that
    no message can arrive before the handlers are attached.
    """

    def __init__(self, remote: RealtimeConnection, secrets: tuple[str, ...]):
        self._remote = remote
        self._secrets = secrets
        self._waiting: deque[Message] = deque()
        self._arrived = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self._closing = False
        self._fault = ""
        self._close_info: CloseInfo | None = None
        self._closed = asyncio.Event()
        self._attach()

    async def send_audio(self, audio: bytes, *, previous_text: str | None = None) -> None:
        """Send one chunk in wire format. Raises SpeechError when the connection is gone."""
        await self._send(self._remote.send(codec.audio_fields(audio, previous_text)))

    async def commit(self) -> None:
        """Ask the service to close the open segment. Raises SpeechError."""
        await self._send(self._remote.commit())

    async def delivered(self) -> None:
        """Return when all that was sent has been received. Raises SpeechError."""
        await self._send(self._ping())

    async def __aiter__(self) -> AsyncIterator[Message]:
        """Messages as they arrive, until the connection ends."""
        while True:
            while self._waiting:
                message = self._waiting.popleft()
                if len(self._waiting) < WAITING_MESSAGES:
                    self._room.set()
                yield message
            if self._close_info is not None:
                return
            self._arrived.clear()
            await self._arrived.wait()

    @property
    def close_info(self) -> CloseInfo | None:
        """How the connection ended; None while it is open."""
        return self._close_info

    async def close(self) -> None:
        """Close with code 1000. Takes about `CLOSE_TIMEOUT_SECONDS` at most. Never raises."""
        self._closing = True
        self._room.set()
        try:
            async with asyncio.timeout(CLOSE_TIMEOUT_SECONDS):
                await self._remote.close()
        except (OSError, WebSocketException) as error:  # TimeoutError is an OSError
            self._fault = self._fault or str(error)
            # Ends the SDK's receiving task, which then reports how the connection ended.
            self._remote.websocket.transport.abort()
            await self._wait_closed()
        self._end(CloseInfo(None, self._fault))

    async def _send(self, sending: Coroutine[Any, Any, None]) -> None:
        if self._close_info is not None:  # the socket may still be open, but is not read
            sending.close()
            raise closed_error(self._close_info)
        try:
            await sending
        except (ConnectionClosed, OSError) as error:
            raise await self._lost() from error

    async def _ping(self) -> None:
        await (await self._remote.websocket.ping())

    async def _lost(self) -> SpeechError:
        """The error for a failed send, once the SDK has reported how the connection ended."""
        await self._wait_closed()
        return closed_error(self._close_info or CloseInfo(None, self._fault))

    async def _wait_closed(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_TIMEOUT_SECONDS):
                await self._closed.wait()

    def _attach(self) -> None:
        """Attach a handler to each event of the SDK; other messages come through `take`."""
        from elevenlabs.realtime import RealtimeEvents

        socket = self._remote.websocket
        if isinstance(socket, _Socket):
            socket.known = frozenset(event.value for event in RealtimeEvents)
            socket.take = self._take
            socket.room = self._room

        def attach(event: RealtimeEvents) -> None:
            if event is RealtimeEvents.CLOSE:
                self._remote.on(event, self._on_close)
            else:
                self._remote.on(event, lambda fields=None: self._on_event(event.value, fields))

        for event in RealtimeEvents:
            attach(event)

    def _take(self, frame: bytes) -> None:
        self._receive(codec.decode(frame))

    def _on_event(self, name: str, fields: Any) -> None:
        """Take a message, but only from the event named like its type.

        The SDK emits each error a second time as `error`, and `unaccepted_terms` also under its
        older name. An `error` without a type comes from the SDK itself: for text it could not
        read or, right before the close event, for the reason why the connection broke.
        """
        if not isinstance(fields, dict):
            return
        if codec.type_of(fields) == name:
            self._receive(codec.decode_object(fields))
        elif codec.type_of(fields) is None:
            self._report_fault()
            self._fault = codec.error_text(fields)

    def _on_close(self, fields: Any = None) -> None:
        """Take the end of the connection, or a message whose type happens to be `close`."""
        if isinstance(fields, dict) and codec.type_of(fields) is not None:
            self._receive(codec.decode_object(fields))
            return
        known = fields if isinstance(fields, dict) else {}
        code, reason = known.get("code"), known.get("reason")
        # Without a code the socket is still open: the SDK failed on a message it received.
        fault = "the SDK could not read a message" if code is None else self._fault
        self._end(close_info(code, reason, fault, self._secrets))

    def _receive(self, message: Message) -> None:
        self._report_fault()
        if (
            self._waiting
            and isinstance(self._waiting[-1], Partial)
            and isinstance(message, Partial)
        ):
            self._waiting.pop()  # a partial replaces the one before
        if len(self._waiting) >= MOST_WAITING:
            self._end(CloseInfo(None, "messages came faster than they were taken"))
            return
        self._waiting.append(conceal(message, self._secrets))
        if len(self._waiting) >= WAITING_MESSAGES and not self._closing:
            self._room.clear()
        self._arrived.set()

    def _report_fault(self) -> None:
        """Report a fault as malformed text, now that it was not followed by the close event."""
        if self._fault:
            self._fault = ""
            self._receive(Malformed("not JSON"))

    def _end(self, how: CloseInfo) -> None:
        if self._close_info is None:
            self._close_info = how
        self._closed.set()
        self._arrived.set()


async def connect_sdk(endpoint: Endpoint, speech: SpeechSettings) -> Connection:
    """A `Connector`: open a connection with the SDK. Raises SpeechError as `Connector` says."""
    base = prepare(endpoint)
    # Takes a quarter of a second the first time: not on the event loop's thread.
    if not await asyncio.to_thread(_load):
        from scribe_tui.scribe.websocket import connect_websocket

        return await connect_websocket(endpoint, speech)
    from elevenlabs.realtime import ScribeRealtime

    scribe = ScribeRealtime(api_key=endpoint.api_key or _NO_KEY, base_url=base)
    opener = _opener.set(partial(_open, speech.extra))
    try:
        async with asyncio.timeout(OPEN_TIMEOUT_SECONDS):
            remote = await scribe.connect(cast(Any, _options(speech)))
            return SdkConnection(remote, secrets_of(endpoint, speech))
    except OPENING_ERRORS as error:
        raise handshake_error(error, endpoint) from error
    finally:
        _opener.reset(opener)


async def _open(
    extra: tuple[tuple[str, str], ...], url: str, headers: Mapping[str, str] | None
) -> ClientConnection:
    """Open the socket of one connection; `extra` are query parameters the SDK does not know."""
    further = urlencode(extra, quote_via=quote)
    return await open_socket(
        f"{url}&{further}" if further else url,
        headers,
        open_seconds=OPEN_TIMEOUT_SECONDS,
        close_seconds=CLOSE_TIMEOUT_SECONDS,
        kind=_Socket,
    )


async def _open_for_sdk(url: str, **options: Any) -> ClientConnection:
    """Open a socket for the SDK, which calls this instead of the library's `connect`."""
    return await _opener.get()(url, options.get("additional_headers"))


def _load() -> bool:
    """Import the SDK and make it use `_open_for_sdk`; False if it lacks the name to replace."""
    import elevenlabs.realtime.scribe as inside

    if not callable(getattr(inside, _OPENING, None)):
        _log.warning("This release of the SDK is not known: the plain websocket is used instead.")
        return False
    setattr(inside, _OPENING, _open_for_sdk)
    return True


def _options(speech: SpeechSettings) -> dict[str, Any]:
    """The settings as the SDK's options, which have the names of the query parameters."""
    from elevenlabs.realtime import AudioFormat as SdkFormat
    from elevenlabs.realtime import CommitStrategy

    options: dict[str, Any] = {
        name.value: list(value) if isinstance(value, tuple) else value
        for name, value in speech_options(speech).items()
        if name is not Parameter.KEEPALIVE_INTERVAL_MS
    }
    strategy = Parameter.COMMIT_STRATEGY.value
    return options | {
        Parameter.AUDIO_FORMAT.value: SdkFormat(speech.audio_format),
        strategy: CommitStrategy(options[strategy]),
        SAMPLE_RATE: sample_rate(speech),
    }
