"""tmux or GNU screen, where one lies between the program and the terminal it is seen on.

GNU screen hands on what stands in DCS, in pieces of a few hundred bytes. tmux has a passthrough of
its own, which by default it does not allow, and can be asked by its command.
"""

from __future__ import annotations

import asyncio
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Mapping
from enum import StrEnum

from scribe_tui.child_process import end_process

SCREEN_PIECE = 240
"""Bytes; GNU screen hands on no longer one."""
TMUX_SECONDS = 3.0
"""How long tmux may take to answer."""


class TerminalRoute(StrEnum):
    """What lies between the program and the terminal."""

    TMUX = "tmux"
    SCREEN = "screen"
    PLAIN = "plain"


def route_of(environ: Mapping[str, str]) -> TerminalRoute:
    """The route by the environment. Inside both, tmux reaches the outer terminal by itself."""
    if environ.get("TMUX"):
        return TerminalRoute.TMUX
    return TerminalRoute.SCREEN if environ.get("STY") else TerminalRoute.PLAIN


def passed_through(sequence: bytes, route: TerminalRoute) -> bytes:
    """`sequence` as it has to be written so that the terminal gets it."""
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
    """Tmux's status and what it says to a command, which reads `given`.

    `environ`: None is the process's own. Raises OSError where tmux cannot be started, and
    TimeoutError where it does not answer.
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
