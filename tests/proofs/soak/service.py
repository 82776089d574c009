"""The strict speech endpoint in a process of its own, so that its memory is not the engine's."""

from __future__ import annotations

import asyncio
import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection as Pipe

from tests.support.endpoint import StrictEndpoint
from tests.support.script import Fault, Script

DROP_AFTER_SECONDS = 90.0
"""Sound after which each connection is cut without a close frame."""


@contextmanager
def service() -> Iterator[str]:
    """The URL of an endpoint that tells a segment a word and drops every connection."""
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_run, args=(theirs,))
    process.start()
    try:
        yield ours.recv()
    finally:
        ours.send(None)
        process.join(10)
        process.kill()


def _run(pipe: Pipe) -> None:
    asyncio.run(_serve(pipe))


async def _serve(pipe: Pipe) -> None:
    drop = Fault(at_seconds=DROP_AFTER_SECONDS, ending="drop")
    async with StrictEndpoint(Script(fault=drop, vad_words=1)) as endpoint:
        pipe.send(endpoint.url())
        while not pipe.poll():
            await asyncio.sleep(0.2)
            _forget(endpoint)


def _forget(endpoint: StrictEndpoint) -> None:
    """Nobody asks a soak what was said a day ago."""
    for heard in endpoint.connections:
        heard.chunks.clear()
        heard.committed.clear()
        del heard.messages[:-1], heard.values[:-1]
    endpoint.connections[:] = [heard for heard in endpoint.connections if not heard.over]
