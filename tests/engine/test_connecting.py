"""How a connection opens, or says why not, and how it closes; over both transports."""

from __future__ import annotations

import asyncio
import base64
import logging
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from hashlib import sha1

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.http11 import Request, Response

from scribe_tui.errors import Retry, SpeechError
from scribe_tui.scribe.connection import CloseInfo, Connection, Connector, Endpoint
from scribe_tui.scribe.messages import ServiceError, SessionStarted
from scribe_tui.scribe.transports import connector
from scribe_tui.scribe.websocket import WebsocketConnection
from tests.support.calls import MANUAL, Exchange, secret_free
from tests.support.endpoint import KEY, StrictEndpoint
from tests.support.script import Script


@pytest.mark.parametrize(
    ("status", "kind", "retry"),
    [
        (401, "auth_error", Retry.NEVER),
        (403, "auth_error", Retry.NEVER),
        (429, "rate_limited", Retry.SLOW_BACKOFF),
        (503, "unreachable", Retry.BACKOFF),
        (402, "quota_exceeded", Retry.NEVER),
        (404, "unreachable", Retry.BACKOFF),
    ],
)
async def test_an_http_answer_is_an_error_of_its_own_kind(
    connect: Connector, status: int, kind: str, retry: Retry
) -> None:
    async with StrictEndpoint(Script(http_status=status)) as service:
        with pytest.raises(SpeechError) as caught:
            await connect(service.endpoint(), MANUAL)
        error = caught.value
        assert (error.kind, error.retry) == (kind, retry)
        assert str(status) in error.message
        assert f"127.0.0.1:{service.port}" in error.message
        secret_free(error)


async def test_a_port_nobody_listens_on(connect: Connector) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    for host in ("127.0.0.1", "localhost"):
        with pytest.raises(SpeechError) as caught:
            await connect(Endpoint(f"http://{host}:{port}", KEY), MANUAL)
        assert caught.value.message == f"Nothing takes connections at {host}:{port}."
        assert caught.value.retry is Retry.BACKOFF
        secret_free(caught.value)


async def test_an_unknown_host(connect: Connector) -> None:
    with pytest.raises(SpeechError) as caught:
        await connect(Endpoint("wss://no-such-host.invalid", KEY), MANUAL)
    assert caught.value.message == "The host name no-such-host.invalid is not known."
    secret_free(caught.value)


async def test_a_server_that_speaks_no_http(connect: Connector) -> None:
    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example ready\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        for scheme, words in (("ws", "does not answer as"), ("wss", "No encrypted connection")):
            with pytest.raises(SpeechError, match=words) as caught:
                await connect(Endpoint(f"{scheme}://127.0.0.1:{port}", KEY), MANUAL)
            secret_free(caught.value)


async def test_a_handshake_without_answer_times_out(
    connect: Connector, transport: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"scribe_tui.scribe.{transport}.OPEN_TIMEOUT_SECONDS", 0.2)
    async with StrictEndpoint(Script(handshake_seconds=30)) as service:
        with pytest.raises(SpeechError, match="did not answer") as caught:
            await connect(service.endpoint(), MANUAL)
        assert caught.value.retry is Retry.BACKOFF
        secret_free(caught.value)


async def test_a_key_that_cannot_be_a_header_is_refused_unsent(connect: Connector) -> None:
    async with StrictEndpoint() as service:
        for key in (f"{KEY}\r\nx: y", f"{KEY}é", f" {KEY}"):
            with pytest.raises(SpeechError) as caught:
                await connect(service.endpoint(key=key), MANUAL)
            assert caught.value.retry is Retry.NEVER
            secret_free(caught.value)
        assert service.handshakes == 0


async def test_proxies_are_not_used_on_this_machine(call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "intranet.example")
    async with StrictEndpoint() as service:
        await (await call(service.endpoint())).until(SessionStarted)


async def test_close_is_clean_and_can_be_repeated(call, talks: list[Connection]) -> None:
    async with StrictEndpoint() as service:
        talk = await call(service.endpoint())
        await talk.until(SessionStarted)
        await talk.connection.close()
        await talk.connection.close()
        assert talk.connection.close_info.code == 1000
        assert await talk.to_the_end() == talk.said
        with pytest.raises(SpeechError):
            await talk.connection.send_audio(bytes(3200))


