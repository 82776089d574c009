"""The monitor as plain lines over scripted controls, and its output."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from pathlib import Path

from scribe_tui.config.new_source import new_source
from scribe_tui.errors import UsageError
from scribe_tui.events import (
    CommittedSegment,
    SegmentCommitted,
    SessionOpened,
    State,
)
from scribe_tui.settings import SourceSettings, WatchSettings
from scribe_tui.tui.actions.saving import Present
from scribe_tui.tui.lines.app import LineApp
from scribe_tui.tui.monitor_context import MonitorContext
from scribe_tui.watchwords.stage import WatchStage
from tests.support.controls import FakeControls
from tests.support.waiting import PATIENCE

NOON = 1_760_000_000.0


class Said:
    """Replaces the terminal: records the lines that were said."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.echoed = ""
        self.whole = ""
        self.written = b""
        self.came = asyncio.Event()

    def open(self) -> None: ...

    def close(self) -> None: ...

    def say(self, line: str) -> None:
        self.lines.append(line)
        self.whole += f"{line}\n"
        self.came.set()

    async def later(self, text: str) -> str:
        """Return the first line with `text`, once it is said."""
        async with asyncio.timeout(PATIENCE):
            while not (found := [line for line in self.lines if text in line]):
                self.came.clear()
                await self.came.wait()
        return found[0]

    def echo(self, text: str) -> None:
        self.echoed += text
        self.whole += text

    def write(self, data: bytes) -> None:
        self.written += data


def make(name: str, address: str, taken: Collection[str]) -> SourceSettings:
    return new_source(SourceSettings(name="new", address="mic"), name, address, taken)


class Lines:
    """A LineApp whose lines are recorded. Each reading of its clock is `step` seconds later."""

    now = 100.0
    step = 1.0

    def __init__(self, folder: Path, *names: str, state: State = State.LIVE) -> None:
        self.controls = FakeControls(*names, state=state)
        self.app = LineApp(self.controls, clock=self._clock)
        self.said = Said()
        self.app.terminal = self.said  # type: ignore[assignment]
        self.watch = WatchStage([WatchSettings(words=("fire",))])
        self.saved: list[tuple[Path, Present, bool]] = []
        self.app.context = MonitorContext(
            watch=self.watch, run=folder, make_source=make, save_set=self._save
        )
        self._numbers = dict.fromkeys(names, 0)
        for name in names:
            self.app.bridge.receive(
                SessionOpened(
                    session=name, at=NOON, name=name, source="x", audio_format="pcm_16000",
                    commit="vad",
                )
            )  # fmt: skip

    def _clock(self) -> float:
        self.now += self.step
        return self.now

    def _save(self, file: Path, present: Present, replacing: bool) -> None:
        if file.exists() and not replacing:
            raise UsageError("file exists", f"{file} is there already.")
        self.saved.append((file, present, replacing))

    def commit(self, name: str, text: str, seconds: float = 0.0) -> None:
        self._numbers[name] += 1
        segment = CommittedSegment(self._numbers[name], text, NOON + seconds, seconds, seconds + 1)
        self.app.bridge.receive(SegmentCommitted(session=name, at=NOON, segment=segment))

    def press(self, *keys: str) -> list[str]:
        """Press keys one by one; return what was said since."""
        self.said.lines.clear()
        for key in keys:
            self.app.typed(key)
        return list(self.said.lines)
