"""A TCP connection to whichever address of a host answers first (RFC 8305).

The next address is tried a quarter of a second after the one before it, so that a dead IPv6
address does not hide a good IPv4 one. The event loop can do the same, but where it is cancelled
at the instant the connection stands, it forgets to close it (Python 3.11 to 3.13).
"""

from __future__ import annotations

import asyncio
import socket
from itertools import chain, zip_longest

NEXT_ADDRESS_SECONDS = 0.25
"""How long one address of a host may take before the next is tried beside it."""

SocketAddress = tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]
"""As `getaddrinfo` gives it; the last form is that of a Python without IPv6."""


async def connected(host: str, port: int) -> socket.socket:
    """A connected socket that does not block; its owner closes it.

    The event loop looks the name up: in the commands in a thread that may hang, see
    `cli.event_loop`. Raises OSError: that of the name (`socket.gaierror`), or that of the first
    address when none can be reached; and UnicodeError for what can be no name of a host. Has no
    time limit of its own.
    """
    attempts: list[asyncio.Task[socket.socket]] = []
    won: asyncio.Task[socket.socket] | None = None
    try:
        for address in await _addresses(host, port):
            attempts.append(asyncio.create_task(_attempt(*address)))
            won = await _first(attempts, NEXT_ADDRESS_SECONDS)
            if won is not None:
                return won.result()
        while won is None and not all(attempt.done() for attempt in attempts):
            won = await _first(attempts, None)
        return (won or attempts[0]).result()
    finally:
        for attempt in attempts:
            if attempt is not won:
                attempt.cancel()
                attempt.add_done_callback(_close)


async def _addresses(host: str, port: int) -> list[tuple[int, SocketAddress]]:
    """All of the host, IPv6 and IPv4 by turns, beginning with the one the system prefers."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    if not found:
        raise OSError(f"{host} has no address")
    addresses = [(int(family), address) for family, _, _, _, address in found]
    preferred = [each for each in addresses if each[0] == addresses[0][0]]
    others = [each for each in addresses if each[0] != addresses[0][0]]
    by_turns = chain.from_iterable(zip_longest(preferred, others))
    return [each for each in by_turns if each is not None]


async def _first(
    attempts: list[asyncio.Task[socket.socket]], seconds: float | None
) -> asyncio.Task[socket.socket] | None:
    """The attempt that succeeded, if one does in time and before another one fails."""
    pending = [attempt for attempt in attempts if not attempt.done()]
    done, _ = await asyncio.wait(pending, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    return next((each for each in done if each.exception() is None), None)


async def _attempt(family: int, address: SocketAddress) -> socket.socket:
    connection = socket.socket(family, socket.SOCK_STREAM)
    try:
        connection.setblocking(False)
        await asyncio.get_running_loop().sock_connect(connection, address)
    except BaseException:
        connection.close()
        raise
    return connection


def _close(attempt: asyncio.Task[socket.socket]) -> None:
    """Close the socket of an attempt that came too late, or whose result is not needed."""
    if not attempt.cancelled() and attempt.exception() is None:
        attempt.result().close()
