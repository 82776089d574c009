"""Alerts: the sink that turns events into alerts and hands them to the outlets."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

from scribe_tui.alerts.alert import Alert
from scribe_tui.alerts.channel import Channel, Pace
from scribe_tui.alerts.grouping import Grouping
from scribe_tui.alerts.outlets.outlet import Outlet
from scribe_tui.alerts.rules import AlertRules
from scribe_tui.events import AlertFailed, Event, Publish
from scribe_tui.settings.alerts import OutletSettings

CLOSE_SECONDS = 3.0
"""Longest time for the delivery of queued alerts at the end."""


class Alerts:
    """A `Sink`. `async with` it: within, alerts go out; at the end what waits has a last chance.

    What could not be delivered is published as `AlertFailed`, once for a series of alerts.
    """

    def __init__(
        self,
        outlets: Sequence[tuple[OutletSettings, Outlet]],
        publish: Publish,
        *,
        grouping: Grouping | None = None,
        pace: Pace | None = None,
        close_seconds: float = CLOSE_SECONDS,
    ) -> None:
        """Needs a running loop."""
        self._publish = publish
        self._rules = AlertRules()
        self._grouping = grouping or Grouping()
        self._channels: list[tuple[OutletSettings, Channel]] = [
            (settings, Channel(outlet, self._failed, pace)) for settings, outlet in outlets
        ]
        self._close_seconds = close_seconds
        self._loop = asyncio.get_running_loop()
        self._tasks: list[asyncio.Task[None]] = []
        self._timer: asyncio.TimerHandle | None = None
        self._closing = False

    async def __aenter__(self) -> Alerts:
        self._tasks = [
            asyncio.create_task(channel.run(), name="alerts") for _, channel in self._channels
        ]
        return self

    async def __aexit__(self, *raised: object) -> None:
        self._closing = True
        for over in self._rules.end(time.time()):
            self._send(self._grouping.add(over, time.monotonic()))
        if self._timer is not None:
            self._timer.cancel()
        for _, channel in self._channels:
            channel.hurry()
        waiting = [asyncio.ensure_future(channel.drained()) for _, channel in self._channels]
        if waiting:
            await asyncio.wait(waiting, timeout=self._close_seconds)
        tasks = [*waiting, *self._tasks]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for _, channel in self._channels:
            channel.give_up()

    def receive(self, event: Event) -> None:
        """Take one event; its alerts are sent by tasks."""
        if isinstance(event, AlertFailed) or self._closing:
            return
        if alerts := self._rules.alerts(event):
            for alert in alerts:
                self._send(self._grouping.add(alert, time.monotonic()))
            self._set_timer()

    def _send(self, alerts: Sequence[Alert]) -> None:
        for alert in alerts:
            concerned = frozenset({*alert.sessions, *alert.names})
            for settings, channel in self._channels:
                if settings.accepts(alert.kind.about, concerned):
                    channel.put(alert)

    def _set_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        due_at = self._grouping.next_at
        if due_at is not None and not self._closing:
            wait = max(0.0, due_at - time.monotonic())
            self._timer = self._loop.call_later(wait, self._due)

    def _due(self) -> None:
        self._timer = None
        self._send(self._grouping.due(time.monotonic()))
        self._set_timer()

    def _failed(self, alert: Alert, count: int, outlet: str, reason: str) -> None:
        session = alert.sessions[0] if alert.sessions else ""
        at = time.time()
        self._publish(
            AlertFailed(session=session, at=at, outlet=outlet, count=count, reason=reason)
        )
