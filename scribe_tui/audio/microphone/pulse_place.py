"""Where the user's sound server is: its socket on this machine, or a host and a port."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path

PORT = 4713
"""PulseAudio's own."""
Place = Path | tuple[str, int]


def server_places(variables: Mapping[str, str]) -> tuple[Place, ...]:
    """The places by `PULSE_SERVER`, in the order in which they are tried; else the usual one.

    An entry is `unix:PATH`, `tcp:HOST:PORT`, `tcp4:`, `tcp6:` or a bare host, perhaps with the
    number of a machine in braces before it. What is none of these is left out.
    """
    named = variables.get("PULSE_SERVER", "").split()
    if named:
        found = (_place(each.rpartition("}")[2]) for each in named)
        return tuple(place for place in found if place is not None)
    runtime = variables.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}"
    return (Path(runtime) / "pulse" / "native",)


async def open_place(place: Place, limit: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection to the server there. Raises OSError."""
    if isinstance(place, Path):
        return await asyncio.open_unix_connection(place, limit=limit)
    return await asyncio.open_connection(*place, limit=limit)


def _place(address: str) -> Place | None:
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
