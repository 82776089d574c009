"""Bell and desktop notice: a few bytes to the terminal, through the program that owns it.

The notice is OSC 777 (`notify;TITLE;TEXT`) where the terminal is known to take that, else
OSC 9; both end in BEL. tmux hands it on if it is allowed to (by default it is not) and the pane is
seen: it is asked, because it drops in silence what it does not hand on. It always hands on the
bell.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from scribe_tui.alerts.alert import Alert
from scribe_tui.alerts.outlets.outlet import DeliveryError
from scribe_tui.multiplexer import TerminalRoute, passed_through, route_of, run_tmux
from scribe_tui.sanitize import harmless_line

Write = Callable[[bytes], None]
"""Puts bytes on their way to the terminal, whole, between frames, without waiting."""

BELL = b"\a"
MAX_TEXT_CHARS = 200


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
        """Raises DeliveryError where there is no terminal any more, or tmux lets nothing pass.

        The end of an alert is not sent once the screen is closed: leaving ended it.
        """
        if route_of(self._environment) is TerminalRoute.TMUX:
            await _check_tmux(self._environment)
        try:
            _send(self._write, notice(alert.title, alert.text, self._environment))
        except DeliveryError as error:
            if not (error.permanent and alert.is_over):
                raise


def notice(title: str, text: str, environment: Mapping[str, str]) -> bytes:
    """The bytes that make the terminal described by `environment` show a notice."""
    title, text = _fit(title), _fit(text)
    if _takes_777(environment):
        sequence = f"\x1b]777;notify;{title.replace(';', ',')};{text}\a"
    else:
        # Some terminals take `9;4;...` and the like for orders.
        sequence = f"\x1b]9;{title.replace(';', ',')}: {text}\a"
    return passed_through(sequence.encode("utf-8", "replace"), route_of(environment))


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
    target = ("-t", pane) if pane else ()
    try:
        _, answer = await run_tmux("display-message", "-p", *target, question, environ=environment)
    except OSError:
        return ""  # it does not answer, or is not here to be asked, as in a container
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
