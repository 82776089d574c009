"""What every layout looks like, at three sizes and in the looks of poorer terminals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from scribe_tui.events import HitStatus, Tier, WatchHit
from scribe_tui.tui.figures.hour import SLOT_SECONDS
from scribe_tui.tui.layouts.layout import PaneLayout
from scribe_tui.tui.looks import Looks
from scribe_tui.tui.widgets import pane
from tests.tui.dress import before, dress
from tests.tui.stage import NOW, SIZES, Stage, settle, size_name
from tests.tui.test_snapshots import scene, speak

LAYOUTS = list(PaneLayout)[1:]
"""The grid has pictures of its own."""


@pytest.fixture(autouse=True)
def brief_flash(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pictures show what stands: a find is not waited for."""
    monkeypatch.setattr(pane, "FLASH_SECONDS", 0.01)


def fill_hours(stage: Stage) -> None:
    """An hour of each session, the same at every run."""
    for index, each in enumerate(stage.app.monitor.grid.panes):
        for slot in range(3 * index % 5, 23):
            at = NOW - SLOT_SECONDS * (24 - slot)
            kind = "hearing" if (slot + index) % 7 else "deaf"
            each.hour.spread(kind, at, SLOT_SECONDS, NOW)
            spoken = 0 if kind == "deaf" else (slot * 37 + index * 53) % 150
            each.hour.spread("speech", at, spoken, NOW)


def find(stage: Stage, name: str, segment_number: int) -> None:
    """A watch word in what that session said last."""
    hit = WatchHit(
        session=name, at=NOW - 400, hit=1, watch="w", word="ferry", heard="ferry", tier=Tier.EXACT,
        status=HitStatus.UNCONFIRMED, segment_number=segment_number, source_seconds=1.0,
        quote="ferry",
    )  # fmt: skip
    stage.app.bridge.receive(hit)


def arranged(
    layout: PaneLayout, look: str = "", looks: Looks | None = None
) -> tuple[Stage, Callable[[Any], Any]]:
    """Twelve panes in `layout`, the fourth of them chosen."""
    stage = scene(12, looks=looks)

    async def play(pilot: Any) -> None:
        monitor = stage.app.monitor
        dress(stage.app, look)
        await settle(pilot)
        speak(stage)
        find(stage, "interview.mp3", 3)
        fill_hours(stage)
        monitor.grid.set_layout(layout)
        await pilot.press("5")
        await settle(pilot, lambda: "commuters" in stage.text() or "ferry" in stage.text())
        await settle(pilot, lambda: not any(each.stands_out for each in monitor.grid.panes))
        monitor.sample()
        await settle(pilot)

    return stage, play


@pytest.mark.some(1)
@pytest.mark.parametrize("size", SIZES, ids=size_name)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_layouts(snap_compare: Any, layout: PaneLayout, size: tuple[int, int]) -> None:
    stage, play = arranged(layout)
    assert snap_compare(stage.app, terminal_size=size, run_before=play)


@pytest.mark.some(1)
@pytest.mark.parametrize("look", ["light", "16", "none", "ascii"])
@pytest.mark.parametrize("layout", LAYOUTS)
def test_layouts_in_other_looks(
    snap_compare: Any, layout: PaneLayout, look: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage, play = arranged(layout, look, before(look, monkeypatch))
    assert snap_compare(stage.app, terminal_size=(80, 24), run_before=play)
