"""One client's connection: joins a websocket, a `SessionProtocol` and a recognition stream."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import Iterable
from typing import Final, NoReturn
from urllib.parse import parse_qs, urlsplit

from websockets.asyncio.server import ServerConnection
from websockets.exceptions import ConnectionClosed

from scribe_tui.errors import SpeechError
from scribe_tui.local.lag_warning import LagWarning
from scribe_tui.local.protocol import (
    NORMAL_CLOSE,
    POLICY_CLOSE,
    Close,
    Commit,
    Recognise,
    Send,
    SessionProtocol,
    Step,
    error,
)
from scribe_tui.local.query import QueryRefusedError, SessionParameters, parse_query
from scribe_tui.local.recognition.messages import ClosedSegment, OpenText
from scribe_tui.local.recognition.service import RecognitionService
from scribe_tui.local.recognition.stream import RecognitionStream
from scribe_tui.scribe import wire
from scribe_tui.scribe.wire import ErrorKind

IDLE_SECONDS: Final = 15.0
"""Time without a client message after which the connection is closed with code 1000 and no error
message, as the service does."""
LOOK_SECONDS: Final = 1.0
SIGN_OF_LIFE_SECONDS: Final = 2.0
"""A client that expects text gets a message at least this often, even if the partial is unchanged:
otherwise it would take a slow machine for a dead one."""
REFUSED_KEYS: Final = ("wrong", "invalid")
"""Keys and tokens that begin with these words are refused, to show what a bad key does."""


class ConnectionEndedError(Exception):
    """The endpoint has closed this connection."""


class ClientConnection:
    """Holds one session over an open websocket until one side ends it."""

    def __init__(
        self,
        socket: ServerConnection,
        recognition: RecognitionService,
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        self._socket = socket
        self._recognition = recognition
        self._idle_seconds = idle_seconds
        self._open_text = ""
        self._sent_at = 0.0

    async def serve(self) -> None:
        """Check query and key, then run the session until the connection ends."""
        try:
            params = await self._admitted()
            stream = await self._open_stream(params)
            try:
                await self._hold_session(params, stream)
            finally:
                stream.close()
        except (ConnectionEndedError, ConnectionClosed):
            return

    async def _admitted(self) -> SessionParameters:
        request = self._socket.request
        assert request is not None, "a server's connection has the request that opened it"
        query = urlsplit(request.path).query
        token = parse_qs(query).get("token", [""])[-1]
        # If both are given, the token counts.
        credential = token or request.headers.get(wire.KEY_HEADER, "").strip()
        if not credential or credential.startswith(REFUSED_KEYS):
            text = "the API key or token is not valid" if credential else "the API key is missing"
            await self._end(error(ErrorKind.AUTH, text), Close(NORMAL_CLOSE, ""))
        try:
            return parse_query(query)
        except QueryRefusedError as refused:
            kind = ErrorKind.INVALID_REQUEST
            await self._end(error(kind, str(refused)), Close(POLICY_CLOSE, kind.value))

    async def _open_stream(self, params: SessionParameters) -> RecognitionStream:
        try:
            return await self._recognition.open(params.recognition)
        except SpeechError as problem:
            await self._fail(ErrorKind.TRANSCRIBER, problem.message)

    async def _hold_session(self, params: SessionParameters, stream: RecognitionStream) -> None:
        protocol = SessionProtocol(params, uuid.uuid4().hex)
        await self._do(protocol.start())
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._receive(protocol, stream))
                tasks.create_task(self._report(protocol, stream))
                tasks.create_task(self._show_life(stream))
                if params.keepalive_seconds is not None:
                    tasks.create_task(self._keep_alive(params.keepalive_seconds))
        except* (ConnectionEndedError, ConnectionClosed):
            pass  # one side ended it; other errors in the group are still raised

    async def _receive(self, protocol: SessionProtocol, stream: RecognitionStream) -> None:
        while True:
            try:
                async with asyncio.timeout(self._idle_seconds):
                    frame = await self._socket.recv()
            except TimeoutError:
                if stream.expects_text or self._silent_seconds < self._idle_seconds:
                    continue  # a client that waits for text, or just got some, is not idle
                await self._end(Close(NORMAL_CLOSE, ""))
            await self._do(protocol.receive(frame), stream)

    async def _report(self, protocol: SessionProtocol, stream: RecognitionStream) -> None:
        async for result in stream:
            match result:
                case OpenText(text):
                    self._open_text = text
                case ClosedSegment():
                    self._open_text = ""
            await self._do(protocol.recognised(result))
        await self._fail(
            ErrorKind.TRANSCRIBER, "the recognition process died and could not be replaced"
        )

    async def _keep_alive(self, seconds: float) -> None:
        # The service sends these by the length of audio received; here the clock decides.
        while True:
            await asyncio.sleep(seconds)
            await self._repeat_partial()

    async def _show_life(self, stream: RecognitionStream) -> None:
        lag = LagWarning(self._recognition, stream)
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            if warning := lag.warning(asyncio.get_running_loop().time()):
                await self._do([Send({wire.TYPE: wire.WARNING, "warning": warning})])
            elif stream.expects_text and self._silent_seconds >= SIGN_OF_LIFE_SECONDS:
                await self._repeat_partial()

    @property
    def _silent_seconds(self) -> float:
        """Seconds since the latest message to the client."""
        return asyncio.get_running_loop().time() - self._sent_at

    async def _repeat_partial(self) -> None:
        await self._do([Send({wire.TYPE: wire.PARTIAL, wire.TEXT: self._open_text})])

    async def _fail(self, kind: ErrorKind, text: str) -> NoReturn:
        await self._end(error(kind, text), Close(NORMAL_CLOSE, kind.value))

    async def _end(self, *steps: Step) -> NoReturn:
        await self._do(steps)
        raise ConnectionEndedError

    async def _do(self, steps: Iterable[Step], stream: RecognitionStream | None = None) -> None:
        for step in steps:
            match step:
                case Send(message):
                    await self._socket.send(json.dumps(message))
                    self._sent_at = asyncio.get_running_loop().time()
                case Close(code, reason):
                    await self._socket.close(code, reason)
                    raise ConnectionEndedError
                case Recognise(audio) if stream is not None:
                    await stream.feed(audio)
                case Commit() if stream is not None:
                    stream.commit()
