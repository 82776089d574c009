"""ntfy (https://docs.ntfy.sh/publish/): the text by plain POST, title and priority as headers."""

from __future__ import annotations

import base64

from scribe_tui.alerts.alert import Alert, AlertKind
from scribe_tui.alerts.outlets.http_post import post
from scribe_tui.settings.alerts import OutletSettings


class NtfyOutlet:
    """Publishes to one topic, given as its whole address; `secret` is an access token."""

    def __init__(self, settings: OutletSettings) -> None:
        self.name = settings.name
        self._url = settings.target
        self._token = settings.secret

    async def deliver(self, alert: Alert) -> None:
        """Raises DeliveryError for anything but an answer of 2xx."""
        headers = {
            "Content-Type": "text/plain; charset=utf-8",
            "Title": _header(alert.title),
            "Tags": "white_check_mark" if alert.is_over else _tag(alert.kind),
            "Priority": "default" if alert.is_over else "high",
        }
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        await post(self._url, alert.text.encode("utf-8", "replace"), headers)


def _tag(kind: AlertKind) -> str:
    return "ear" if kind is AlertKind.HIT else "warning"


def _header(text: str) -> str:
    """A header's value: as it is, or by RFC 2047, which ntfy reads, where it is not ASCII."""
    if text.isascii():
        return text
    return f"=?UTF-8?B?{base64.b64encode(text.encode('utf-8', 'replace')).decode()}?="
