"""FakeControls: a scripted engine for Pilot tests; snapshots are set, calls are recorded."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from scribe_tui.config.names import free_name
from scribe_tui.errors import UsageError
from scribe_tui.events import State
from scribe_tui.session.buffer.recent_sound import RecentSound
from scribe_tui.session.status.snapshot import SessionSnapshot
from scribe_tui.settings import SourceSettings


class FakeControls:
    """Sessions that only record what they are asked to do.

    `calls` has (method, session name) pairs; a test clears `drain_finishes` to keep a drain from
    ending, and sets it to let it end.
    """

    def __init__(self, *names: str, state: State = State.LIVE) -> None:
        self._snapshots = {
            name: SessionSnapshot(
                session=name,
                name=name,
                source=f"http://radio.example/{name}",
                state=state,
                elapsed_seconds=751,
            )
            for name in names
        }
        self._removed: set[str] = set()
        self.calls: list[tuple[str, str]] = []
        self.taken: set[str] = set()
        self._settings: dict[str, SourceSettings] = {}
        self.samples = 0
        self.recents: dict[str, RecentSound] = {}
        self.running = False
        self.drain_finishes = asyncio.Event()
        self.drain_finishes.set()
        self._over = asyncio.Event()

    @property
    def sessions(self) -> tuple[str, ...]:
        return tuple(session for session in self._snapshots if session not in self._removed)

    def show(self, session: str, /, **facts: Any) -> None:
        """Change `facts` of the next snapshots of `session`."""
        self._snapshots[session] = replace(self._snapshots[session], **facts)

    def snapshot(self, name: str) -> SessionSnapshot:
        self.samples += 1
        return self._snapshots[name]

    def commit(self, name: str) -> None:
        self.calls.append(("commit", name))

    def stop(self, name: str) -> None:
        self.calls.append(("stop", name))
        self.show(name, state=State.ENDED)

    def start(self, name: str) -> None:
        self.calls.append(("start", name))
        self.show(name, state=State.LIVE)

    def reconnect(self, name: str) -> None:
        self.calls.append(("reconnect", name))

    def set_paused(self, name: str, paused: bool) -> None:
        self.calls.append(("pause" if paused else "resume", name))
        self.show(name, paused=paused)

    def recent_sound(self, session: str) -> RecentSound | None:
        return self.recents.get(session)

    def settings_of(self, session: str) -> SourceSettings:
        name = self._snapshots[session].name
        known = self._settings.get(session) or SourceSettings(name=name, address="mic")
        self._settings[session] = known if known.name == name else replace(known, name=name)
        return self._settings[session]

    def add(self, source: SourceSettings) -> str:
        self._check(source.name)
        session = free_name(source.name, self._snapshots)
        self._settings[session] = source
        self.calls.append(("add", source.name))
        self._snapshots[session] = SessionSnapshot(
            session=session,
            name=source.name,
            source=source.address,
            state=State.CONNECTING,
            elapsed_seconds=0,
        )
        return session

    def remove(self, session: str) -> None:
        self.calls.append(("remove", session))
        self._removed.add(session)

    def rename(self, session: str, name: str) -> None:
        self._check(name)
        self.calls.append(("rename", name))
        self.show(session, name=name)

    def change(self, session: str, source: SourceSettings) -> None:
        self.calls.append(("change", session))
        self._settings[session] = source
        self.show(session, name=source.name)

    def _check(self, name: str) -> None:
        if name in self.taken:
            raise UsageError("name taken", f"There is a source called {name} already.")

    async def run(self) -> None:
        self.running = True
        await self._over.wait()
        self.running = False

    async def drain(self) -> None:
        self.calls.append(("drain", "*"))
        for name in self.sessions:
            self.show(name, state=State.DRAINING)
        await self.drain_finishes.wait()
        for name in self.sessions:
            self.show(name, state=State.ENDED)
        self._over.set()
