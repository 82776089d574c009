"""The name of asyncio's transports that bounds one reading: there, and of use; else no harm."""

from __future__ import annotations

import asyncio
import importlib
import os
import sys

import pytest

from scribe_tui.small_reads import NAME, READ_BYTES, read_little


@pytest.mark.skipif(sys.platform == "win32", reason="another kind of event loop")
def test_the_name_is_where_it_was() -> None:
    places = ("unix_events._UnixReadPipeTransport", "selector_events._SelectorTransport")
    for module, kind in (place.split(".") for place in places):
        transport = getattr(importlib.import_module(f"asyncio.{module}"), kind)
        assert isinstance(getattr(transport, NAME), int)


@pytest.mark.skipif(sys.platform != "linux", reason="pipes of a size that is set")
async def test_it_bounds_a_reading_and_nothing_is_lost() -> None:
    import fcntl

    loop = asyncio.get_running_loop()
    sizes: list[int] = []
    ended = loop.create_future()

    class Reader(asyncio.Protocol):
        def data_received(self, data: bytes) -> None:
            sizes.append(len(data))

        def connection_lost(self, exc: Exception | None) -> None:
            ended.set_result(None)

    reading, writing = os.pipe()
    fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 4 * READ_BYTES)
    os.write(writing, bytes(3 * READ_BYTES))
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        transport, _ = await loop.connect_read_pipe(Reader, pipe)
        read_little(transport)
        await ended
    assert sum(sizes) == 3 * READ_BYTES
    assert max(sizes) <= READ_BYTES


def test_what_does_not_know_the_name_is_left_alone() -> None:
    read_little(None)
    read_little(asyncio.BaseTransport())
