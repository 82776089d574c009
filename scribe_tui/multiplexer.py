"""tmux or GNU screen between the program and the terminal: how to pass escape sequences through.

GNU screen passes on the content of a DCS sequence, a few hundred bytes at a time. tmux has its own
passthrough, which is off by default, and its command can be asked for more.
"""

from __future__ import annotations

import asyncio
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Mapping
from enum import StrEnum

from scribe_tui.child_process import end_process

SCREEN_PIECE = 240
"""Most bytes in one DCS sequence that GNU screen passes on."""
TMUX_SECONDS = 3.0
"""Longest wait for an answer of tmux."""


class TerminalRoute(StrEnum):
    """Which multiplexer is between the program and the terminal."""

    TMUX = "tmux"
    SCREEN = "screen"
    PLAIN = "plain"


def route_of(environ: Mapping[str, str]) -> TerminalRoute:
    """The route by the environment variables. If both are set, it is tmux."""
    if environ.get("TMUX"):
        return TerminalRoute.TMUX
    return TerminalRoute.SCREEN if environ.get("STY") else TerminalRoute.PLAIN


def passed_through(sequence: bytes, route: TerminalRoute) -> bytes:
    """`sequence` wrapped so that it reaches the terminal over `route`."""
    if route is TerminalRoute.TMUX:
        return b"\x1bPtmux;" + sequence.replace(b"\x1b", b"\x1b\x1b") + b"\x1b\\"
    if route is TerminalRoute.SCREEN:
        starts = range(0, len(sequence), SCREEN_PIECE)
        pieces = (sequence[start : start + SCREEN_PIECE] for start in starts)
        return b"".join(b"\x1bP" + piece + b"\x1b\\" for piece in pieces)
    return sequence


async def run_tmux(
    *arguments: str, environ: Mapping[str, str] | None = None, given: bytes = b""
) -> tuple[int, bytes]:
    """Run `tmux` with these arguments and `given` as input; returns exit status and output.

    `environ`: None means the process's own. Raises OSError if tmux cannot be started, and
    TimeoutError if it does not answer within `TMUX_SECONDS`.
    """
    process = await asyncio.create_subprocess_exec(
        "tmux",
        *arguments,
        env=None if environ is None else dict(environ),
        stdin=PIPE,
        stdout=PIPE,
        stderr=DEVNULL,
    )
    try:
        async with asyncio.timeout(TMUX_SECONDS):
            answer, _ = await process.communicate(given)
    finally:
        await end_process(process)
    return process.returncode or 0, answer
