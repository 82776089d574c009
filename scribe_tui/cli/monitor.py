"""`scribe-tui SOURCE ...`: the engine under the screen."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Collection
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from scribe_tui.cli import event_loop
from scribe_tui.cli.diagnostics import Diagnostics, start_diagnostics
from scribe_tui.cli.engine import (
    archive_in,
    build,
    journal_policy,
    new_run,
    running,
    saving,
    stop_in_time,
)
from scribe_tui.cli.engine_parts import engine_parts
from scribe_tui.cli.folders import recent_file, sessions_folder
from scribe_tui.cli.last_words import LastWords
from scribe_tui.cli.looks import looks_of
from scribe_tui.cli.offline import Endpoints, as_set
from scribe_tui.cli.output import complain, say
from scribe_tui.cli.signals import Signals
from scribe_tui.cli.start import check
from scribe_tui.config.new_source import new_source
from scribe_tui.config.recent import RecentSources
from scribe_tui.errors import UsageError
from scribe_tui.journal.run_folder import check_log_folder
from scribe_tui.sanitize import harmless_line
from scribe_tui.session.supervisor import Supervisor
from scribe_tui.settings import Settings, SourceSettings
from scribe_tui.tui.monitor_context import MonitorContext
from scribe_tui.tui.rendering.frame_loop import FrameLoop
from scribe_tui.tui.terminal.guard import KILLED, ScreenGuard

if TYPE_CHECKING:
    from scribe_tui.tui.actions.saving import Present
    from scribe_tui.tui.app import MonitorApp, ScreenEnding
    from scribe_tui.tui.lines.app import LineApp

LOCAL_FRAMES, SSH_FRAMES = 30, 10

World = AbstractAsyncContextManager[tuple[Settings, Endpoints]]
"""A context in which the monitor runs; it yields settings with sources, and their endpoints."""


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What is reported once the screen is closed.

    `faults`: number of parts of the screen that were failing at the end; `failed_parts`: parts of
    the engine that were stopped by a bug; `signal_code`: 128 plus the number of the signal that
    ended the program, or 0.
    """

    ending: ScreenEnding
    faults: int
    failed_parts: tuple[str, ...]
    signal_code: int
    lost_lines: int
    run: Path
    last_words: LastWords

    @property
    def exit_code(self) -> int:
        """1 after a fault or lost lines, else the code for how the user left."""
        failed = bool(self.failed_parts or self.faults or self.lost_lines)
        return exit_code_of(self.ending, self.signal_code, failed=failed)


def exit_code_of(ending: ScreenEnding, signal_code: int, *, failed: bool) -> int:
    """Return 1 after a failure; else the code of the signal, or of how the user left."""
    from scribe_tui.tui.app import RETURN_CODES, ScreenEnding

    if failed or ending is ScreenEnding.FAILED:
        return 1
    return signal_code or RETURN_CODES[ending]


def run_monitor(settings: Settings) -> int:
    """Check everything and show the sources until the user leaves; return the exit code."""
    checked = check(settings)
    RecentSources(recent_file()).add((one.name, one.address) for one in settings.sources)
    return show(settings, as_set(checked))


def show(settings: Settings, world: World) -> int:
    """Run engine and screen; return the exit code. Raises UsageError before the screen opens."""
    need_terminal(settings.screen_reader)
    from scribe_tui.tui.key_map import remapped

    remapped(settings.keys)
    looks_of(settings)
    check_log_folder(sessions_folder(settings.log_dir))
    diagnostics = start_diagnostics(settings.api_key, on_stderr=False)
    outcome = event_loop.run(_show(world, diagnostics), FrameLoop)
    if outcome.faults:
        complain(f"A fault in the screen stood to the end. Diagnostics: {diagnostics.path}")
    for part in outcome.failed_parts:
        complain(f"A part of the program ({part}) failed. Diagnostics: {diagnostics.path}")
    if outcome.lost_lines:
        complain(f"{outcome.lost_lines} lines could not be saved.")
    outcome.last_words.report()
    say(f"Saved in {outcome.run}")
    return outcome.exit_code


def need_terminal(plain: bool = False) -> None:
    """Raise UsageError unless there is a terminal to draw on and to read keys from.

    `plain`: only for lines, so any terminal will do.
    """
    if not (os.isatty(0) and os.isatty(1)):
        raise UsageError(
            "no terminal",
            "The monitor needs a terminal for its input and output.",
            "Use scribe-tui record SOURCE ... to write events to a pipe or file.",
        )
    if plain:
        return
    from scribe_tui.tui.terminal.fitness import check_screen

    check_screen()


