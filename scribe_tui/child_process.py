"""The end of a process that the program started."""

from __future__ import annotations

import asyncio
import contextlib
from asyncio.subprocess import Process

EXIT_SECONDS = 1.0
"""How long a program that has ended its output may take to exit."""


async def end_process(process: Process, wait_seconds: float = 0.0) -> None:
    """Wait up to `wait_seconds` for `process` to end by itself, else kill it; reap it in any case.

    `wait_seconds` is for one that is about to end: killing it at that moment makes asyncio of
    Python 3.11 reap it twice, and complain on stderr.
    """
    try:
        if process.returncode is None and wait_seconds > 0:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(wait_seconds):
                    await process.wait()
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
