"""Run a program of the user's with bounded time and output, and nothing of it left behind."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Mapping, Sequence

from scribe_tui.alerts.outlets.outlet import DeliveryError
from scribe_tui.sanitize import harmless_line, mask_url

MAX_ERROR_BYTES = 4096


async def run_program(
    arguments: Sequence[str],
    environment: Mapping[str, str],
    *,
    name: str,
    timeout_seconds: float,
    given: bytes = b"",
) -> None:
    """Run to its end, with `given` on its standard input. Raises DeliveryError.

    It leads a process group of its own, which is killed when the time is up or the caller
    is cancelled. What it prints is dropped, except for its last complaint.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            *arguments,
            env=dict(environment),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it cannot be started"
        raise DeliveryError(f"{name} cannot be run: {reason}", permanent=True) from error
    try:
        async with asyncio.timeout(timeout_seconds):
            complaint = await _exchange(process, given)
            code = await process.wait()
    except TimeoutError:
        raise DeliveryError(f"{name} took more than {timeout_seconds:g} s") from None
    finally:
        await _end(process)
    if code:
        said = harmless_line(mask_url(complaint.decode("utf-8", "replace")))[-200:]
        raise DeliveryError(f"{name} ended with code {code}{': ' if said else ''}{said}")


async def _exchange(process: asyncio.subprocess.Process, given: bytes) -> bytes:
    assert process.stdin is not None
    assert process.stderr is not None
    with contextlib.suppress(ConnectionError):  # it need not read what it is given
        process.stdin.write(given)
        await process.stdin.drain()
    process.stdin.close()
    last = b""
    while piece := await process.stderr.read(MAX_ERROR_BYTES):
        last = (last + piece)[-MAX_ERROR_BYTES:]
    return last


async def _end(process: asyncio.subprocess.Process) -> None:
    """Kill what is left of the group, children of the program included."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    if process.returncode is None:
        await process.wait()
