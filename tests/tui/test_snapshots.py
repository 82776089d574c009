"""What the screen looks like: sizes, numbers of panes, colours, dialogs."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Input

from scribe_tui.config.new_source import new_source
from scribe_tui.config.recent import Recent, RecentSources
from scribe_tui.events import HitStatus, State, Tier, WatchHit
from scribe_tui.session.status.snapshot import Lights
from scribe_tui.settings import SourceSettings, WatchSettings
from scribe_tui.tui.monitor_context import MonitorContext
from scribe_tui.tui.welcome import Start, WelcomeApp
from scribe_tui.tui.widgets import pane
from scribe_tui.watchwords.stage import WatchStage
from tests.tui.dress import before, dress
from tests.tui.stage import NOW, SIZES, Stage, settle, size_name, trouble

ALL_ON = Lights(arriving=True, sound=True, text=True)
TWO_ON = Lights(arriving=True, sound=True)
NAMES = (
    "BBC Radio 4", "France Inter", "Deutschlandfunk", "NHK World 日本語", "mic", "interview.mp3",
    "KEXP", "Radio Classique", "WNYC", "RNE 1", "SR P1", "ABC NewsRadio",
)  # fmt: skip
SENTENCE = "404 Not Found from icecast.example. Check the address in a browser."


def scene(count: int, **options: Any) -> Stage:
    """Every state of a pane that there is, as far as `count` goes."""
    stage = Stage(*NAMES[:count], **options)
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


@pytest.mark.some(1)
@pytest.mark.parametrize("size", SIZES, ids=size_name)
@pytest.mark.parametrize("count", [1, 4, 12])
def test_panes(snap_compare: Any, count: int, size: tuple[int, int]) -> None:
    stage = scene(count)

    async def play(pilot: Any) -> None:
        speak(stage)
        await settle(pilot, lambda: "commuters" in stage.text())
        stage.app.monitor.sample()
        await settle(pilot)

    assert snap_compare(stage.app, terminal_size=size, run_before=play)


@pytest.mark.parametrize("keys", [["4", "z", "pageup"]], ids=["zoom"])
def test_zoom(snap_compare: Any, keys: list[str]) -> None:
    stage = scene(4)

    async def play(pilot: Any) -> None:
        speak(stage)
        await settle(pilot, lambda: "commuters" in stage.text())
        await pilot.press(*keys)
        stage.app.monitor.sample()
        await settle(pilot)

    assert snap_compare(stage.app, terminal_size=(80, 24), run_before=play)


@pytest.mark.some(1)
@pytest.mark.parametrize("look", ["dark", "light", "contrast", "16", "none", "ascii"])
def test_looks(snap_compare: Any, monkeypatch: pytest.MonkeyPatch, look: str) -> None:
    stage = scene(12, looks=before(look, monkeypatch))

    async def play(pilot: Any) -> None:
        dress(stage.app, look)
        speak(stage)
        await settle(pilot, lambda: "commuters" in stage.text())
        stage.app.monitor.sample()
        await settle(pilot)

    assert snap_compare(stage.app, terminal_size=(120, 40), run_before=play)


DIALOGS = {
    "help": ["question_mark"],
    "quit": ["q"],
    "add": ["a"],
    "add wrong": ["a", *"no/such.wav", "enter"],
    "settings": ["S"],
    "settings wrong": ["S", *"nonsense", "enter"],
    "rename": ["R"],
    "remove": ["D"],
    "words": ["w"],
    "hits": ["h"],
    "hits filter": ["h", "slash", *"fi", "enter", "j"],
    "find": ["slash", *"river"],
    "palette": ["ctrl+p", *"co"],
}


def desk(folder: Path) -> MonitorContext:
    """Words, sources of before, and all that forms need."""
    recent = RecentSources(folder / "recent.json")
    recent.add([("news", "http://radio.example/news.mp3"), ("talk", "/home/me/talk.wav")])
    lists = (
        WatchSettings(words=("fire", "Tower Bridge")),
        WatchSettings(name="names", words=("Cholmondeley",)),
    )
    return MonitorContext(watch=WatchStage(lists), make_source=_make, recent=recent)


def _make(name: str, address: str, taken: Collection[str]) -> SourceSettings:
    return new_source(SourceSettings(name="new", address="mic"), name, address, taken)


def find_words(stage: Stage) -> None:
    """Three hits, of each kind one."""
    for number, (tier, status, quote) in enumerate(
        (
            (
                Tier.EXACT,
                HitStatus.CONFIRMED,
                "The fire is under control and the smoke is clearing.",
            ),
            (Tier.CLOSE, HitStatus.CONFIRMED, "The fyre at the bridge will be put out tonight."),
            (Tier.EXACT, HitStatus.UNCONFIRMED, "a fire is"),
        ),
        start=1,
    ):
        heard = "fyre" if tier is Tier.CLOSE else "fire"
        session = NAMES[number - 1]
        stage.app.bridge.receive(
            WatchHit(
                session=session, at=NOW - 90 + number, hit=number, watch="words", word="fire",
                heard=heard, tier=tier, status=status, segment_number=1, source_seconds=1.0,
                quote=quote,
            )
        )  # fmt: skip


@pytest.mark.some(2)
@pytest.mark.parametrize("size", SIZES[::2], ids=size_name)
@pytest.mark.parametrize("dialog", DIALOGS)
def test_dialogs(
    snap_compare: Any,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    dialog: str,
    size: tuple[int, int],
) -> None:
    monkeypatch.setattr(pane, "FLASH_SECONDS", 0.01)
    stage = scene(4, context=desk(tmp_path))

    async def play(pilot: Any) -> None:
        speak(stage)
        find_words(stage)
        await settle(pilot, lambda: "commuters" in stage.text() and "╔" not in stage.text())
        for key in DIALOGS[dialog]:
            await pilot.press(key)
            await settle(pilot)
        for line in stage.app.screen.query(Input):
            line.cursor_blink = False
        stage.app.monitor.sample()
        await settle(pilot, lambda: "wrong" not in dialog or "× " in stage.text())

    assert snap_compare(stage.app, terminal_size=size, run_before=play)


@pytest.mark.some(1)
@pytest.mark.parametrize("size", SIZES[::2], ids=size_name)
@pytest.mark.parametrize("keys", [[], ["a"]], ids=["menu", "address"])
def test_welcome(snap_compare: Any, keys: list[str], size: tuple[int, int]) -> None:
    recent = (Recent("news", "http://radio.example/news.mp3"), Recent("talk", "/home/me/talk.wav"))
    app = WelcomeApp(Start(_make, recent, needs_key=True))

    async def play(pilot: Any) -> None:
        for key in keys:
            await pilot.press(key)
        await settle(pilot)

    assert snap_compare(app, terminal_size=size, run_before=play)
