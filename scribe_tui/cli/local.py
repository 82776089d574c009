"""`scribe-tui local`: the offline endpoint alone."""

from __future__ import annotations

import asyncio

from scribe_tui.cli.diagnostics import start_diagnostics
from scribe_tui.cli.signals import Signals
from scribe_tui.local.endpoint import LocalEndpoint


def run_local(port: int) -> int:
    """Serve on loopback until a signal; prints the address. Raises UsageError."""
    start_diagnostics(None, on_stderr=True)
    asyncio.run(_serve(port))
    return 0


async def _serve(port: int) -> None:
    stop = asyncio.Event()
    with Signals(stop.set):
        async with LocalEndpoint(port=port) as local:
            print(local.url, flush=True)
            await stop.wait()
