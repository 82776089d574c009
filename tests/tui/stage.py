"""A monitor over scripted controls, and short names for what tests do with it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from textual.app import App
from textual.pilot import Pilot
from textual.strip import Strip

from scribe_tui.events import (
    CommittedSegment,
    Gap,
    GapRecorded,
    Half,
    PartialChanged,
    SegmentCommitted,
    State,
)
from scribe_tui.session.status.snapshot import StandingError
from scribe_tui.tui.app import MonitorApp
from scribe_tui.tui.looks import Looks
from scribe_tui.tui.monitor_context import MonitorContext
from scribe_tui.tui.widgets.pane import Pane
from tests.support.controls import FakeControls
from tests.support.waiting import PATIENCE

SIZES = (
    (80, 24),
    pytest.param((120, 40), marks=pytest.mark.long),
    pytest.param((200, 50), marks=pytest.mark.long),
)
"""Of terminals that pictures are taken of: the smallest, the hardest one, wherever tests run."""
NOW = 1_760_000_000.0
"""2025-10-09 08:53:20 UTC."""


def size_name(size: tuple[int, int]) -> str:
    """As a test is called by it."""
    return f"{size[0]}x{size[1]}"


class Stage:
    """`app` over `controls`, at a clock that stands still."""

    def __init__(
        self,
        *names: str,
        state: State = State.LIVE,
        context: MonitorContext | None = None,
        looks: Looks | None = None,
        clock: Callable[[], float] = lambda: NOW,
    ) -> None:
        self.controls = FakeControls(*names, state=state)
        self.app = MonitorApp(
            self.controls, clock=clock, wall_clock=lambda: NOW, context=context, looks=looks
        )
        self._numbers = dict.fromkeys(names, 0)

    def pane(self, number: int) -> Pane:
        return self.app.monitor.grid.panes[number - 1]

    def rows(self, number: int) -> list[str]:
        """The transcript of pane `number` as it is drawn, without blanks at the right."""
        view = self.pane(number).transcript
        return [view.render_line(y).text.rstrip() for y in range(view.size.height)]

    def text(self) -> str:
        """The whole screen as text."""
        return screen_text(self.app)

    def partial(self, name: str, text: str) -> None:
        self.app.bridge.receive(PartialChanged(session=name, at=NOW, text=text))

    def commit(self, name: str, text: str, started_at: float = NOW) -> None:
        self._numbers[name] = self._numbers.get(name, 0) + 1
        segment = CommittedSegment(self._numbers[name], text, started_at, 0, 1)
        self.app.bridge.receive(SegmentCommitted(session=name, at=NOW, segment=segment))

    def gap(self, name: str, cause: str, ended_at: float = NOW) -> None:
        gap = Gap(10, 24.2, ended_at - 14.2, ended_at, cause)
        self.app.bridge.receive(GapRecorded(session=name, at=NOW, gap=gap))


def screen_text(app: App[Any]) -> str:
    """What `app` has on the screen, blanks at the ends of its rows cut."""
    return "\n".join(strip.text.rstrip() for strip in screen_strips(app))


def screen_strips(app: App[Any]) -> list[Strip]:
    """Its rows with their colours. No public name of Textual gives what is drawn without
    painting it anew; this is the one place where tests take it.
    """
    return app.screen._compositor.render_strips()


def trouble(message: str, **facts: Any) -> StandingError:
    return StandingError(Half.SOURCE, "trouble", message, **facts)


async def settle(pilot: Pilot[Any], until: Callable[[], bool] = lambda: True) -> None:
    """Wait, boundedly, for all messages to be handled and `until` to hold."""
    async with asyncio.timeout(PATIENCE):
        await pilot.pause()
        while not until():
            await pilot.pause(0.01)
