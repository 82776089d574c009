"""Engine: the whole engine against the strict endpoint, many times faster than real time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import TracebackType
from typing import Self, TypeVar

from scribe_tui.audio.format import AudioFormat
from scribe_tui.events import Event, SegmentCommitted, State, StateChanged
from scribe_tui.scribe.connection import Endpoint
from scribe_tui.scribe.transports import connector
from scribe_tui.session.context import OpenSource, Services
from scribe_tui.session.supervisor import Supervisor
from scribe_tui.session.timing import Timing
from scribe_tui.settings import SourceSettings, SpeechSettings
from tests.support.promise import check_promise
from tests.support.waiting import PATIENCE

QUICK = Timing(
    session_started=2.0,
    keepalive_after=0.1,
    words_wait=0.3,
    watchdog_every=0.02,
    drain_grace_behind=0.1,
    connect_spacing=0.005,
    drain=3.0,
    last_text=2.0,
    roll_over_pause=0.1,
    drain_grace=0.1,
    after_send_failure=0.3,
    catch_up_speed=300.0,
    backoff_first=0.02,
    backoff_slow_first=0.05,
    backoff_cap=0.1,
    source_backoff_cap=0.1,
    quick_failure=0.05,
    source_healthy=2.0,
)

E = TypeVar("E", bound=Event)


class Engine:
    """Runs a supervisor of sessions called by their names; `events` has all their events.

    On exit the events are checked against the promise (`check_promise`).
    """

    def __init__(
        self,
        endpoint: Endpoint,
        sources: Mapping[str, OpenSource],
        *,
        speech: SpeechSettings | None = None,
        transport: str = "websocket",
        timing: Timing = QUICK,
        speed: float = 1.0,
    ):
        self.events: list[Event] = []
        self._sources = dict(sources)
        self._rate = AudioFormat.parse((speech or SpeechSettings()).audio_format).rate
        self._changed = asyncio.Event()
        named = [
            SourceSettings(
                name=name,
                address="mic",
                speech=speech or SpeechSettings(),
                speed=speed,
                gain="off",
            )
            for name in sources
        ]
        services = wired(
            endpoint,
            lambda settings: self._sources[settings.name](settings),
            transport=transport,
            timing=timing,
        )
        self.supervisor = Supervisor(named, services, [self])

    def add_station(self, name: str, source: OpenSource) -> None:
        """Set how a source that is added later under that name is opened."""
        self._sources[name] = source

    def receive(self, event: Event) -> None:
        self.events.append(event)
        self._changed.set()

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self.supervisor.run())
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.supervisor.drain()
        await self._task
        if error is None:
            check_promise(self.events, self._rate)

    async def until(self, condition: Callable[[], object]) -> None:
        """Return once `condition` holds; it is checked after every event."""
        try:
            async with asyncio.timeout(PATIENCE):
                while not condition():
                    self._changed.clear()
                    try:
                        async with asyncio.timeout(0.05):
                            await self._changed.wait()
                    except TimeoutError:
                        continue
        except TimeoutError:
            raise AssertionError(f"never came true; the last events: {self.events[-8:]}") from None

    async def finished(self) -> None:
        """Return when all sessions are over."""
        async with asyncio.timeout(PATIENCE):
            await self.supervisor.finished()

    @property
    def is_over(self) -> bool:
        """Whether all sessions are over."""
        return all(
            self.supervisor.snapshot(name).state in (State.ENDED, State.FAILED)
            for name in self.supervisor.sessions
        )

    def of(self, kind: type[E], session: str | None = None) -> list[E]:
        """Return the events of one kind, in order."""
        return [
            event
            for event in self.events
            if isinstance(event, kind) and session in (None, event.session)
        ]

    def words(self, session: str | None = None) -> list[str]:
        """Return all committed words, in order."""
        return [
            word
            for event in self.of(SegmentCommitted, session)
            for word in event.segment.text.split()
        ]

    def states(self, session: str | None = None) -> list[State]:
        """Return the states in order."""
        return [event.state for event in self.of(StateChanged, session)]


def wired(
    endpoint: Endpoint,
    open_source: OpenSource,
    *,
    transport: str = "websocket",
    timing: Timing = QUICK,
) -> Services:
    """Return the services of sessions, with real connections to `endpoint`."""
    return Services(
        open_source=open_source,
        connector_of=lambda _: (connector(transport), endpoint),
        timing=timing,
    )


def timing(**changes: float) -> Timing:
    """Return `QUICK` with changes."""
    return replace(QUICK, **changes)
