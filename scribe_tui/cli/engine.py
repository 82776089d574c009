"""The engine as the commands run it: a supervisor for the settings, and its journal."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from scribe_tui.archive.archive import Archive
from scribe_tui.audio.format import AudioFormat
from scribe_tui.audio.open import describe, open_source
from scribe_tui.audio.options import SourceOptions
from scribe_tui.audio.source import Source
from scribe_tui.cli.folders import sessions_folder
from scribe_tui.cli.offline import Endpoints
from scribe_tui.errors import JournalError
from scribe_tui.events import State
from scribe_tui.journal.retention import JournalPolicy
from scribe_tui.journal.run_folder import create_run
from scribe_tui.journal.search.follower import IndexFollower
from scribe_tui.journal.writer import JournalWriter
from scribe_tui.scribe.connection import Connection, Connector, Endpoint
from scribe_tui.scribe.transports import connector
from scribe_tui.session.context import ConnectorOf, Services
from scribe_tui.session.controls import Sink
from scribe_tui.session.supervisor import Supervisor
from scribe_tui.session.timing import Timing
from scribe_tui.settings import (
    JournalSettings,
    ResilienceSettings,
    Settings,
    SourceSettings,
    SpeechSettings,
)

if TYPE_CHECKING:
    from scribe_tui.audio.failover import Addresses

WORTH_SECONDS = 0.5
"""Less sound than this many seconds may be heard and still not be sent at any end."""
SAVE_SECONDS = 5.0
"""Longest wait at the end for a disk that refuses writes."""
FIRST_FRAME_SECONDS = 1.0
"""Longest wait of connections for the first frame, which their imports would delay."""


@dataclass(slots=True)
class Saved:
    """How the journal ended: the number of lines that could not be written."""

    lost_lines: int = 0


def new_run(settings: Settings) -> Path:
    """Create the folder of this run's journal. Raises UsageError."""
    return create_run(sessions_folder(settings.log_dir), time.time())


def build(
    settings: Settings,
    endpoints: Endpoints,
    archive: Archive | None = None,
    *,
    screen_shown: asyncio.Event | None = None,
) -> Supervisor:
    """Return a supervisor of all sources, not started. Needs a running loop.

    `archive` keeps the sound of sources that are set to it. No connection is opened before
    `screen_shown` is set or `FIRST_FRAME_SECONDS` have passed.
    """
    services = Services(
        open_source=SourceOpener(),
        connector_of=connectors(settings, endpoints, screen_shown),
        timing=timing_of(settings.resilience),
        keeper_of=archive or (lambda _session, _source: None),
    )
    return Supervisor(settings.sources, services)


def archive_in(run: Path, journal: JournalSettings) -> Archive:
    """Return the archive of a run; its files are created with the first sound."""
    return Archive(
        run,
        max_bytes=journal.archive_max_gb * 1e9,
        free_bytes=journal.archive_free_mb * 1e6,
    )


def timing_of(resilience: ResilienceSettings) -> Timing:
    """Return the engine's durations, with the user's settings applied."""
    return Timing(
        audio_buffer=resilience.buffer_minutes * 60,
        catch_up_speed=resilience.catch_up_speed,
        roll_over_after=resilience.connection_minutes * 60,
        no_text=resilience.no_text_seconds or math.inf,
    )


def journal_policy(journal: JournalSettings) -> JournalPolicy:
    """Return the settings of the journal in the journal's own units."""
    megabytes = journal.log_rotate_mb
    return JournalPolicy(
        sync_seconds=journal.log_sync_seconds,
        rotate_bytes=None if megabytes is None else round(megabytes * 1_000_000),
        rotate_daily=journal.log_rotate_daily,
        keep_days=journal.log_keep_days,
        keep_runs=journal.log_keep_runs,
        partials=journal.log_partials,
        chained=journal.log_chain,
        live=journal.live,
    )


def connectors(
    settings: Settings, endpoints: Endpoints, screen_shown: asyncio.Event | None = None
) -> ConnectorOf:
    """Return a function from a source to its connector and endpoint; see `build`."""

    def connector_of(source: SourceSettings) -> tuple[Connector, Endpoint]:
        connect = connector(settings.transport_of(source))
        if screen_shown is not None:
            connect = _after(screen_shown, connect)
        return connect, endpoints.of(source)

    return connector_of


