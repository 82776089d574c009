"""A TCP connection to whichever address of a host answers first (RFC 8305).

Each address is tried a quarter of a second after the one before it, so that a dead IPv6
address does not delay a good IPv4 one. The event loop can do the same, but if the call is
cancelled just as the connection is made, it leaves that socket open (Python 3.11 to 3.13).
"""

from __future__ import annotations

import asyncio
import socket
from itertools import chain, zip_longest

NEXT_ADDRESS_SECONDS = 0.25
"""After how many seconds without an answer the next address is tried as well."""

SocketAddress = tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes]
"""A socket address as `getaddrinfo` gives it; the last form comes from a Python without IPv6."""


async def connected(host: str, port: int) -> socket.socket:
    """Return a connected, non-blocking socket; the caller closes it.

    The event loop looks the name up; in the commands it does so in a thread that may hang, see
    `cli.event_loop`. Raises `socket.gaierror` if the name has no address; the OSError of the
    first address if none can be reached; and UnicodeError if `host` is no valid host name.
    Sets no time limit.
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
    """All addresses of the host, IPv6 and IPv4 in turn, starting with the system's first choice."""
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
    """Wait until an attempt is done, `seconds` at most (None: no limit).

    Returns the one that succeeded, or None: the time is over, or an attempt has failed.
    """
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
    """Close the socket of an attempt that succeeded although another one is used."""
    if not attempt.cancelled() and attempt.exception() is None:
        attempt.result().close()
