"""The event loop of a command, whose end an unresponsive name server cannot delay."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, TypeVar

from scribe_tui.audio.own_thread import in_own_thread

Result = TypeVar("Result")


def run(
    main: Coroutine[Any, Any, Result],
    loop_factory: Callable[[], asyncio.AbstractEventLoop] = asyncio.SelectorEventLoop,
) -> Result:
    """Run like `asyncio.run`, but abandon hanging name lookups at the end.

    asyncio looks names up in the loop's thread pool, whose threads it joins at the end: with name
    servers that do not answer, that takes 30 s and more.
    """
    with asyncio.Runner(loop_factory=loop_factory) as runner:
        runner.get_loop().getaddrinfo = _lookup  # type: ignore[method-assign]
        return runner.run(main)


async def _lookup(host: bytes | str | None, port: bytes | str | int | None, **hints: int) -> Any:
    """Call `socket.getaddrinfo` in a separate daemon thread. Raises OSError."""
    call = partial(socket.getaddrinfo, host, port, **hints)
    return await in_own_thread(call, name="name-lookup")
