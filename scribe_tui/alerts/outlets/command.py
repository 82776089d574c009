"""Command outlet: runs a program of the user's, with the facts in its environment; no shell."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping

from scribe_tui.alerts.alert import Alert
from scribe_tui.alerts.outlets.outlet import plain
from scribe_tui.alerts.outlets.process import run_program
from scribe_tui.settings.alerts import OutletSettings

TIMEOUT_SECONDS = 15.0
PREFIX = "SCRIBE_ALERT_"
MAX_FACT_CHARS = 2000


class CommandOutlet:
    """Runs `target` with its own arguments; every fact of an alert is a `SCRIBE_ALERT_` variable.

    The whole alert is on the standard input too, as one line of JSON.
    """

    def __init__(
        self,
        settings: OutletSettings,
        environment: Mapping[str, str],
        timeout_seconds: float = TIMEOUT_SECONDS,
    ) -> None:
        """`environment`: what the program may see of ours, secrets taken out."""
        self.name = settings.name
        self._arguments = (program_of(settings.target), *settings.arguments)
        self._environment = environment
        self._timeout_seconds = timeout_seconds

    async def deliver(self, alert: Alert) -> None:
        """Raises DeliveryError when it cannot be run, takes too long or ends with an error."""
        await run_program(
            self._arguments,
            {**self._environment, **facts(alert)},
            name=self.name,
            timeout_seconds=self._timeout_seconds,
            given=json.dumps(plain(alert), ensure_ascii=False).encode("utf-8", "replace") + b"\n",
        )


def program_of(target: str) -> str:
    """The program's path with `~` expanded, since no shell does it."""
    return os.path.expanduser(target)  # noqa: PTH111 - a bare name stays one


def facts(alert: Alert) -> dict[str, str]:
    """The alert as environment variables: SCRIBE_ALERT_KIND, _TITLE, _TEXT, _SESSION, ..."""
    return {
        PREFIX + name.upper(): _text(value)
        for name, value in plain(alert).items()
        if name not in ("type", "v")
    }


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, list):
        value = ", ".join(map(str, value))
    return str(value).replace("\0", "")[:MAX_FACT_CHARS]
