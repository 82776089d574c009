"""The Outlet protocol, and the form of an alert that outlets share."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from scribe_tui.alerts.alert import Alert


class Outlet(Protocol):
    """One way to deliver alerts. `deliver` is never called concurrently."""

    @property
    def name(self) -> str:
        """Its name in sentences, without any secret."""

    async def deliver(self, alert: Alert) -> None:
        """Hand `alert` over, in bounded time. Raises DeliveryError."""


class DeliveryError(Exception):
    """An alert was not taken. `reason` is part of a sentence; `permanent`: asking again is no use.

    The reason never holds a secret: addresses are masked before it is made.
    """

    def __init__(self, reason: str, *, permanent: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent


def plain(alert: Alert) -> dict[str, Any]:
    """The alert as a JSON object; `at` is ISO 8601 with the offset from UTC."""
    return {
        "type": "alert",
        "v": 1,
        "kind": alert.kind.value,
        "over": alert.is_over,
        "title": alert.title,
        "text": alert.text,
        "sessions": list(alert.sessions),
        "names": list(alert.names),
        "count": alert.count,
        "at": datetime.fromtimestamp(alert.at).astimezone().isoformat(timespec="milliseconds"),
        **alert.facts,
    }
