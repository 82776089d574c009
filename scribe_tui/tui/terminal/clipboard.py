"""The clipboard of the user's terminal, reached through tmux, GNU screen or directly.

Measured: inside tmux, its own `load-buffer -w` is the only way that works with tmux's default
settings (it drops an OSC 52 sent from within). GNU screen and plain terminals take OSC 52. A
terminal cannot be asked whether it allows this, so every copy is written to a file, too.
"""

from __future__ import annotations

import asyncio
import base64
import os
from collections.abc import Callable, Mapping
from pathlib import Path

from scribe_tui.multiplexer import TerminalRoute, passed_through, route_of, run_tmux

MAX_BYTES = 74_994
"""Most bytes of text to send: as base64 just below the 100,000 bytes that terminals take."""
WAIT_SECONDS, TRIES = 0.1, 20
"""Seconds between tries, and number of tries, while a terminal is behind."""

Write = Callable[[bytes], None]
"""Sends bytes to the terminal. Raises OSError."""


def cut_for_terminal(text: str) -> bytes:
    """Encode `text` as UTF-8, cut between two characters to at most MAX_BYTES."""
    data = text.encode("utf-8", "replace")
    if len(data) <= MAX_BYTES:
        return data
    return data[:MAX_BYTES].decode("utf-8", "ignore").encode()


def is_too_long(text: str) -> bool:
    """Whether only the beginning of `text` can be sent."""
    return len(text.encode("utf-8", "replace")) > MAX_BYTES


def as_sent(text: str, refused: str) -> str:
    """Say how much of a copy was sent, as the end of a sentence: all, its beginning, or nothing."""
    if refused:
        return f"not sent: {refused}"
    if not is_too_long(text):
        return "sent to the terminal"
    size = len(text.encode("utf-8", "replace"))
    return (
        f"cut: {len(cut_for_terminal(text)) // 1000} of {-(-size // 1000)} kB sent to the terminal"
    )


def sequence(data: bytes, route: TerminalRoute) -> bytes:
    """Return the OSC 52 sequence that sets the clipboard to `data`, wrapped as `route` needs it.

    The text is sent as base64, so nothing in it can end the sequence.
    """
    osc = b"\x1b]52;c;" + base64.b64encode(data) + b"\x07"
    return passed_through(osc, route)


async def send(text: str, environ: Mapping[str, str], write: Write) -> str:
    """Send `text` to the clipboard; return an empty string, or why it could not be sent."""
    data, route = cut_for_terminal(text), route_of(environ)
    if route is TerminalRoute.TMUX:
        return await _load_tmux_buffer(data)
    for _ in range(TRIES):
        try:
            write(sequence(data, route))
        except BlockingIOError:
            await asyncio.sleep(WAIT_SECONDS)
        except OSError as error:
            return f"the terminal takes nothing: {error.strerror}"
        else:
            return ""
    return "the terminal does not read"


def append_to(path: Path, text: str) -> None:
    """Append `text` and a newline to a file that only its owner may read. Raises OSError."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(path, flags, 0o600)
    with os.fdopen(descriptor, "ab") as file:
        os.fchmod(descriptor, 0o600)
        file.write(text.encode("utf-8", "replace") + b"\n")


async def _load_tmux_buffer(data: bytes) -> str:
    try:
        status, _ = await run_tmux("load-buffer", "-w", "-", given=data)
    except TimeoutError:
        return "tmux does not answer"
    except OSError as error:
        return f"tmux cannot be started: {error.strerror}"
    return "" if status == 0 else "tmux refused it"
