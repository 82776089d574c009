"""`scribe-tui replay RUN`: the same screen over a past run."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from scribe_tui.cli import event_loop
from scribe_tui.cli.diagnostics import Diagnostics, start_diagnostics
from scribe_tui.cli.looks import looks_of
from scribe_tui.cli.monitor import exit_code_of, frames_of, need_terminal
from scribe_tui.cli.output import complain
from scribe_tui.cli.signals import Signals
from scribe_tui.errors import UsageError
from scribe_tui.journal.reading import Problems, find_run, journals_of
from scribe_tui.journal.reading.journals import strangers_in
from scribe_tui.journal.retention.locks import is_written
from scribe_tui.replay.controls import ReplayControls
from scribe_tui.replay.past_run import PastRun
from scribe_tui.replay.player import Player
from scribe_tui.settings import Settings
from scribe_tui.sizes import size_text
from scribe_tui.tui.rendering.frame_loop import FrameLoop
from scribe_tui.tui.terminal.guard import ScreenGuard

if TYPE_CHECKING:
    from scribe_tui.tui.app import ScreenEnding
    from scribe_tui.tui.keys import Shortcut
    from scribe_tui.tui.looks import Looks
    from scribe_tui.tui.replay_app import ReplayApp

SAID_BYTES = 200_000_000
"""Reading a run of more bytes takes seconds; a line on stderr says so."""


@dataclass(frozen=True, slots=True)
class ReplayOptions:
    """The options: `from_` as the user wrote it; `settings` say how the screen looks."""

    from_: str | None
    speed: float
    settings: Settings


@dataclass(frozen=True, slots=True)
class _ReplayOutcome:
    ending: ScreenEnding
    faults: int
    signal_code: int

    @property
    def exit_code(self) -> int:
        """1 after a fault of the screen, else the code for how the user left."""
        return exit_code_of(self.ending, self.signal_code, failed=bool(self.faults))


def replay_run(log_dir: Path, run_text: str, options: ReplayOptions) -> int:
    """Show a run until the user leaves; return the exit code. Raises UsageError before that."""
    need_terminal()
    from scribe_tui.tui.key_map import remapped_in_replay
    from scribe_tui.tui.keys import ALL_KEYS

    own = options.settings.keys
    keys = remapped_in_replay(own) if own else ALL_KEYS
    looks = looks_of(options.settings)
    run = find_run(run_text, log_dir)
    journals = journals_of(run)
    unread = Problems()
    unread.strangers(strangers_in(run, journals))
    size = sum(journal.size for journal in journals)
    if size > SAID_BYTES:
        complain(f"Reading {size_text(size)} ...")
    recording = PastRun(journals, grows=is_written(run))
    at = None if options.from_ is None else recording.instant_of(options.from_)
    diagnostics = start_diagnostics(None, on_stderr=False)

    def make_app() -> ReplayApp:
        player = Player(recording, speed=options.speed, at=at)
        return _app(ReplayControls(player), options.settings, looks, keys, run)

    try:
        outcome = event_loop.run(
            _show(make_app, lambda: _grow(run, recording), diagnostics), FrameLoop
        )
    finally:
        recording.close()
    for sentence in recording.problems + unread.sentences:
        complain(sentence)
    if outcome.exit_code == 1:
        complain(f"A fault in the screen stood to the end. Diagnostics: {diagnostics.path}")
    return outcome.exit_code


def _grow(run: Path, recording: PastRun) -> bool:
    """Add what was written since the last look; a last time once the run is over."""
    grows = is_written(run)
    try:
        return recording.grow(journals_of(run), grows=grows)
    except UsageError:  # the folder is away, perhaps for good: play what is there
        return False


def _app(
    controls: ReplayControls, settings: Settings, looks: Looks, keys: Sequence[Shortcut], run: Path
) -> ReplayApp:
    """Return the screen as set, over what `controls` plays."""
    from scribe_tui.tui.layouts.layout import PaneLayout
    from scribe_tui.tui.layouts.order import Order
    from scribe_tui.tui.monitor_context import MonitorContext
    from scribe_tui.tui.replay_app import ReplayApp
    from scribe_tui.tui.terminal.bandwidth import over_ssh

    remote = over_ssh(os.environ)
    return ReplayApp(
        controls,
        keys=keys,
        context=MonitorContext(run=run, reads_back=False, clip_format=settings.journal.clip_format),
        mouse=settings.mouse,
        looks=looks,
        fps=frames_of(settings, remote),
        low_bandwidth=settings.low_bandwidth,
        remote=remote,
        layout=PaneLayout(settings.layout),
        order=Order(settings.order),
    )


async def _show(
    make_app: Callable[[], ReplayApp], grow: Callable[[], bool], diagnostics: Diagnostics
) -> _ReplayOutcome:
    app = make_app()
    player = app.player
    guard = ScreenGuard(diagnostics)

    def leave() -> None:
        app.call_later(app.leave)

    with Signals(leave, at_once=guard.restore_terminal) as signals:
        playing = asyncio.create_task(player.run(), name="replay")
        following = asyncio.create_task(player.follow(grow), name="follow")
        tasks = (playing, following)
        playing.add_done_callback(lambda task: None if task.cancelled() else leave())
        try:
            with guard:
                ending = await app.run_async()
        finally:
            for task in tasks:
                task.cancel()
            results = await asyncio.gather(*tasks, return_exceptions=True)
    for result in results:
        if isinstance(result, Exception):
            raise result
    return _ReplayOutcome(ending, len(app.faults.standing), signals.exit_code)
