"""A proxy that closes at the wrong moment costs an error, not a line of the event loop's."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from websockets.asyncio import client
from websockets.exceptions import ProxyError

from scribe_tui.scribe.opening import open_socket


@pytest.mark.parametrize(
    "answer",
    [b"<html>login</html>", b"\xff\x00" * 200, b"HTTP/1.1 200"],
    ids=["page", "noise", "half a line"],
)
async def test_an_answer_that_is_none(monkeypatch: pytest.MonkeyPatch, answer: bytes) -> None:
    assert hasattr(client, "HTTPProxyConnection"), "the name that proxy_end mends"
    told: list[dict[str, Any]] = []
    closed = asyncio.Event()

    async def nonsense(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        writer.close()
        await writer.wait_closed()
        closed.set()

    asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context))
    server = await asyncio.start_server(nonsense, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{port}")
        monkeypatch.setenv("no_proxy", "")
        with pytest.raises(ProxyError):
            await open_socket("ws://speech.invalid/", None, open_seconds=10, close_seconds=1)
        await closed.wait()
        for _ in range(5):
            await asyncio.sleep(0)
    assert told == []


async def test_a_proxy_that_lets_through_and_resets(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[dict[str, Any]] = []

    async def reset(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        await reader.read(1)  # the rest of what TLS says first stays unread: a reset
        writer.transport.abort()

    asyncio.get_running_loop().set_exception_handler(lambda _, context: told.append(context))
    server = await asyncio.start_server(reset, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        monkeypatch.setenv("https_proxy", f"http://127.0.0.1:{port}")
        monkeypatch.setenv("no_proxy", "")
        with pytest.raises(ConnectionError):
            await open_socket("wss://speech.invalid/", None, open_seconds=10, close_seconds=1)
        for _ in range(5):
            await asyncio.sleep(0)
    assert told == []
