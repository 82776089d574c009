"""Webhook: the alert as JSON by POST, signed where there is a secret.

The signature is `sha256=` and the hex HMAC-SHA256, under the secret, of the timestamp's
digits, a full stop and the body: a receiver that checks it also refuses an old message repeated.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Callable

from scribe_tui.alerts.alert import Alert
from scribe_tui.alerts.outlets.http_post import post
from scribe_tui.alerts.outlets.outlet import plain
from scribe_tui.settings.alerts import OutletSettings

SIGNATURE_HEADER = "X-Scribe-Signature"
TIMESTAMP_HEADER = "X-Scribe-Timestamp"


class WebhookOutlet:
    """Posts to one address."""

    def __init__(self, settings: OutletSettings, clock: Callable[[], float] = time.time) -> None:
        self.name = settings.name
        self._url = settings.target
        self._secret = settings.secret
        self._clock = clock

    async def deliver(self, alert: Alert) -> None:
        """Raises DeliveryError for anything but an answer of 2xx."""
        body = json.dumps(plain(alert), ensure_ascii=False).encode("utf-8", "replace")
        headers = {"Content-Type": "application/json; charset=utf-8"}
        if self._secret:
            stamp = str(int(self._clock()))
            headers[TIMESTAMP_HEADER] = stamp
            headers[SIGNATURE_HEADER] = signature(self._secret, stamp, body)
        await post(self._url, body, headers)


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """What `X-Scribe-Signature` holds for that body at that time."""
    signed = timestamp.encode() + b"." + body
    return "sha256=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
