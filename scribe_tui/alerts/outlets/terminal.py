"""Bell and desktop notice: a few bytes to the terminal, through whoever owns it.

The notice is OSC 777 (`notify;TITLE;TEXT`) where the terminal is known to take that, else
OSC 9; both end in BEL. tmux hands it on within its own passthrough, GNU screen within DCS.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from scribe_tui.alerts.alert import Alert
from scribe_tui.alerts.outlets.outlet import DeliveryError
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
        """Raises DeliveryError where there is no terminal any more."""
        _send(self._write, notice(alert.title, alert.text, self._environment))


def notice(title: str, text: str, environment: Mapping[str, str]) -> bytes:
    """The bytes that make the terminal described by `environment` show a notice."""
    title, text = _fit(title), _fit(text)
    if _takes_777(environment):
        sequence = f"\x1b]777;notify;{title.replace(';', ',')};{text}\a"
    else:
        sequence = f"\x1b]9;{title}: {text}\a"
    data = sequence.encode("utf-8", "replace")
    if "TMUX" in environment:
        return b"\x1bPtmux;" + data.replace(b"\x1b", b"\x1b\x1b") + b"\x1b\\"
    if environment.get("STY"):
        return b"\x1bP" + data + b"\x1b\\"
    return data


def _takes_777(environment: Mapping[str, str]) -> bool:
    term = environment.get("TERM", "")
    return "VTE_VERSION" in environment or term.startswith(("rxvt", "foot"))


def _fit(text: str) -> str:
    line = harmless_line(text)
    return line if len(line) <= MAX_TEXT_CHARS else f"{line[: MAX_TEXT_CHARS - 1]}…"


def _send(write: Write, data: bytes) -> None:
    try:
        write(data)
    except BlockingIOError as error:
        raise DeliveryError("the terminal takes nothing now") from error
    except OSError as error:
        raise DeliveryError(f"the terminal is gone ({error.strerror})", hopeless=True) from error
