"""What the screen looks like, at two sizes and three numbers of panes."""

from __future__ import annotations

from typing import Any

import pytest

from scribe_tui.events import State
from scribe_tui.session.state import Lights
from tests.tui.stage import NOW, Stage, settle, trouble

ALL_ON = Lights(arriving=True, sound=True, text=True)
TWO_ON = Lights(arriving=True, sound=True)
NAMES = (
    "BBC Radio 4", "France Inter", "Deutschlandfunk", "NHK World 日本語", "mic", "interview.mp3",
    "KEXP", "Radio Classique", "WNYC", "RNE 1", "SR P1", "ABC NewsRadio",
)  # fmt: skip
SENTENCE = "404 Not Found from icecast.example. Check the address in a browser."


def scene(count: int) -> Stage:
    """Every state of a pane that there is, as far as `count` goes."""
    stage = Stage(*NAMES[:count])
    change = stage.controls.show
    facts: tuple[dict[str, Any], ...] = (
        {
            "level_dbfs": -21.0,
            "lights": ALL_ON,
            "title": "The Archers – Omnibus edition",
            "last_event": "connected",
        },
        {"state": State.BACKOFF, "trouble": trouble(SENTENCE, retry_at=NOW + 8, attempt=3)},
        {"state": State.FAILED, "trouble": trouble("The speech service refused the key.")},
        {
            "level_dbfs": -30.0,
            "lights": Lights(arriving=True, sound=True),
            "paused": True,
            "last_event": "paused",
        },
        {"level_dbfs": -3.0, "lights": ALL_ON, "overruns": 3, "behind_seconds": 4.2},
        {
            "level_dbfs": -18.0,
            "lights": ALL_ON,
            "position_seconds": 600.0,
            "duration_seconds": 2400.0,
        },
        {"state": State.CONNECTING},
        {"level_dbfs": float("-inf"), "lights": Lights(arriving=True), "dead_air": True},
        {"state": State.DRAINING, "level_dbfs": -40.0},
        {"state": State.ENDED, "last_event": "stopped"},
    )
    for name, fact in zip(NAMES[:count], facts, strict=False):
        change(name, **fact)
    return stage


def speak(stage: Stage) -> None:
    for index, name in enumerate(stage.controls.sessions):
        if index in (1, 2):
            continue
        stage.commit(name, "The bridge over the river will be closed for repairs.", NOW - 60)
        stage.gap(name, "source dropped")
        stage.commit(name, "今日の東京は晴れ時々曇りで最高気温は二十四度の予想です。", NOW - 20)
        stage.partial(name, "commuters are advised to use the ferry which")


@pytest.mark.parametrize("size", [(80, 24), (200, 50)], ids=["80x24", "200x50"])
@pytest.mark.parametrize("count", [1, 4, 12])
def test_panes(snap_compare: Any, count: int, size: tuple[int, int]) -> None:
    stage = scene(count)

    async def play(pilot: Any) -> None:
        speak(stage)
        await settle(pilot, lambda: "commuters" in stage.text())
        stage.app.monitor.sample()
        await settle(pilot)

    assert snap_compare(stage.app, terminal_size=size, run_before=play)


@pytest.mark.parametrize(
    "keys", [["question_mark"], ["q"], ["4", "z", "pageup"]], ids=["help", "quit", "zoom"]
)
def test_dialogs_and_zoom(snap_compare: Any, keys: list[str]) -> None:
    stage = scene(4)

    async def play(pilot: Any) -> None:
        speak(stage)
        await settle(pilot, lambda: "commuters" in stage.text())
        await pilot.press(*keys)
        stage.app.monitor.sample()
        await settle(pilot)

    assert snap_compare(stage.app, terminal_size=(80, 24), run_before=play)
