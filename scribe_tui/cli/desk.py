"""What stands beside the engine while it runs: watch words and alerts."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

from scribe_tui.alerts.make import make_outlet
from scribe_tui.alerts.outlets.outlet import Outlet
from scribe_tui.alerts.sink import Alerts
from scribe_tui.session.supervisor import Supervisor
from scribe_tui.settings import OutletSettings, Settings
from scribe_tui.watchwords.stage import WatchStage

Write = Callable[[bytes], None]
"""Puts bytes that draw nothing on their way to the terminal. Raises OSError where it cannot."""


@asynccontextmanager
async def beside_engine(
    supervisor: Supervisor, settings: Settings, terminal: Write | None
) -> AsyncIterator[WatchStage]:
    """Listen for words and tell people elsewhere, until the end; the stage takes new words.

    To be entered where the journal is saved already, so that it has hits before anybody is told
    of them, and gets what could not be delivered in the end. Raises UsageError.
    """
    stage = WatchStage(
        settings.all_watches(),
        position=lambda session: supervisor.snapshot(session).sent_seconds,
    )
    supervisor.add_stage(stage)
    async with Alerts(list(_outlets(settings, terminal)), supervisor.publish) as alerts:
        supervisor.add_sink(alerts)
        try:
            yield stage
        finally:
            supervisor.remove_sink(alerts)


@contextmanager
def plain_terminal(descriptor: int) -> Iterator[Write | None]:
    """A way to write to the terminal behind `descriptor` without waiting; None: it is none."""
    from scribe_tui.tui.terminal.writer import open_anew

    opened = open_anew(descriptor) if os.isatty(descriptor) else None
    if opened is None:
        yield None
        return
    try:
        yield lambda data: _write(opened, data)
    finally:
        os.close(opened)


def _write(descriptor: int, data: bytes) -> None:
    os.write(descriptor, data)


def _outlets(settings: Settings, terminal: Write | None) -> Iterator[tuple[OutletSettings, Outlet]]:
    for one in settings.all_outlets():
        outlet = make_outlet(one, terminal, dict(os.environ))
        if outlet is not None:
            yield one, outlet
