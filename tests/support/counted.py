"""Counts the bytes that a screen of many panes sends its terminal, by part of the screen.

The real app runs in virtual time over scripted sessions: twelve people who speak, with everything a
screen shows of them, or twelve silent sources.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from textual.drivers.headless_driver import HeadlessDriver
from textual.messages import TerminalSupportsSynchronizedOutput
from textual.screen import Screen

from scribe_tui.events import CommittedSegment, Event, PartialChanged, SegmentCommitted
from scribe_tui.session.status.snapshot import Lights
from scribe_tui.tui import app as app_module
from scribe_tui.tui.app import MonitorApp
from scribe_tui.tui.rendering.compositor import Changes
from scribe_tui.tui.terminal.driver import terse
from tests.support.controls import FakeControls
from tests.support.virtual_loop import VirtualLoop

WALL_CLOCK = 1_760_000_000.0
PARTIAL_SECONDS = 0.25
WORDS_PER_SECOND = 2.5
LEVEL_SECONDS = 0.1
SETTLING_SECONDS = 20.0
"""Seconds until panes are full, as they are most of the day."""
TALK = (
    "the harbour office says that two ferries will be late this morning because of fog over "
    "the northern channel and that passengers should wait inside until the next announcement "
    "which is expected at about ten while engine seven has returned to its station after a "
    "small fire near the old market where nobody was hurt but several shops remain closed for "
    "the rest of today and prime minister Anderson will speak in parliament about prices of "
    "gas oil and electricity which have fallen again since Thursday"
)
WORDS = TALK.split()
TERMINAL = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}


@dataclass(frozen=True, slots=True)
class Case:
    """What is measured: a screen of that size with `panes` panes that speak, or do not."""

    columns: int
    rows: int
    speaks: bool
    fps: int = 10
    low_bandwidth: bool = False
    panes: int = 12

    def __str__(self) -> str:
        """Return the case in words."""
        what = f"{self.panes} {'busy' if self.speaks else 'silent'} panes"
        how = ", low bandwidth" if self.low_bandwidth else f", {self.fps} frames/s"
        return f"{self.columns}x{self.rows}, {what}{how}"


class _Recorder(HeadlessDriver):
    """A terminal that accepts all output."""

    is_headless = False
    written: list[str]

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.written = []

    def write(self, data: str) -> None:
        """Record the output."""
        self.written.append(data)


class CountedApp(MonitorApp):
    """Counts bytes by the widget that they draw."""

    CSS_PATH = str(Path(app_module.__file__).with_name("app.tcss"))
    sent: Counter[str]

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.driver_class = _Recorder
        self.sent = Counter()
        self.frames = 0

    def _display(self, screen: Screen[Any], renderable: Any) -> None:
        super()._display(screen, renderable)
        driver = self._driver
        if not isinstance(driver, _Recorder) or not driver.written:
            return
        written, driver.written = driver.written, []
        if renderable is None:
            return
        size = len(terse(written).encode())
        self.frames += 1
        if not isinstance(renderable, Changes):
            self.sent["others"] += size
            return
        alone = Counter[str]()
        for run in renderable.runs:
            where = type(screen.get_widget_at(run.x, run.y)[0]).__name__
            alone[where] += len(Changes([run]).render_segments(self.console).encode())
        drawn = len(renderable.render_segments(self.console).encode())
        for where, part in alone.items():
            self.sent[where] += round(drawn * part / alone.total())
        self.sent["frame"] += size - drawn


def bytes_per_second(case: Case, seconds: float = 60.0) -> Counter[str]:
    """Return bytes per second by the widget they draw; `frame` is what surrounds each picture."""
    with (
        mock.patch.dict("os.environ", TERMINAL),
        asyncio.Runner(loop_factory=VirtualLoop) as runner,
    ):
        return runner.run(_measure(case, seconds))


async def _measure(case: Case, seconds: float) -> Counter[str]:
    loop = asyncio.get_running_loop()
    start = loop.time()
    names = [f"station-{number}" for number in range(1, case.panes + 1)]
    controls = FakeControls(*names)
    with mock.patch("textual._time.get_time", loop.time):
        app = CountedApp(
            controls,
            fps=case.fps,
            low_bandwidth=case.low_bandwidth,
            clock=loop.time,
            wall_clock=lambda: WALL_CLOCK + loop.time() - start,
        )
        running = asyncio.create_task(app.run_async(size=(case.columns, case.rows)))
        speakers = [
            asyncio.create_task(_live(app, controls, name, case.speaks, random.Random(name)))
            for name in names
        ]
        await asyncio.sleep(1.0)
        app.post_message(TerminalSupportsSynchronizedOutput())
        await asyncio.sleep(SETTLING_SECONDS if case.speaks else 5.0)
        app.sent.clear()
        await asyncio.sleep(seconds)
        counted = Counter({where: round(size / seconds) for where, size in app.sent.items()})
        for speaker in speakers:
            speaker.cancel()
        await asyncio.gather(*speakers, return_exceptions=True)
        app.exit()
        with suppress(asyncio.CancelledError):
            await running
    return counted


def waits_per_second(panes: int, seconds: float = 60.0) -> float:
    """Return how often per second a screen of idle panes waits for a time."""
    with (
        mock.patch.dict("os.environ", TERMINAL),
        asyncio.Runner(loop_factory=VirtualLoop) as runner,
    ):
        return runner.run(_waits(panes, seconds)) / seconds


async def _waits(panes: int, seconds: float) -> int:
    loop = asyncio.get_running_loop()
    assert isinstance(loop, VirtualLoop)
    controls = FakeControls(*(f"station-{number}" for number in range(panes)))
    with mock.patch("textual._time.get_time", loop.time):
        app = CountedApp(controls, clock=loop.time, wall_clock=lambda: WALL_CLOCK)
        running = asyncio.create_task(app.run_async(size=(200, 50)))
        await asyncio.sleep(5.0)
        before = loop.waits
        await asyncio.sleep(seconds)
        waits = loop.waits - before
        app.exit()
        with suppress(asyncio.CancelledError):
            await running
    return waits


async def _live(
    app: MonitorApp, controls: FakeControls, name: str, speaks: bool, chance: random.Random
) -> None:
    """Play one source from now on: its level and clock, and what is said."""
    loop = asyncio.get_running_loop()
    began = loop.time() - 700 - chance.random()
    level = -25.0 if speaks else -75.0
    said = _said(name, chance) if speaks else iter(())
    await asyncio.sleep(chance.random() * PARTIAL_SECONDS)
    next_text = loop.time()
    while True:
        if speaks:
            level = min(-8.0, max(-42.0, level + chance.uniform(-7, 7)))
            while loop.time() >= next_text:
                if (event := next(said)) is not None:
                    app.bridge.receive(event)
                next_text += PARTIAL_SECONDS
        lights = Lights(arriving=True, sound=speaks, text=speaks)
        controls.show(name, level_dbfs=level, elapsed_seconds=loop.time() - began, lights=lights)
        await asyncio.sleep(LEVEL_SECONDS)


def _said(name: str, chance: random.Random) -> Iterator[Event | None]:
    """Yield what one person says, one item per quarter of a second: partials, segments, pauses.

    One segment in three is longer than ten seconds, so that its partial has many lines. Of four
    partials one shortens its last word.
    """
    number, at = 0, chance.randrange(len(WORDS))
    while True:
        number += 1
        length = max(3, round(WORDS_PER_SECOND * min(28.0, chance.expovariate(1 / 9))))
        words = [WORDS[(at + index) % len(WORDS)] for index in range(length)]
        at += length
        heard = 0.0
        while heard < length:
            heard += WORDS_PER_SECOND * PARTIAL_SECONDS
            shown = words[: max(1, int(heard))]
            if chance.random() < 0.25:
                shown = [*shown[:-1], shown[-1][: chance.randrange(1, len(shown[-1]) + 1)]]
            yield PartialChanged(session=name, at=WALL_CLOCK, text=" ".join(shown))
        text = " ".join(words).capitalize() + "."
        yield SegmentCommitted(
            session=name,
            at=WALL_CLOCK,
            segment=CommittedSegment(number, text, WALL_CLOCK + 5.0 * number, 0, 1),
        )
        for _ in range(chance.randrange(6)):
            yield None
