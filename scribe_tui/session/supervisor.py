"""Supervisor: N sessions side by side. Isolates their faults, fans their events out to sinks."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Sequence

from scribe_tui.audio.open import describe
from scribe_tui.errors import JournalError, ScribeTuiError
from scribe_tui.events import Event, Half
from scribe_tui.session.context import Services
from scribe_tui.session.controls import Sink
from scribe_tui.session.session import Session
from scribe_tui.session.state import SessionSnapshot
from scribe_tui.session.status.status import SessionStatus
from scribe_tui.settings import SourceSettings

_log = logging.getLogger(__name__)


class Supervisor:
    """Owns every session's task; implements `controls.Controls`."""

    def __init__(
        self,
        sources: Iterable[SourceSettings],
        services: Services,
        sinks: Sequence[Sink] = (),
    ) -> None:
        self._sinks = list(sinks)
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._group: asyncio.TaskGroup | None = None
        self._change = asyncio.Event()
        self._draining = asyncio.Event()
        self._sessions = {
            source.name: Session(
                source, services, SessionStatus(source.name, describe(source.address), self.publish)
            )
            for source in sources
        }

    @property
    def names(self) -> tuple[str, ...]:
        """The sessions' unique names in the order of their panes."""
        return tuple(self._sessions)

    def add_sink(self, sink: Sink) -> None:
        """Let `sink` have every event from now on."""
        self._sinks.append(sink)

    def publish(self, event: Event) -> None:
        """Hand `event` to every sink; a sink that fails is taken out and its failure told."""
        for sink in tuple(self._sinks):
            try:
                sink.receive(event)
            except Exception:  # noqa: BLE001 - a sink's bug must not stop the engine; it is told
                _log.exception("sink %s failed and was taken out", type(sink).__name__)
                self._sinks.remove(sink)
                self._tell_all(
                    Half.PROGRAM,
                    ScribeTuiError(
                        "internal error",
                        f"A part of the program ({type(sink).__name__}) failed and was stopped.",
                        "Please report it with the diagnostics file; restart when you can.",
                    ),
                )

    def journal_trouble(self, error: JournalError | None) -> None:
        """The journal cannot be written (error) or can again (None): every pane shows it."""
        if error is not None:
            self._tell_all(Half.JOURNAL, error)
            return
        for session in self._sessions.values():
            session.status.error_cleared(Half.JOURNAL)

    def snapshot(self, name: str) -> SessionSnapshot:
        """The present facts of one session."""
        return self._sessions[name].status.snapshot()

    def commit(self, name: str) -> None:
        """Ask for the open segment to be closed."""
        self._sessions[name].commit()

    def stop(self, name: str) -> None:
        """End a session in good order."""
        if self._is_running(name):
            self._sessions[name].stop()

    def start(self, name: str) -> None:
        """Start a session that is over; else do nothing."""
        if self._group is None or self._draining.is_set() or self._is_running(name):
            return
        session = self._sessions[name]
        self._tasks[name] = self._group.create_task(self._run_isolated(session), name=name)

    def reconnect(self, name: str) -> None:
        """Drop the connection, or the wait for the next, and connect at once."""
        self._sessions[name].reconnect()

    def set_paused(self, name: str, paused: bool) -> None:
        """Stop or resume sending sound."""
        self._sessions[name].set_paused(paused)

    async def run(self) -> None:
        """Start all sessions; return when all are over after `drain` was called.

        Tasks begin a step later from here on: Textual lets them begin at once where Python can
        (3.12), and then the SDK reads a connection's first message before anybody listens.
        """
        asyncio.get_running_loop().set_task_factory(None)
        async with asyncio.TaskGroup() as self._group:
            for name in self._sessions:
                self.start(name)
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
        for name in self._sessions:
            self.stop(name)
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _run_isolated(self, session: Session) -> None:
        """Run one session; a bug in it marks its pane failed and nothing else."""
        try:
            await session.run()
        except Exception:  # noqa: BLE001 - a pane's bug must not stop the others; the session told it
            _log.exception("session %s failed by a bug", session.status.name)
        finally:
            self._change.set()

    def _is_running(self, name: str) -> bool:
        """Whether the session has a run, be it one that has yet to begin."""
        task = self._tasks.get(name)
        return task is not None and not task.done()

    def _all_over(self) -> bool:
        return bool(self._tasks) and all(session.is_over for session in self._sessions.values())

    def _tell_all(self, half: Half, error: ScribeTuiError) -> None:
        for session in self._sessions.values():
            session.status.error_raised(half, error)
