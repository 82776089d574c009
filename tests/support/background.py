"""Runs a fake server in a separate thread, for tests that drive the real program and wait."""

from __future__ import annotations

import asyncio
import threading
from contextlib import AbstractAsyncContextManager
from typing import Generic, TypeVar

from tests.support.waiting import PATIENCE

T = TypeVar("T")


class InBackground(Generic[T]):
    """`with InBackground(StrictEndpoint()) as service:` serves until the end of the block."""

    def __init__(self, server: AbstractAsyncContextManager[T]):
        self._server = server
        self._ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._served: T | None = None
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))

    def __enter__(self) -> T:
        self._thread.start()
        assert self._ready.wait(PATIENCE)
        assert self._served is not None
        return self._served

    def __exit__(self, *_: object) -> None:
        assert self._loop is not None
        assert self._stop is not None
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(PATIENCE)
        assert not self._thread.is_alive()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        async with self._server as self._served:
            self._ready.set()
            await self._stop.wait()
