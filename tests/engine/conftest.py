"""What engine tests share: both transports, and a guard against anything left behind."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from scribe_tui.scribe.connection import Connection, Connector, Endpoint
from scribe_tui.scribe.transports import connector
from scribe_tui.settings import SpeechSettings
from tests.support.calls import MANUAL, SECONDS, Exchange
from tests.support.processes import descendants
from tests.support.steady import SteadyClock

LETTING_GO_SECONDS = 15.0


@pytest.fixture(autouse=True)
async def steady_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a test waits for does not depend on how busy the machine is."""
    SteadyClock(asyncio.get_running_loop(), monkeypatch)


@pytest.fixture(autouse=True)
async def nothing_is_left(steady_clock: None) -> AsyncIterator[None]:
    """Compare what there is before and after; closed sockets get a moment to go."""
    tasks, files, children = asyncio.all_tasks(), _descriptors(), _children()
    yield
    try:
        async with asyncio.timeout(LETTING_GO_SECONDS):
            while True:
                if not (_new_tasks(tasks) or _descriptors() - files or _children() - children):
                    return
                await asyncio.sleep(0.01)
    except TimeoutError:
        left = [*_new_tasks(tasks), *(_descriptors() - files), *(_children() - children)]
        pytest.fail(f"left behind: {left}", pytrace=False)


def _new_tasks(before: set[asyncio.Task[object]]) -> set[asyncio.Task[object]]:
    return asyncio.all_tasks() - before - {asyncio.current_task()}


def _descriptors() -> set[str]:
    """Open sockets, pipes and files by what they are, for their numbers are used again."""
    found = set()
    for link in Path("/proc/self/fd").iterdir():
        try:
            found.add(str(link.readlink()))
        except FileNotFoundError:  # the one that lists the folder
            continue
    return found


def _children() -> set[int]:
    return descendants(os.getpid())


@pytest.fixture(params=["sdk", "websocket"])
def transport(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def connect(transport: str) -> Connector:
    return connector(transport)


@pytest.fixture
async def talks() -> AsyncIterator[list[Connection]]:
    """Connections to be closed after the test."""
    opened: list[Connection] = []
    yield opened
    for connection in opened:
        async with asyncio.timeout(SECONDS):
            await connection.close()


@pytest.fixture
def call(connect: Connector, talks: list[Connection]):
    async def open_to(endpoint: Endpoint, speech: SpeechSettings = MANUAL) -> Exchange:
        connection = await connect(endpoint, speech)
        talks.append(connection)
        return Exchange(connection)

    return open_to
