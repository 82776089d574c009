"""The parts that run with the engine: watch words, alerts, schedules and budgets."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial

from scribe_tui.cli.folders import usage_folder
from scribe_tui.cli.output import complain
from scribe_tui.cli.usage import UsageFile
from scribe_tui.session.controls import Sink
from scribe_tui.session.supervisor import Supervisor
from scribe_tui.settings import Settings
from scribe_tui.steering.budget import Budget
from scribe_tui.steering.scheduler import Scheduler
from scribe_tui.watchwords.stage import WatchStage

_log = logging.getLogger(__name__)

Part = Callable[[], Awaitable[None]]

SAVE_EVERY_SECONDS = 30.0

Write = Callable[[bytes], None]
"""Writes bytes that draw nothing to the terminal. Raises OSError."""


@asynccontextmanager
async def engine_parts(
    supervisor: Supervisor, settings: Settings, terminal: Write | None
) -> AsyncIterator[WatchStage]:
    """Run these parts with the engine while the context is open; yield the watch words.

    Enter it after the journal was added: then the journal has a hit before an alert about it is
    sent, and gets the alerts that could not be delivered at the end. Raises UsageError.
    """
    stage = WatchStage(
        settings.all_watches(),
        position=lambda session: supervisor.snapshot(session).sent_seconds,
    )
    supervisor.add_stage(stage)
    usage = UsageFile(usage_folder())
    budget = Budget(supervisor, supervisor.publish, settings.budget, spent_before=usage.of_others)
    scheduler = Scheduler(
        supervisor,
        supervisor.publish,
        supervisor.open_source,
        has_budget=budget.may_start,
        waits_for_day=budget.waits_for_day,
    )
    supervisor.set_start_rule(scheduler)
    async with _alerts(supervisor, settings, terminal) as alerts:
        sinks: tuple[Sink, ...] = (scheduler, budget, *alerts)
        for sink in sinks:
            supervisor.add_sink(sink)
        parts: dict[str, Part] = {
            "watch words": partial(stage.run, supervisor.publish),
            "schedules": scheduler.run,
            "budgets": budget.run,
            "usage": partial(_keep, usage, budget),
        }
        tasks = [
            asyncio.create_task(_isolated(supervisor, name, run), name=name)
            for name, run in parts.items()
        ]
        try:
            yield stage
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            budget.look()
            usage.save(budget.day, budget.spent)
            for sink in sinks:
                supervisor.remove_sink(sink)


async def _isolated(supervisor: Supervisor, name: str, run: Callable[[], Awaitable[None]]) -> None:
    """Run a part; a bug in it stops only that part, and every pane says so."""
    try:
        await run()
    except Exception:  # noqa: BLE001 - a part's bug must not stop the engine; it is reported
        _log.exception("%s failed and were stopped", name)
        supervisor.part_failed(name)


async def _keep(usage: UsageFile, budget: Budget) -> None:
    """Save what was spent at intervals, for a restart on the same day; read what others spent."""
    while True:
        await asyncio.sleep(SAVE_EVERY_SECONDS)
        await asyncio.to_thread(usage.save, budget.day, dict(budget.spent))
        if budget.has_asked:
            day = budget.day
            budget.others_spent(day, await asyncio.to_thread(usage.of_others, day))


@contextmanager
def plain_terminal(descriptor: int) -> Iterator[Write | None]:
    """Yield a function that writes to the terminal `descriptor` without blocking, else None."""
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


@asynccontextmanager
async def _alerts(
    supervisor: Supervisor, settings: Settings, terminal: Write | None
) -> AsyncIterator[tuple[Sink, ...]]:
    """Yield the sink that sends alerts; without outlets none, and nothing is imported for it."""
    if not (wanted := settings.all_outlets()):
        yield ()
        return
    from scribe_tui.alerts.make import make_outlet
    from scribe_tui.alerts.sink import Alerts

    made = [(one, make_outlet(one, terminal, dict(os.environ))) for one in wanted]
    outlets = [(one, outlet) for one, outlet in made if outlet is not None]
    if mute := [one.name for one, outlet in made if outlet is None]:
        complain(f"There is no terminal here, so alerts by {' and '.join(mute)} go nowhere.")
    async with Alerts(outlets, supervisor.publish) as alerts:
        yield (alerts,) if outlets else ()