async def test_close_at_once_after_opening(call) -> None:
    async with StrictEndpoint() as service:
        talk = await call(service.endpoint())
        await talk.connection.close()
        await talk.to_the_end()
        assert talk.connection.close_info is not None


async def test_close_wakes_a_waiting_receiver(call) -> None:
    async with StrictEndpoint(Script(starts=False)) as service:
        talk = await call(service.endpoint())
        receiving = asyncio.create_task(talk.to_the_end())
        await asyncio.sleep(0)
        await talk.connection.close()
        assert await receiving == []


async def test_close_is_bounded_when_the_other_side_is_mute(
    connect: Connector, transport: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"scribe_tui.scribe.{transport}.CLOSE_TIMEOUT_SECONDS", 0.2)
    async with await asyncio.start_server(accept_and_hush, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        connection = await connect(Endpoint(f"ws://127.0.0.1:{port}", KEY), MANUAL)
        async with asyncio.timeout(5.0):  # the library's own patience is twice that
            await connection.close()
        assert connection.close_info is not None
        assert connection.close_info.code is None


async def test_pings_find_out_a_half_open_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """On the plain transport; the SDK leaves the library's own 20 s, out of reach."""
    monkeypatch.setattr("scribe_tui.scribe.opening.PING_SECONDS", 0.05)
    monkeypatch.setattr("scribe_tui.scribe.websocket.CLOSE_TIMEOUT_SECONDS", 0.1)
    async with await asyncio.start_server(accept_and_hush, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        connection = await connector("websocket")(Endpoint(f"ws://127.0.0.1:{port}", KEY), MANUAL)
        assert await Exchange(connection).to_the_end() == []
        assert connection.close_info == CloseInfo(None, "keepalive ping timeout")


async def accept_and_hush(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Open a websocket and never say a word, not even to close it."""
    writer.write(accepting(await reader.readuntil(b"\r\n\r\n")))
    await reader.read()
    writer.close()


def accepting(head: bytes) -> bytes:
    """The bytes that accept a websocket handshake; nothing is said after them."""
    headers = dict(line.split(b": ", 1) for line in head.split(b"\r\n")[1:] if line)
    key = headers[b"Sec-WebSocket-Key"] + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
    return (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: " + base64.b64encode(sha1(key).digest()) + b"\r\n\r\n"
    )


async def test_nothing_is_printed_and_no_key_is_logged(
    call, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    frames = ("broken", "[]")
    async with StrictEndpoint(Script(frames=frames, told=3, echo=True)) as service:
        talk = await call(service.endpoint())
        await talk.until(SessionStarted)
        await talk.connection.close()
        client_lines = [r for r in caplog.records if r.name == "websockets.client"]
        assert KEY not in "".join(record.getMessage() for record in client_lines)
    out, err = capfd.readouterr()
    assert (out, err) == ("", "")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_the_key_follows_no_redirect(connect: Connector, status: int) -> None:
    """Two servers; the second one records all that reaches it."""
    seen: list[bytes] = []
    asked: list[bytes] = []

    async def elsewhere(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.append(await reader.read(4096))
        writer.close()

    async def redirect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        target = other.sockets[0].getsockname()[1]
        head = f"HTTP/1.1 {status} Moved\r\nLocation: ws://127.0.0.1:{target}/\r\n"
        writer.write(f"{head}Content-Length: 0\r\n\r\n".encode())
        await writer.drain()
        writer.close()

    async with (
        await asyncio.start_server(elsewhere, "127.0.0.1", 0) as other,
        await asyncio.start_server(redirect, "127.0.0.1", 0) as server,
    ):
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(SpeechError, match=str(status)) as caught:
            await connect(Endpoint(f"ws://127.0.0.1:{port}", KEY), MANUAL)
    assert "Redirects are not followed" in caught.value.remedy
    assert seen == []
    assert len(asked) == 1
    assert KEY.encode() in asked[0]
    secret_free(caught.value)


async def test_an_address_that_is_dead_does_not_hide_a_good_one(
    connect: Connector, talks: list[Connection], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first address never answers, as IPv6 does in many a network; the second one does."""
    loop = asyncio.get_running_loop()
    async with StrictEndpoint() as service:
        with dead_address(service.port) as dead:
            stream = (socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "")

            async def resolve(*_: object, **__: object) -> list[tuple[object, ...]]:
                return [(*stream, (dead, service.port)), (*stream, ("127.0.0.1", service.port))]

            monkeypatch.setattr(loop, "getaddrinfo", resolve)
            endpoint = Endpoint(f"ws://two.localhost:{service.port}", KEY)
            connection = await connect(endpoint, MANUAL)
            talks.append(connection)
            await Exchange(connection).until(SessionStarted)


@contextmanager
def dead_address(port: int) -> Iterator[str]:
    """An address of this machine where connecting to `port` neither succeeds nor fails."""
    address = "127.0.0.2"
    with socket.socket() as full, ExitStack() as waiting:
        full.bind((address, port))
        full.listen(0)
        for _ in range(4):  # fill the queue of those that nobody takes
            one = waiting.enter_context(socket.socket())
            one.setblocking(False)
            one.connect_ex((address, port))
        yield address


async def test_further_parameters_go_into_the_query_as_they_are(call) -> None:
    speech = replace(MANUAL, extra=(("diarize", "true"), ("tag", "a&b=c d"), ("tag", "")))
    async with StrictEndpoint() as service:
        await (await call(service.endpoint(), speech)).to_the_end()
        query = service.connections[0].query
    assert (query["diarize"], query["tag"]) == (["true"], ["a&b=c d", ""])


async def test_what_the_service_repeats_of_a_further_parameter_is_hidden(call) -> None:
    frame = '{"message_type": "warning", "warning": "tenant hunter2 is unknown"}'
    typed = '{"message_type": "input_error", "error": "tenant hunter2 is unknown"}'
    speech = replace(MANUAL, extra=(("tenant", "hunter2"),))
    async with StrictEndpoint(Script(frames=(frame, typed))) as service:
        talk = await call(service.endpoint(), speech)
        error = await talk.until(ServiceError)
    assert isinstance(error, ServiceError)
    assert "hunter2" not in repr(talk.said)


async def test_how_many_sessions_are_open_is_logged_where_the_service_says_so(
    connect: Connector, talks: list[Connection], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "scribe_tui.scribe.opening")

    def counted(_: ServerConnection, __: Request, response: Response) -> None:
        response.headers["Current-Concurrent-Requests"] = "3"
        response.headers["maximum-concurrent-requests"] = "15"

    async with serve(lambda remote: remote.wait_closed(), "127.0.0.1", 0,
                     process_response=counted) as server:  # fmt: skip
        port = server.sockets[0].getsockname()[1]
        talks.append(await connect(Endpoint(f"ws://127.0.0.1:{port}", KEY), MANUAL))
        await talks[0].close()
    assert f"127.0.0.1:{port}: 3 of at most 15 concurrent requests" in caplog.messages


async def test_how_many_are_open_is_logged_where_one_more_is_refused(
    connect: Connector, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "scribe_tui.scribe.opening")
    counts = (("current-concurrent-requests", "15"), ("maximum-concurrent-requests", "15"))
    async with StrictEndpoint(Script(http_status=429, http_headers=counts)) as service:
        with pytest.raises(SpeechError, match="429"):
            await connect(service.endpoint(), MANUAL)
    assert f"127.0.0.1:{service.port}: 15 of at most 15 concurrent requests" in caplog.messages


async def test_an_sdk_of_another_make_is_replaced_by_the_plain_websocket(
    talks: list[Connection], monkeypatch: pytest.MonkeyPatch
) -> None:
    import elevenlabs.realtime.scribe as inside

    assert callable(vars(inside)["websocket_connect"])  # the name that sdk.py says it uses
    monkeypatch.delattr(inside, "websocket_connect")
    async with StrictEndpoint() as service:
        talks.append(await connector("sdk")(service.endpoint(), MANUAL))
        assert isinstance(talks[0], WebsocketConnection)
        await Exchange(talks[0]).until(SessionStarted)
