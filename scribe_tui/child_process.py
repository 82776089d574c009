"""Ends processes that the program started."""

from __future__ import annotations

import asyncio
import contextlib
from asyncio.subprocess import Process

EXIT_SECONDS = 1.0
"""How long a process that has ended its output may take to exit."""


async def end_process(process: Process, wait_seconds: float = 0.0) -> None:
    """Wait up to `wait_seconds` for `process` to end, else kill it; reap it in both cases.

    Pass `wait_seconds` for a process that is about to end: if it is killed at that moment, asyncio
    of Python 3.11 reaps it twice and prints a warning on stderr.
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