def _after(shown: asyncio.Event, connect: Connector) -> Connector:
    async def connect_then(endpoint: Endpoint, speech: SpeechSettings) -> Connection:
        with suppress(TimeoutError):
            await asyncio.wait_for(shown.wait(), FIRST_FRAME_SECONDS)
        return await connect(endpoint, speech)

    return connect_then


def stop_in_time(supervisor: Supervisor) -> None:
    """Stop sources that have a duration of their own after it. Needs a running loop."""
    loop = asyncio.get_running_loop()
    for session in supervisor.sessions:
        seconds = supervisor.settings_of(session).seconds
        if seconds is not None:
            loop.call_later(seconds, supervisor.stop, session)


def any_failed(supervisor: Supervisor) -> bool:
    """Return whether any session has failed."""
    return any(supervisor.snapshot(name).state is State.FAILED for name in supervisor.sessions)


def any_unsent(supervisor: Supervisor) -> bool:
    """Return whether any session heard sound of which none ever reached the speech service.

    A service that does not answer from the first connection on is reported as an error only after
    some time, and the program may end earlier.
    """
    snapshots = map(supervisor.snapshot, supervisor.sessions)
    return any(one.heard_seconds >= WORTH_SECONDS and not one.sent_seconds for one in snapshots)


@asynccontextmanager
async def running(supervisor: Supervisor) -> AsyncIterator[asyncio.Task[None]]:
    """Run the engine in a separate task during the block; drain it at the end.

    Cancelling that task gives up the last words.
    """
    engine = asyncio.create_task(supervisor.run(), name="engine")
    try:
        yield engine
    finally:
        if not engine.cancelling():
            await supervisor.drain()
        await asyncio.wait([engine])
    if not engine.cancelled():
        engine.result()


@asynccontextmanager
async def saving(
    supervisor: Supervisor,
    run: Path,
    policy: JournalPolicy,
    *sinks: Sink,
    archive: Archive | None = None,
) -> AsyncIterator[Saved]:
    """Pass the supervisor's events to a journal in `run`, then to `sinks`, until the block ends.

    Then `archive` is closed, too.
    """
    journal = _journal(supervisor, run, policy)
    live = None
    if policy.live:
        from scribe_tui.journal.export.live import LiveExport

        live = LiveExport(run, policy.live)
    index = IndexFollower(run)
    beside: tuple[Sink, ...] = (live,) if live is not None else ()
    for sink in (journal, *beside, *sinks):
        supervisor.add_sink(sink)
    saved = Saved()
    try:
        yield saved
    finally:
        saved.lost_lines = await asyncio.to_thread(journal.close, SAVE_SECONDS)
        if archive is not None:
            await asyncio.to_thread(archive.close)
        if live is not None:
            await asyncio.to_thread(live.close)
        index.close()


class SourceOpener:
    """Creates sources; remembers which address of each one works. An `OpenSource`."""

    def __init__(self) -> None:
        self._addresses: dict[tuple[str, ...], Addresses] = {}

    def __call__(self, source: SourceSettings) -> Source:
        """Return the source, not opened yet. Raises UsageError for an address of unknown kind."""
        audio_format = AudioFormat.parse(source.speech.audio_format)
        options = SourceOptions.of(source)

        def open_one(address: str) -> Source:
            return open_source(address, audio_format, options)

        if not source.fallbacks:
            return open_one(source.address)
        from scribe_tui.audio.failover import Addresses

        known = (source.name, audio_format.name, source.address, *source.fallbacks)
        if known not in self._addresses:
            self._addresses[known] = Addresses(known[2:], open_one, describe)
        return self._addresses[known].source()


def _journal(supervisor: Supervisor, run: Path, policy: JournalPolicy) -> JournalWriter:
    """Return a journal whose errors are passed from its thread to the supervisor, for all panes."""
    loop = asyncio.get_running_loop()

    def report(error: JournalError | None) -> None:
        if not loop.is_closed():
            loop.call_soon_threadsafe(supervisor.report_journal, error)

    return JournalWriter(run, on_error=report, on_recovered=lambda: report(None), policy=policy)
