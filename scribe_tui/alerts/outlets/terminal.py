"""Bell and desktop notice: a few bytes to the terminal, through the program that owns it.

The notice is OSC 777 (`notify;TITLE;TEXT`) where the terminal is known to take that, else
OSC 9; both end in BEL. GNU screen hands it on within DCS, in pieces. tmux does so within its own
passthrough, if it is allowed to (by default it is not) and the pane is seen: it is asked, for what
it does not hand on it drops without a word. It always hands on the bell.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress

from scribe_tui.alerts.alert import Alert
from scribe_tui.alerts.outlets.outlet import DeliveryError
from scribe_tui.sanitize import harmless_line

Write = Callable[[bytes], None]
"""Puts bytes on their way to the terminal, whole, between frames, without waiting."""

BELL = b"\a"
MAX_TEXT_CHARS = 200
SCREEN_PIECE = 240
"""Bytes; GNU screen hands on no longer one."""
TMUX_SECONDS = 3.0


class BellOutlet:
    """Rings once for each alert, not for the end of one."""

    name = "bell"

    def __init__(self, write: Write) -> None:
        self._write = write

    async def deliver(self, alert: Alert) -> None:
        """Raises DeliveryError where there is no terminal any more."""
        if not alert.is_over:
            _send(self._write, BELL)


class DesktopOutlet:
    """A notice of the desktop, if the terminal shows such."""

    name = "desktop"

    def __init__(self, write: Write, environment: Mapping[str, str]) -> None:
        self._write = write
        self._environment = environment

    async def deliver(self, alert: Alert) -> None:
        """Raises DeliveryError where there is no terminal any more, or tmux lets nothing pass."""
        if self._environment.get("TMUX"):
            await _check_tmux(self._environment)
        _send(self._write, notice(alert.title, alert.text, self._environment))


def notice(title: str, text: str, environment: Mapping[str, str]) -> bytes:
    """The bytes that make the terminal described by `environment` show a notice."""
    title, text = _fit(title), _fit(text)
    if _takes_777(environment):
        sequence = f"\x1b]777;notify;{title.replace(';', ',')};{text}\a"
    else:
        # Some terminals take `9;4;...` and the like for orders.
        sequence = f"\x1b]9;{title.replace(';', ',')}: {text}\a"
    data = sequence.encode("utf-8", "replace")
    if environment.get("TMUX"):
        return b"\x1bPtmux;" + data.replace(b"\x1b", b"\x1b\x1b") + b"\x1b\\"
    if environment.get("STY"):
        pieces = (data[at : at + SCREEN_PIECE] for at in range(0, len(data), SCREEN_PIECE))
        return b"".join(b"\x1bP" + piece + b"\x1b\\" for piece in pieces)
    return data


async def _check_tmux(environment: Mapping[str, str]) -> None:
    """Raise DeliveryError where tmux would drop a notice. One that does not answer is trusted."""
    passes, _, viewers = (await _ask_tmux(environment)).partition(" ")
    if passes in ("off", "0"):
        raise DeliveryError(
            "tmux lets none pass; let it: tmux set -g allow-passthrough on", permanent=True
        )
    if passes in ("on", "1") and viewers == "0":
        raise DeliveryError("tmux shows another window, and hands on what is seen alone")


async def _ask_tmux(environment: Mapping[str, str]) -> str:
    """Whether it hands things on (before 3.3 it has no such option, and does), to how many."""
    question = "#{allow-passthrough} #{window_active_clients}"
    pane = environment.get("TMUX_PANE", "")
    try:
        process = await asyncio.create_subprocess_exec(
            *("tmux", "display-message", "-p", *(("-t", pane) if pane else ()), question),
            env=dict(environment),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
    except OSError:
        return ""  # it is not here to be asked, as in a container
    try:
        async with asyncio.timeout(TMUX_SECONDS):
            answer, _ = await process.communicate()
    except TimeoutError:
        return ""
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    return answer.decode("utf-8", "replace").strip()


def _takes_777(environment: Mapping[str, str]) -> bool:
    term = environment.get("TERM", "")
    return bool(environment.get("VTE_VERSION")) or term.startswith(("rxvt", "foot"))


def _fit(text: str) -> str:
    line = harmless_line(text)
    return line if len(line) <= MAX_TEXT_CHARS else f"{line[: MAX_TEXT_CHARS - 1]}…"


def _send(write: Write, data: bytes) -> None:
    try:
        write(data)
    except BlockingIOError as error:
        raise DeliveryError("the terminal takes nothing now") from error
    except OSError as error:
        raise DeliveryError(f"the terminal is gone ({error.strerror})", permanent=True) from error
