"""Work, counted: what one partial and one look at the meters cost on a wall of twelve panes.

Counts do not depend on the machine. A higher one is a regression, whatever the clock says.
"""

from __future__ import annotations

import asyncio
import gc
import re
import sys
from collections import Counter
from collections.abc import AsyncIterator, Callable
from types import FrameType
from typing import Any

import pytest
from textual.message_pump import MessagePump
from textual.pilot import Pilot

import scribe_tui
from scribe_tui.tui.rendering.compositor import CellCompositor, Changes
from scribe_tui.tui.rendering.rows_widget import RowsWidget
from tests.support.counted import waits_per_second
from tests.support.waiting import PATIENCE
from tests.tui.stage import Stage, settle

OURS = str(next(iter(scribe_tui.__path__)))
PANES = [f"station {number}" for number in range(1, 13)]
SGR = re.compile(r"\x1b\[[\d;:]*m")
ONE_SGR = "\x1b[38;5;99m"
"""Rich keeps the codes of a style in the colours it was first drawn in, maybe by another test."""
SAID = "and now over to our correspondent in the harbour who has"


class Wall:
    """Twelve panes that have some text, and counters of what is done for more."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.stage = Stage(*PANES)
        self.work: Counter[str] = Counter()
        self._patch = monkeypatch
        self._framed = asyncio.Event()

    def watch(self) -> None:
        """Begin to count."""
        self._count(RowsWidget, "cells", "asked")
        self._count(RowsWidget, "_draw", "drawn")
        self._count(MessagePump, "post_message", "messages")
        self._count(CellCompositor, "_render_chops", "screens")
        real = CellCompositor.render_partial_update

        def weigh(compositor: CellCompositor) -> Changes | None:
            changes = real(compositor)
            if changes is not None:
                self._framed.set()
                self.work["frames"] += 1
                painted = changes.render_segments(self.stage.app.console)
                self.work["bytes"] += len(SGR.sub(ONE_SGR, painted).encode())
            return changes

        self._patch.setattr(CellCompositor, "render_partial_update", weigh)

    def _count(self, owner: type, name: str, what: str) -> None:
        real: Callable[..., Any] = getattr(owner, name)

        def counted(*arguments: Any, **options: Any) -> Any:
            self.work[what] += 1
            return real(*arguments, **options)

        self._patch.setattr(owner, name, counted)

    async def cost(self, act: Callable[[], None]) -> Counter[str]:
        """What `act` and the frame after it take. (A pilot's pause would post messages.)

        What an app before left half done would be ended as garbage, and counted.
        """
        gc.collect()
        self.work.clear()
        self._framed.clear()
        sys.setprofile(self._count_call)
        try:
            act()
            async with asyncio.timeout(PATIENCE):
                await self._framed.wait()
        finally:
            sys.setprofile(None)
        return self.work

    def _count_call(self, frame: FrameType, event: str, _argument: object) -> None:
        """Calls of the program's own functions."""
        if event == "call" and frame.f_code.co_filename.startswith(OURS):
            self.work["calls"] += 1


@pytest.fixture
async def wall(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[tuple[Wall, Pilot[Any]]]:
    wall = Wall(monkeypatch)
    stage = wall.stage
    # The screen's own clock would look at the meters whenever it likes.
    monkeypatch.setattr("scribe_tui.tui.screens.monitor.SAMPLE_SECONDS", 3600.0)
    async with stage.app.run_test(size=(200, 50)) as pilot:
        for name in PANES:
            stage.controls.show(name, level_dbfs=-30.0, elapsed_seconds=751.0)
            stage.commit(name, "The bridge over the river will be closed for repairs.")
            stage.partial(name, SAID)
        stage.app.monitor.sample()
        await settle(pilot, lambda: stage.text().count("harbour") == 12)
        wall.watch()
        yield wall, pilot


async def test_a_partial_costs_its_new_words(wall: tuple[Wall, Pilot[Any]]) -> None:
    counts, _ = wall
    spent = await counts.cost(lambda: counts.stage.partial(PANES[5], f"{SAID} been there"))
    assert spent["frames"] == 1
    assert spent["calls"] <= 95
    assert spent["asked"] == 1, "the one row that grew; no other pane is asked for anything"
    assert spent["drawn"] == 0, "no line is drawn whole"
    assert spent["messages"] <= 2
    assert spent["screens"] == 0
    assert spent["bytes"] <= len(" been there") + 30


async def test_partials_of_all_panes_share_a_frame(wall: tuple[Wall, Pilot[Any]]) -> None:
    counts, _ = wall

    def all_speak() -> None:
        for name in PANES:
            counts.stage.partial(name, f"{SAID} been there")

    spent = await counts.cost(all_speak)
    assert spent["frames"] == 1
    assert spent["calls"] <= 12 * 70
    assert spent["asked"] == 12
    assert spent["drawn"] == 0
    assert spent["messages"] <= 2, "not per pane"
    assert spent["bytes"] <= 12 * (len(" been there") + 30)


async def test_a_look_at_the_meters_costs_the_cells_that_moved(
    wall: tuple[Wall, Pilot[Any]],
) -> None:
    counts, _ = wall

    def a_second_later() -> None:
        for name in PANES:
            counts.stage.controls.show(name, level_dbfs=-20.0, elapsed_seconds=752.0)
        counts.stage.app.monitor.sample()

    spent = await counts.cost(a_second_later)
    assert spent["frames"] == 1
    assert spent["calls"] <= 12 * 120, "what every pane is asked twice a second"
    assert spent["asked"] == 24, "the level and the time of each pane"
    assert spent["drawn"] == 0
    assert spent["messages"] <= 2
    assert spent["bytes"] <= 12 * 50


async def test_a_committed_line_takes_its_pane_and_no_other(
    wall: tuple[Wall, Pilot[Any]],
) -> None:
    counts, _ = wall
    spent = await counts.cost(lambda: counts.stage.commit(PANES[0], f"{SAID} been there"))
    assert spent["asked"] <= 4
    assert spent["drawn"] == 0
    assert spent["bytes"] <= 2 * len(SAID) + 100


def test_timers_do_not_grow_with_the_panes() -> None:
    alone = waits_per_second(1)
    assert 0 < alone < 10
    assert waits_per_second(12) == pytest.approx(alone, abs=0.5)


async def test_text_out_of_view_costs_no_paint(wall: tuple[Wall, Pilot[Any]]) -> None:
    counts, pilot = wall
    await pilot.press("z")
    await settle(pilot, lambda: not counts.stage.pane(6).transcript.in_view)
    heard = counts.stage.pane(6).transcript.transcript
    counts.work.clear()
    counts.stage.partial(PANES[5], f"{SAID} been there")
    await settle(pilot, lambda: heard.partial.endswith("been there"))
    assert counts.work["frames"] == counts.work["drawn"] == 0
