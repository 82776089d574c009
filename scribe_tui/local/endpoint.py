"""The offline endpoint: speaks the service's wire on loopback and recognises on this machine."""

from __future__ import annotations

from contextlib import AsyncExitStack
from http import HTTPStatus
from types import TracebackType
from typing import Final, Self
from urllib.parse import urlsplit

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.http11 import Request, Response

from scribe_tui.local.client_connection import IDLE_SECONDS, ClientConnection
from scribe_tui.local.listening_socket import HOST, ListeningSocket, cannot_listen
from scribe_tui.local.recognition.service import RecognitionService
from scribe_tui.scribe import wire

MAX_CLIENTS: Final = 100
"""Most connections at once: the sound that waits for each takes memory."""
_NAME: Final = "The offline endpoint"
_MAX_FRAME_BYTES: Final = 4 << 20
_CLOSE_SECONDS: Final = 0.5


class LocalEndpoint:
    """Serves while entered, on `port` of loopback; 0 means any free port.

    Accepts every key except an empty one and those that begin with "wrong" or "invalid".
    Entering raises UsageError if there is no recogniser for this machine, it cannot be loaded, or
    the port is taken. Leaving takes under a second and leaves no process running.
    """

    def __init__(self, port: int = 0, *, idle_seconds: float = IDLE_SECONDS) -> None:
        self._port = port
        self._idle_seconds = idle_seconds
        self._recognition = RecognitionService()
        self._server: Server | None = None
        self._stack = AsyncExitStack()

    @property
    def port(self) -> int:
        """The port it listens on."""
        assert self._server is not None, "the endpoint listens only while entered"
        port: int = next(iter(self._server.sockets)).getsockname()[1]
        return port

    @property
    def url(self) -> str:
        """Its address, for `--endpoint`."""
        return f"http://{HOST}:{self.port}"

    async def __aenter__(self) -> Self:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self._recognition)
            try:
                listening = ListeningSocket(self._port, _NAME)
            except OSError as error:
                raise cannot_listen(_NAME, self._port, error) from error
            self._server = await serve(
                self._serve_client,
                sock=listening,
                process_request=self._admit,
                compression=None,  # costs time and saves nothing on loopback
                max_size=_MAX_FRAME_BYTES,
                close_timeout=_CLOSE_SECONDS,
                ping_interval=None,  # a gone client closes on loopback; a waiting one is not read
            )
            stack.push_async_callback(self._stop_serving, self._server)
            self._stack = stack.pop_all()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._stack.aclose()

    async def _stop_serving(self, server: Server) -> None:
        server.close()
        await server.wait_closed()

    async def _serve_client(self, socket: ServerConnection) -> None:
        await ClientConnection(socket, self._recognition, self._idle_seconds).serve()

    def _admit(self, socket: ServerConnection, request: Request) -> Response | None:
        if urlsplit(request.path).path != wire.REALTIME_PATH:
            text = f"Only {wire.REALTIME_PATH} is served here.\n"
            return socket.respond(HTTPStatus.NOT_FOUND, text)
        if self._server is not None and len(self._server.connections) >= MAX_CLIENTS:
            text = f"{MAX_CLIENTS} sessions are open here already.\n"
            return socket.respond(HTTPStatus.SERVICE_UNAVAILABLE, text)
        return None
