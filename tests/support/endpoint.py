"""A strict speech endpoint on loopback: a real websocket server whose scripts pick its faults.

    async with StrictEndpoint(Script(fault=...), Script()) as service:
        connection = await connect(service.endpoint(), SpeechSettings())

The scripts serve the connections one after another, the last one all that follow. Scripts
given by name serve the URL with that first path part, each name with a count of its own.
Its words are those of `numbered`: text can be checked against the source's position.
What else it can be, in a process of its own, stands in `profiles`.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from http import HTTPStatus
from typing import Self
from urllib.parse import parse_qs, urlsplit
from weakref import WeakKeyDictionary

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.datastructures import Headers
from websockets.http11 import Request, Response

from scribe_tui.scribe.connection import Endpoint
from tests.support.parameters import refused
from tests.support.script import BAD_KEY, Script, refusal
from tests.support.service_connection import HeardConnection, ServiceConnection
from tests.support.voices import NumberedVoice, Voice

PATH = "/v1/speech-to-text/realtime"
KEY = "key-of-the-tests-0123456789"

NextScript = Callable[[str], Script]
"""Returns the script of the next connection to the URL of that name."""
MakeVoice = Callable[[HeardConnection, Script], Voice]


def _understands_numbers(heard: HeardConnection, script: Script) -> Voice:
    return NumberedVoice(heard.query, script)


class StrictEndpoint:
    """The server; `connections` has everything received, in order of arrival.

    `key`: the one accepted key, None for any. `idle_seconds`: longest pause between two messages of
    a client. `dialled_at`: instants of the handshakes on the loop's clock. Without `keeps` it
    forgets what it received, for long runs. `next_script` replaces the given scripts, `voice` the
    words of numbered sound. `also_known`: parameters accepted besides the documented ones.
    """

    def __init__(
        self,
        *scripts: Script,
        named: Mapping[str, Sequence[Script]] | None = None,
        key: str | None = KEY,
        idle_seconds: float = 15.0,
        host: str = "127.0.0.1",
        keeps: bool = True,
        next_script: NextScript | None = None,
        voice: MakeVoice = _understands_numbers,
        also_known: Collection[str] = (),
        compresses: bool = True,
    ):
        self.connections: list[HeardConnection] = []
        self.handshakes = 0
        self._scripts: dict[str, Sequence[Script]] = {"": scripts or (Script(),), **(named or {})}
        self._choose = next_script or self._next_script
        self._make_voice = voice
        self._also_known = also_known
        self._chosen: WeakKeyDictionary[ServerConnection, Script] = WeakKeyDictionary()
        self._turns: Counter[str] = Counter()
        self._key = key
        self._idle_seconds = idle_seconds
        self._host = host
        self._keeps = keeps
        self._compression = "deflate" if compresses else None
        self._server: Server | None = None
        self._port: int | None = None
        self._stopping = asyncio.Event()
        self.served = 0
        self.forgotten_violations: list[str] = []
        self._forgotten_seconds = 0.0
        self.dialled_at: list[float] = []

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def start(self, port: int = 0) -> None:
        """Listen on `port`, or on a free one for 0; also possible after `stop`."""
        self._stopping = asyncio.Event()
        self._server = await serve(
            self._converse,
            self._host,
            port,
            process_request=self._admit,
            ping_interval=None,
            compression=self._compression,
            close_timeout=0.5,
            # With a bound, a client's close frame behind many chunks would stay unread.
            max_queue=None,
        )
        self._port = self._server.sockets[0].getsockname()[1]

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def stop(self) -> None:
        """Close the port and all connections (1001)."""
        assert self._server is not None
        self._stopping.set()
        self._server.close()
        await self._server.wait_closed()

    @property
    def port(self) -> int:
        """The port it listens on."""
        assert self._port is not None
        return self._port

    def url(self, name: str = "", scheme: str = "ws") -> str:
        """Return the address under which the scripts called `name` are served."""
        return f"{scheme}://{self._host}:{self.port}{f'/{name}' if name else ''}"

    def endpoint(self, name: str = "", *, key: str | None = KEY, scheme: str = "ws") -> Endpoint:
        """Return address and key for a connector."""
        return Endpoint(self.url(name, scheme), key)

    @property
    def violations(self) -> list[str]:
        """Everything that clients did against the documentation."""
        return [wrong for heard in self.connections for wrong in heard.violations]

    @property
    def billed_seconds(self) -> float:
        """Seconds of all sound received, repeated sound counted again, as the service bills it."""
        return self._forgotten_seconds + sum(heard.heard_seconds for heard in self.connections)

    @property
    def committed(self) -> list[str]:
        """The committed texts of all connections, in order."""
        return [text for heard in self.connections for text in heard.committed]

    @property
    def messages(self) -> int:
        """The number of messages received over the newest connection."""
        return len(self.connections[-1].messages) if self.connections else 0

    @property
    def heard_last(self) -> int | None:
        """The newest number in the sound of the newest connection."""
        return self.connections[-1].values[-1] if self.messages else None

    def _next_script(self, name: str) -> Script:
        scripts = self._scripts[name]
        turn = self._turns[name]
        self._turns[name] += 1
        return scripts[min(turn, len(scripts) - 1)]

    def has_heard(self, number: int) -> bool:
        """Return whether `number` is among the last three in the sound of any connection."""
        return any(number in heard.values[-3:] for heard in self.connections)

    async def _admit(self, remote: ServerConnection, request: Request) -> Response | None:
        self.handshakes += 1
        if self._keeps:
            self.dialled_at.append(asyncio.get_running_loop().time())
        parts = urlsplit(request.path)
        name = parts.path.removesuffix(PATH).strip("/")
        if not parts.path.endswith(PATH) or name not in self._scripts:
            return remote.respond(HTTPStatus.NOT_FOUND, "no such path\n")
        script = self._chosen[remote] = self._choose(name)
        with suppress(TimeoutError):
            async with asyncio.timeout(script.handshake_seconds):
                await self._stopping.wait()
        if script.http_status is not None:
            response = remote.respond(HTTPStatus(script.http_status), script.http_body)
            response.headers.update(Headers(script.http_headers))
            return response
        return None

    async def _converse(self, remote: ServerConnection) -> None:
        assert remote.request is not None
        parts = urlsplit(remote.request.path)
        query = parse_qs(parts.query, keep_blank_values=True)
        key = remote.request.headers.get("xi-api-key")
        heard = HeardConnection(len(self.connections) + self.served + 1, parts.path, query, key)
        if self._keeps:
            self.connections.append(heard)
        else:
            heard.forget()
            self.served += 1
        script = self._chosen[remote]
        wrong = refused(query, self._also_known)
        if self._key is not None and key != self._key:
            script = Script(fault=BAD_KEY)
        elif wrong:
            heard.violations.append(wrong)
            script = Script(fault=refusal(wrong))
        voice = self._make_voice(heard, script)
        await ServiceConnection(remote, heard, script, voice, self._idle_seconds).run()
        if not self._keeps:
            self.forgotten_violations += heard.violations
            self._forgotten_seconds += heard.heard_seconds
