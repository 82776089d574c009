"""Addresses of the user's PulseAudio server: a socket on this machine, or a host and a port."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path

PORT = 4713
"""The port on which PulseAudio listens by default."""
ServerAddress = Path | tuple[str, int]


def server_addresses(variables: Mapping[str, str]) -> tuple[ServerAddress, ...]:
    """The addresses in `PULSE_SERVER`, in the order to try them; without it the usual socket.

    An entry is `unix:PATH`, `tcp:HOST:PORT`, `tcp4:`, `tcp6:` or a bare host, perhaps with the
    number of a machine in braces before it. An entry of another form is left out.
    """
    named = variables.get("PULSE_SERVER", "").split()
    if named:
        found = (_parsed(each.rpartition("}")[2]) for each in named)
        return tuple(address for address in found if address is not None)
    runtime = variables.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}"
    return (Path(runtime) / "pulse" / "native",)


async def open_server(
    address: ServerAddress, limit: int
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection to the server at `address`. Raises OSError."""
    if isinstance(address, Path):
        return await asyncio.open_unix_connection(address, limit=limit)
    return await asyncio.open_connection(*address, limit=limit)


def _parsed(address: str) -> ServerAddress | None:
    path = address.removeprefix("unix:")
    if path.startswith("/"):
        return Path(path)
    kind, colon, rest = address.partition(":")
    if colon and kind in ("tcp", "tcp4", "tcp6"):
        address = rest
    if address.startswith("["):
        host, _, port = address[1:].partition("]")
        port = port.removeprefix(":")
    else:
        host, _, port = address.partition(":")
    if not host or (port and not (port.isascii() and port.isdigit() and 0 < int(port) < 65536)):
        return None
    return host, int(port or PORT)
