"""`scribe-tui record`: the engine without a screen, events as NDJSON on stdout."""

from __future__ import annotations

import asyncio

from scribe_tui.cli import event_loop
from scribe_tui.cli.diagnostics import start_diagnostics
from scribe_tui.cli.engine import (
    any_failed,
    any_unsent,
    archive_in,
    build,
    journal_policy,
    new_run,
    saving,
    stop_in_time,
)
from scribe_tui.cli.engine_parts import engine_parts, plain_terminal
from scribe_tui.cli.error_lines import ErrorLines
from scribe_tui.cli.folders import sessions_folder
from scribe_tui.cli.last_words import LastWords
from scribe_tui.cli.offline import endpoints_for
from scribe_tui.cli.output import complain
from scribe_tui.cli.signals import Signals
from scribe_tui.cli.start import Checked, check
from scribe_tui.journal.ndjson import NdjsonWriter
from scribe_tui.journal.run_folder import check_log_folder
from scribe_tui.session.supervisor import Supervisor
from scribe_tui.settings import Settings


def run_record(settings: Settings) -> int:
    """Record until the sources end, the time is up or a signal comes; return the exit code."""
    checked = check(settings)
    check_log_folder(sessions_folder(settings.log_dir))
    start_diagnostics(settings.api_key, on_stderr=True)
    failed, lost_lines, unwritten = event_loop.run(_record(checked))
    if lost_lines:
        complain(f"{lost_lines} lines could not be saved.")
    if unwritten:
        complain(f"{unwritten} events could not be written to standard output.")
    return 1 if failed or lost_lines or unwritten else 0


async def _record(checked: Checked) -> tuple[bool, int, int]:
    """Run to the end; return whether anything failed, and the lines and events lost.

    The three values: a session or part failed; lines the journal lost; events stdout lost.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    writer = NdjsonWriter(1, on_closed=lambda: loop.call_soon_threadsafe(stop.set))
    last_words = LastWords()
    with Signals(stop.set), plain_terminal(2) as terminal:
        async with endpoints_for(checked) as endpoints:
            run, policy = new_run(checked.settings), journal_policy(checked.settings.journal)
            archive = archive_in(run, checked.settings.journal)
            supervisor = build(checked.settings, endpoints, archive)
            async with (
                saving(
                    supervisor, run, policy, writer, ErrorLines(), last_words, archive=archive
                ) as saved,
                engine_parts(supervisor, checked.settings, terminal),
            ):
                stop_in_time(supervisor)
                await _run_until(stop, supervisor, checked.settings.seconds)
            unwritten = await asyncio.to_thread(writer.close)
    last_words.report()
    failed = any_failed(supervisor) or any_unsent(supervisor) or bool(supervisor.failed_parts)
    return failed, saved.lost_lines, unwritten


async def _run_until(stop: asyncio.Event, supervisor: Supervisor, seconds: float | None) -> None:
    """Run until `stop` is set, all sources are over, or `seconds` have passed; then drain."""
    async with asyncio.TaskGroup() as group:
        group.create_task(supervisor.run())
        ends = (group.create_task(stop.wait()), group.create_task(supervisor.finished()))
        await asyncio.wait(ends, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for end in ends:
            end.cancel()
        await supervisor.drain()
