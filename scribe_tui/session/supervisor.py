"""Supervisor: runs all sessions, adds and removes them, and keeps their faults apart."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from scribe_tui.audio.open import describe
from scribe_tui.audio.source import Source
from scribe_tui.config.names import free_name
from scribe_tui.errors import JournalError, ScribeTuiError, UsageError
from scribe_tui.events import Event, Half
from scribe_tui.session.buffer.recent_sound import RecentSound
from scribe_tui.session.context import Services
from scribe_tui.session.controls import Sink, Stage, StartRule
from scribe_tui.session.event_bus import EventBus
from scribe_tui.session.session import Session
from scribe_tui.session.status.session_facts import SourceName
from scribe_tui.session.status.snapshot import SessionSnapshot
from scribe_tui.session.status.status import SessionStatus
from scribe_tui.settings import SourceSettings

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Member:
    """A session and its present task; `again`: start it again when its present run ends."""

    session: Session
    task: asyncio.Task[None] | None = None
    again: bool = False
    removed: bool = False

    @property
    def is_running(self) -> bool:
        """Whether the session has a run, even one that has not begun yet."""
        return self.task is not None and not self.task.done()


@dataclass(frozen=True, slots=True)
class _Forgotten:
    """What is still known about a session that was removed."""

    snapshot: SessionSnapshot
    source: SourceSettings


class Supervisor:
    """Owns every session's task; implements `controls.Controls`."""

    def __init__(
        self,
        sources: Iterable[SourceSettings],
        services: Services,
        sinks: Sequence[Sink] = (),
    ) -> None:
        self._services = services
        self._bus = EventBus(self.part_failed)
        self._members: dict[str, _Member] = {}
        self._forgotten: dict[str, _Forgotten] = {}
        self._ids: set[str] = set()
        self._group: asyncio.TaskGroup | None = None
        self._change = asyncio.Event()
        self._draining = asyncio.Event()
        self._starts: StartRule | None = None
        self.failed_parts: list[str] = []
        """Names of the parts beside the sessions (sinks, stages, alerts) that failed by a bug."""
        for sink in sinks:
            self.add_sink(sink)
        for source in sources:
            self.add(source)

    @property
    def sessions(self) -> tuple[str, ...]:
        """The ids of all sessions in the order of their panes."""
        return tuple(name for name, member in self._members.items() if not member.removed)

    def add_sink(self, sink: Sink) -> None:
        """Let `sink` have every event from now on."""
        self._bus.add_sink(sink)

    def remove_sink(self, sink: Sink) -> None:
        """Remove `sink`."""
        self._bus.remove_sink(sink)

    def add_stage(self, stage: Stage) -> None:
        """Let `stage` derive events from every event from now on."""
        self._bus.add_stage(stage)

    def open_source(self, source: SourceSettings) -> Source:
        """Make a source as sessions do; it is not opened yet."""
        return self._services.open_source(source)

    def set_start_rule(self, rule: StartRule) -> None:
        """Let `rule` decide which sessions start by themselves; call this before `run`."""
        self._starts = rule

    def publish(self, event: Event) -> None:
        """Hand `event` to every sink, in its turn."""
        self._bus.publish(event)

    def report_journal(self, error: JournalError | None) -> None:
        """Show in every pane that the journal cannot be written, or (None) that it can again."""
        for member in self._members.values():
            if error is not None:
                member.session.status.error_raised(Half.JOURNAL, error)
            else:
                member.session.status.error_cleared(Half.JOURNAL)

    def snapshot(self, session: str) -> SessionSnapshot:
        """The present facts of one session, or its last ones."""
        if (member := self._members.get(session)) is None:
            return self._forgotten[session].snapshot
        return member.session.status.snapshot()

    def settings_of(self, session: str) -> SourceSettings:
        """The present or last settings of the session's source."""
        if (member := self._members.get(session)) is None:
            return self._forgotten[session].source
        return member.session.source

    def recent_sound(self, session: str) -> RecentSound | None:
        """What was heard last; None for a session that does not run."""
        member = self._members.get(session)
        return member.session.recent_sound if member is not None else None

    def commit(self, session: str) -> None:
        """Ask for the open segment to be closed."""
        if (member := self._members.get(session)) is not None:
            member.session.commit()

    def stop(self, session: str) -> None:
        """End a session in good order."""
        member = self._members.get(session)
        if member is not None and member.is_running:
            member.again = False
            member.session.stop()

    def start(self, session: str) -> None:
        """Start a session that is over; else do nothing."""
        member = self._members.get(session)
        if member is None or member.is_running or member.removed:
            return
        if self._group is not None and not self._draining.is_set():
            member.task = self._group.create_task(self._run_member(session, member), name=session)

    def reconnect(self, session: str) -> None:
        """Drop the connection, or the wait for the next, and connect at once."""
        if (member := self._members.get(session)) is not None:
            member.session.reconnect()

    def set_paused(self, session: str, paused: bool) -> None:
        """Stop or resume sending sound."""
        if (member := self._members.get(session)) is not None:
            member.session.set_paused(paused)

    def add(self, source: SourceSettings) -> str:
        """Add a session, started if the engine runs; its id. Raises UsageError."""
        self._check_name(source.name)
        session = self._new_id(source.name)
        shown = SourceName(session, source.name, describe(source.address))
        status = SessionStatus(shown, self.publish, self._services.clock)
        self._members[session] = _Member(Session(source, self._services, status))
        if self._starts_by_itself(source):
            self.start(session)
        return session

    def remove(self, session: str) -> None:
        """End a session in good order and forget all but its last facts."""
        member = self._members.get(session)
        if member is None or member.removed:
            return
        member.removed, member.again = True, False
        if member.is_running:
            member.session.stop()  # it is forgotten when its run is over
        else:
            self._forget(session)

    def rename(self, session: str, name: str) -> None:
        """Call the session `name` from now on. Raises UsageError if another one has that name."""
        member = self._members.get(session)
        if member is None or member.session.source.name == name:
            return
        self._check_name(name, besides=session)
        member.session.source = replace(member.session.source, name=name)
        member.session.status.renamed(name)

    def change(self, session: str, source: SourceSettings) -> None:
        """Replace the settings of its source; restart it where needed. Raises UsageError."""
        member = self._members.get(session)
        if member is None or member.removed:
            return
        self.rename(session, source.name)
        before = member.session.source
        member.session.source = source
        shown = SourceName(session, source.name, describe(source.address))
        member.session.status.source = shown
        if not member.is_running or source.runs_like(before):
            return
        if source.sounds_like(before):
            member.session.change_speech(source.speech)
        else:
            member.session.stop()
            member.again = True

    async def run(self) -> None:
        """Start all sessions; return when all are over after `drain` was called."""
        async with asyncio.TaskGroup() as self._group:
            for session in self.sessions:
                if self._starts_by_itself(self.settings_of(session)):
                    self.start(session)
            await self._draining.wait()
        self._group = None

    async def finished(self) -> None:
        """Return when every session is over; all must have been started."""
        while not self._all_over():
            self._change.clear()
            await self._change.wait()

    async def drain(self) -> None:
        """Stop all sessions in good order and wait for them; bounded by `Timing.drain`."""
        self._draining.set()
        tasks = [member.task for member in self._members.values() if member.task is not None]
        for session in tuple(self._members):
            self.stop(session)
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run_member(self, session: str, member: _Member) -> None:
        """Run one session; a bug in it fails this session alone."""
        try:
            while True:
                member.again = False
                try:
                    await member.session.run()
                except Exception:  # noqa: BLE001 - a pane's bug must not stop the others; reported
                    _log.exception("session %s failed by a bug", session)
                    break
                if not member.again or self._draining.is_set():
                    break
        finally:
            if member.removed:
                self._forget(session)
            self._change.set()

    def _forget(self, session: str) -> None:
        past = self._members.pop(session).session
        self._forgotten[session] = _Forgotten(past.status.snapshot(), past.source)
        past.status.removed()
        self._change.set()

    def _check_name(self, name: str, besides: str | None = None) -> None:
        """Raise UsageError if a session other than `besides` is called `name`."""
        for session in self.sessions:
            if session != besides and self.settings_of(session).name == name:
                raise UsageError(
                    "name taken",
                    f"There is a source called {name} already.",
                    "Choose another name.",
                )

    def _new_id(self, name: str) -> str:
        """`name`, or `name-2` and so on if a session of this run has or had that id."""
        session = free_name(name, self._ids)
        self._ids.add(session)
        return session

    def _all_over(self) -> bool:
        members = self._members.items()
        return bool(self._ids) and all(
            member.session.is_over and not member.again and not self._waits(session, member)
            for session, member in members
        )

    def _starts_by_itself(self, source: SourceSettings) -> bool:
        return self._starts is None or self._starts.may_start(source)

    def _waits(self, session: str, member: _Member) -> bool:
        """Whether a session that is over will be started again by the rule."""
        return self._starts is not None and self._starts.will_start(session, member.session.source)

    def part_failed(self, part: str) -> None:
        """Report on every pane that `part`, which runs beside the sessions, failed by a bug."""
        self.failed_parts.append(part)
        error = ScribeTuiError(
            "internal error",
            f"A part of the program ({part}) failed and was stopped.",
            "Please report it with the diagnostics file; restart when you can.",
        )
        for member in self._members.values():
            member.session.status.error_raised(Half.PROGRAM, error)
