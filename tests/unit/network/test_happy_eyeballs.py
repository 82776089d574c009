"""Which address of a host is taken, and that nothing stays open when nobody waits any more."""

from __future__ import annotations

import asyncio
import gc
import socket
import warnings
from collections.abc import AsyncIterator

import pytest

from scribe_tui.network.happy_eyeballs import connected

REFUSING_HOST = "127.0.0.3"


@pytest.fixture
async def port() -> AsyncIterator[int]:
    """Of a server on 127.0.0.1 alone."""
    async with await asyncio.start_server(
        lambda _, writer: writer.close(), "127.0.0.1", 0
    ) as server:
        yield server.sockets[0].getsockname()[1]


def resolving_to(monkeypatch: pytest.MonkeyPatch, *hosts: str) -> None:
    async def resolve(_host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (host, port)) for host in hosts]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", resolve)


async def test_an_address_that_refuses_is_followed_by_the_next(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolving_to(monkeypatch, REFUSING_HOST, "127.0.0.1")
    with await connected("two.test", port) as there:
        assert there.getpeername() == ("127.0.0.1", port)


async def test_when_all_refuse_the_error_is_that_of_the_first(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    resolving_to(monkeypatch, REFUSING_HOST, "127.0.0.4")
    with pytest.raises(ConnectionRefusedError, match=REFUSING_HOST):
        await connected("two.test", port)


async def test_an_unknown_name_is_told_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    async def resolve(*_: object, **__: object) -> list[object]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", resolve)
    with pytest.raises(socket.gaierror):
        await connected("nowhere.test", 1)


@pytest.mark.some(3)
@pytest.mark.parametrize("steps", range(12))
async def test_left_at_any_step_nothing_stays_open(port: int, steps: int) -> None:
    """Also at the one at which the connection stands and nobody has been told yet."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        gc.collect()  # what tests before this one left is not counted
    connecting = asyncio.create_task(connected("127.0.0.1", port))
    for _ in range(steps):
        await asyncio.sleep(0)
    connecting.cancel()
    done, _ = await asyncio.wait([connecting])
    if not connecting.cancelled():
        connecting.result().close()
    del connecting, done
    for _ in range(5):
        await asyncio.sleep(0)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        gc.collect()
    assert [str(each.message) for each in caught] == []