def frames_of(settings: Settings, remote: bool) -> int:
    """Return the frames per second: as set, else fewer for a `remote` terminal."""
    return settings.fps or (SSH_FRAMES if remote else LOCAL_FRAMES)


def monitor_context(settings: Settings) -> MonitorContext:
    """Return the screen's context; the watch words are added with the engine."""
    defaults = settings.defaults or SourceSettings(name="new", address="mic")

    def make(name: str, address: str, taken: Collection[str]) -> SourceSettings:
        return new_source(defaults, name, address, taken)

    def save(file: Path, present: Present, replacing: bool) -> None:
        from scribe_tui.config.present import with_lists, with_names
        from scribe_tui.config.write import save_toml

        shown = replace(
            settings,
            sources=present.sources,
            layout=present.layout or settings.layout,
            order=present.order or settings.order,
            theme=present.theme or settings.theme,
        )
        now = with_names(with_lists(shown, present.watches), dict(present.renamed))
        save_toml(file, now, now.sources, replace=replacing)

    return MonitorContext(
        make_source=make,
        save_set=save,
        recent=RecentSources(recent_file()),
        clip_format=settings.journal.clip_format,
    )


def _app(settings: Settings, supervisor: Supervisor) -> MonitorApp | LineApp:
    """Return the screen, or plain lines, as set, over this engine."""
    if settings.screen_reader:
        return _lines(settings, supervisor)
    from scribe_tui.tui.app import MonitorApp
    from scribe_tui.tui.key_map import remapped
    from scribe_tui.tui.layouts.layout import PaneLayout
    from scribe_tui.tui.layouts.order import Order
    from scribe_tui.tui.terminal.bandwidth import over_ssh

    remote = over_ssh(os.environ)
    return MonitorApp(
        supervisor,
        mouse=settings.mouse,
        fps=frames_of(settings, remote),
        low_bandwidth=settings.low_bandwidth,
        remote=remote,
        keys=remapped(settings.keys),
        looks=looks_of(settings),
        layout=PaneLayout(settings.layout),
        order=Order(settings.order),
    )


def _lines(settings: Settings, supervisor: Supervisor) -> LineApp:
    from scribe_tui.tui.key_map import remapped
    from scribe_tui.tui.lines.app import LineApp

    ascii_only = looks_of(settings).ascii_only
    return LineApp(supervisor, keys=remapped(settings.keys), ascii_only=ascii_only)


async def _show(world: World, diagnostics: Diagnostics) -> _Outcome:
    """Record in the engine's task and show it; continue recording if the screen fails."""
    from scribe_tui.tui.app import ScreenEnding

    async with world as (settings, endpoints):
        run = new_run(settings)
        archive = archive_in(run, settings.journal)
        shown = asyncio.Event()
        supervisor = build(settings, endpoints, archive, screen_shown=shown)
        context = monitor_context(settings)
        app = _app(settings, supervisor)
        app.shown = shown.set
        guard = ScreenGuard(diagnostics, f"{KILLED} Saved in {harmless_line(str(run))}")
        stop = asyncio.Event()
        last_words = LastWords()

        def leave() -> None:
            stop.set()
            app.call_later(app.leave)

        with Signals(leave, at_once=guard.restore_terminal) as signals:
            if settings.seconds is not None:
                asyncio.get_running_loop().call_later(settings.seconds, leave)
            stop_in_time(supervisor)
            async with (
                saving(
                    supervisor,
                    run,
                    journal_policy(settings.journal),
                    app.sink,
                    last_words,
                    archive=archive,
                ) as saved,
                engine_parts(supervisor, settings, app.write_beside_frames) as watch,
                running(supervisor) as engine,
            ):
                app.context = replace(context, watch=watch, run=run)
                with guard:
                    ending = await app.run_async()
                if ending is ScreenEnding.FAILED:
                    supervisor.remove_sink(app.sink)
                    await _record_on(supervisor, stop, run, diagnostics)
                elif ending is ScreenEnding.AT_ONCE:
                    engine.cancel()
    faults, failed = len(app.faults.standing), tuple(supervisor.failed_parts)
    return _Outcome(ending, faults, failed, signals.exit_code, saved.lost_lines, run, last_words)


async def _record_on(
    supervisor: Supervisor, stop: asyncio.Event, run: Path, diagnostics: Diagnostics
) -> None:
    """Record without the screen until the sources end, or `stop` is set."""
    complain(
        "A fault in this program ended the screen; recording goes on without it into "
        f"{run}. Ctrl+C stops and saves. Diagnostics: {diagnostics.path}"
    )
    ends = [asyncio.create_task(stop.wait()), asyncio.create_task(supervisor.finished())]
    await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    for end in ends:
        end.cancel()
