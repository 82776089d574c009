"""Apprise (extra `notify`), in a child process: it is large and it blocks, so never in ours.

The address goes in by the child's standard input with the alert, so that no list of processes
shows its secrets.
"""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Mapping

from scribe_tui.alerts.alert import Alert
from scribe_tui.alerts.outlets.outlet import DeliveryError
from scribe_tui.alerts.outlets.process import run_program
from scribe_tui.settings.alerts import OutletSettings

TIMEOUT_SECONDS = 45.0
HOW_TO_GET_IT = "Apprise is not installed (pip install 'scribe-tui[notify]')"
CHILD = """
import json, logging, sys
import apprise
logging.disable(logging.CRITICAL)
alert = json.load(sys.stdin)
service = apprise.Apprise()
if not service.add(alert["url"]):
    sys.exit("Apprise does not know that address")
kind = apprise.NotifyType.SUCCESS if alert["over"] else apprise.NotifyType.WARNING
if not service.notify(title=alert["title"], body=alert["text"], notify_type=kind):
    sys.exit("Apprise could not deliver it")
"""


class AppriseOutlet:
    """Sends to one Apprise address."""

    def __init__(self, settings: OutletSettings, environment: Mapping[str, str]) -> None:
        self.name = settings.name
        self._url = settings.target
        self._environment = environment

    async def deliver(self, alert: Alert) -> None:
        """Raises DeliveryError; permanent where Apprise is not installed."""
        if importlib.util.find_spec("apprise") is None:
            raise DeliveryError(HOW_TO_GET_IT, permanent=True)
        message = {
            "url": self._url,
            "title": alert.title,
            "text": alert.text,
            "over": alert.is_over,
        }
        await run_program(
            (sys.executable, "-c", CHILD),
            self._environment,
            name=self.name,
            timeout_seconds=TIMEOUT_SECONDS,
            given=json.dumps(message).encode(),
        )
