"""One client's connection: a `SessionProtocol` between a websocket and a recognition process."""

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
from scribe_tui.local.recognition.messages import OpenText
from scribe_tui.local.recognition.workers import BacklogError, Recognition, Workers
from scribe_tui.scribe import wire
from scribe_tui.scribe.wire import ErrorKind

IDLE_SECONDS: Final = 15.0
"""Time without a client message after which the service closes with 1000, saying nothing."""
REFUSED_KEYS: Final = ("wrong", "invalid")
"""Keys and tokens that begin so are refused, to show what a bad key looks like."""


class ConnectionEndedError(Exception):
    """The endpoint ended this conversation."""


class ClientConnection:
    """Holds one session over an open websocket until one side ends it."""

    def __init__(
        self, remote: ServerConnection, workers: Workers, idle_seconds: float = IDLE_SECONDS
    ) -> None:
        self._remote = remote
        self._workers = workers
        self._idle_seconds = idle_seconds
        self._last_partial = OpenText("")

    async def hold(self) -> None:
        """Check query and key, then hold the session. Ends with the connection."""
        try:
            params = await self._admitted()
            recognition = await self._recogniser_for(params)
            try:
                await self._converse(params, recognition)
            finally:
                recognition.close()
        except (ConnectionEndedError, ConnectionClosed):
            return

    async def _admitted(self) -> SessionParameters:
        request = self._remote.request
        assert request is not None, "a server's connection has the request that opened it"
        query = urlsplit(request.path).query
        token = parse_qs(query).get("token", [""])[-1]
        # With both, the token decides.
        credential = token or request.headers.get(wire.KEY_HEADER, "").strip()
        if not credential or credential.startswith(REFUSED_KEYS):
            text = "the API key or token is not valid" if credential else "the API key is missing"
            await self._end(error(ErrorKind.AUTH, text), Close(NORMAL_CLOSE, ""))
        try:
            return parse_query(query)
        except QueryRefusedError as refused:
            kind = ErrorKind.INVALID_REQUEST
            await self._end(error(kind, str(refused)), Close(POLICY_CLOSE, kind.value))

    async def _recogniser_for(self, params: SessionParameters) -> Recognition:
        try:
            return await self._workers.open(params.recognition)
        except SpeechError as problem:
            await self._fail(ErrorKind.TRANSCRIBER, problem.message)

    async def _converse(self, params: SessionParameters, recognition: Recognition) -> None:
        exchange = SessionProtocol(params, uuid.uuid4().hex)
        await self._do(exchange.start())
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._listen(exchange, recognition))
                tasks.create_task(self._tell(exchange, recognition))
                if params.keepalive_seconds is not None:
                    tasks.create_task(self._keep_alive(params.keepalive_seconds))
        except* (ConnectionEndedError, ConnectionClosed):
            pass  # one side ended it; a group like this also carries what else went wrong

    async def _listen(self, exchange: SessionProtocol, recognition: Recognition) -> None:
        while True:
            try:
                async with asyncio.timeout(self._idle_seconds):
                    frame = await self._remote.recv()
            except TimeoutError:
                await self._end(Close(NORMAL_CLOSE, ""))
            try:
                await self._do(exchange.receive(frame), recognition)
            except BacklogError:
                await self._fail(ErrorKind.QUEUE_OVERFLOW, "more audio waits than can be held")

    async def _tell(self, exchange: SessionProtocol, recognition: Recognition) -> None:
        async for result in recognition:
            self._last_partial = result if isinstance(result, OpenText) else OpenText("")
            await self._do(exchange.recognised(result))
        await self._fail(ErrorKind.TRANSCRIBER, "the recognition process ended unexpectedly")

    async def _keep_alive(self, seconds: float) -> None:
        # The service drives this by the audio it has; here it is by the clock.
        while True:
            await asyncio.sleep(seconds)
            text = self._last_partial.text
            await self._do([Send({wire.TYPE: wire.PARTIAL, wire.TEXT: text})])

    async def _fail(self, kind: ErrorKind, text: str) -> NoReturn:
        await self._end(error(kind, text), Close(NORMAL_CLOSE, kind.value))

    async def _end(self, *steps: Step) -> NoReturn:
        await self._do(steps)
        raise ConnectionEndedError

    async def _do(self, steps: Iterable[Step], recognition: Recognition | None = None) -> None:
        for step in steps:
            match step:
                case Send(message):
                    await self._remote.send(json.dumps(message))
                case Close(code, reason):
                    await self._remote.close(code, reason)
                    raise ConnectionEndedError
                case Recognise(audio) if recognition is not None:
                    recognition.feed(audio)
                case Commit() if recognition is not None:
                    recognition.commit()
