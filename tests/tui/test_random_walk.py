"""Keys, pastes, clicks, sizes and words at random: nothing fails, nothing is stopped unasked."""

from __future__ import annotations

import logging
import random
from pathlib import Path
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot

from scribe_tui.events import HitStatus, SessionRemoved, Tier, WatchHit
from scribe_tui.session.status.snapshot import Lights
from scribe_tui.settings import SourceSettings
from scribe_tui.tui.keys import ALL_KEYS
from scribe_tui.tui.layouts.layout import PaneLayout
from scribe_tui.tui.screens.question import QuestionScreen
from tests.support.requirements import IN_CI
from tests.tui.form_stage import FormStage
from tests.tui.stage import NOW, settle

SEEDS = range(10)
STEPS = 250 if IN_CI else 60
"""Of each seed: in all about 5,000 keys by CI."""
NAMES = ("news", "harbor", "Wetter-ÄÖ", "四号", "e")
ODD_NAMES = ("desk", "漢字の放送局" * 4, "a name as long as a sentence, which is long " * 3, "👩‍👧")
SAYS_YES = frozenset({"y", "enter"})
ENDS = frozenset({"ctrl+c"})
"""It leaves without a question, as it is there for."""
WORDS = (
    "fire",
    "bridge",
    "\u202eevil",
    "漢字漢字",
    "e\u0301",
    "👩‍👧",
    "x" * 90,
    "to",
    "a",
    "the",
)
EDITING = ("backspace", "delete", "ctrl+a", "ctrl+u", "ctrl+k", "ctrl+w", "ctrl+x", "ctrl+v")
OTHER_KEYS = (*EDITING, "enter", "escape", "space", "f5", "ctrl+z", "insert", *"äß€.;\\(*[$5ZQ")
KEYS = sorted({key for one in ALL_KEYS for key in one.keys.split(",")} - ENDS)
PASTES = (
    "q", "qy\r", "sy\n", "(.*)+[", "\x1b[2J\x1b]0;owned\a", "http://a.example/x\ns\nD\ny\n",
    "#EXTM3U\n#EXTINF:-1,A\nhttp://a.example/1\n", "x" * 10_000, "z" * 1_000_000,
    "10:41", "-5m", "99999999999999999999:00", "\0", "漢" * 300,
)  # fmt: skip


class Walker:
    """One walk; `trail` are its last steps, to be read where it fails."""

    def __init__(self, stage: FormStage, pilot: Pilot[Any], seed: int) -> None:
        self.stage = stage
        self.pilot = pilot
        self.dice = random.Random(seed)
        self.trail: list[str] = []
        self._hits = 0
        self._parting: list[str] = []
        """Removed, and the screen does not know it yet."""
        self.removed = 0
        """Sessions that went without a key, whatever was open on them."""

    async def step(self) -> None:
        """Do one thing."""
        kinds = {
            self._key: 70, self._paste: 3, self._mouse: 6, self._size: 3, self._speak: 18,
            self._come_and_go: 3,
        }  # fmt: skip
        (act,) = self.dice.choices([*kinds], [*kinds.values()])
        await act()
        if self._parting and self.dice.random() < 0.3:
            session = self._parting.pop()
            self.trail.append(f"removed {session}")
            self.stage.app.bridge.receive(SessionRemoved(session=session, at=NOW))

    async def _key(self) -> None:
        key = self.dice.choice(KEYS if self.dice.random() < 0.75 else OTHER_KEYS)
        if isinstance(self.stage.app.screen, QuestionScreen) and key in SAYS_YES:
            key = "escape"
        self.trail.append(key)
        for _ in range(self.dice.choice((1, 1, 1, 2, 9))):
            if not isinstance(self.stage.app.screen, QuestionScreen) or key not in SAYS_YES:
                await self.pilot.press(key)

    async def _paste(self) -> None:
        text = self.dice.choice(PASTES)
        self.trail.append(f"paste {text[:20]!r}")
        self.stage.app.post_message(events.Paste(text))
        await self.pilot.pause()

    async def _mouse(self) -> None:
        width, height = self.stage.app.size
        place = self.dice.randrange(width), self.dice.randrange(height)
        self.trail.append(f"mouse {place}")
        turned = self.dice.choice((events.MouseScrollUp, events.MouseScrollDown))
        clicked = self.dice.random() < 0.5
        for kind in (events.MouseDown, events.MouseUp) if clicked else (turned,):
            # As a terminal sends it: whatever is there by now, perhaps nothing yet.
            button = 1 if clicked else 0
            self.stage.app.post_message(
                kind(None, *place, 0, 0, button, False, False, False, *place)
            )
            await self.pilot.pause()

    async def _size(self) -> None:
        size = self.dice.randrange(60, 401), self.dice.randrange(15, 101)
        self.trail.append(f"size {size}")
        await self.pilot.resize_terminal(*size)

    async def _come_and_go(self) -> None:
        """Somebody else adds, renames and removes sources."""
        controls = self.stage.controls
        act = self.dice.choice(("add", "rename", "remove")) if controls.sessions else "add"
        self.trail.append(f"{act} from outside")
        name = self.dice.choice(ODD_NAMES) + str(len(controls.calls))
        if act == "add" and len(controls.sessions) < 40:
            controls.add(SourceSettings(name=name, address="mic"))
        elif act == "rename":
            controls.rename(self.dice.choice(controls.sessions), name)
        elif act == "remove":
            session = self.dice.choice(controls.sessions)
            controls.remove(session)
            self._parting.append(session)
            self.removed += 1
        if self.dice.random() < 0.5:
            self.stage.app.monitor.sample()
        await self.pilot.pause()

    async def _speak(self) -> None:
        sessions = self.stage.controls.sessions
        if not sessions:
            return
        name, said = self.dice.choice(sessions), " ".join(self.dice.choices(WORDS, k=7))
        act = self.dice.choice(("partial", "commit", "gap", "hit", "lights"))
        self.trail.append(act)
        match act:
            case "partial":
                self.stage.partial(name, said)
            case "commit":
                self.stage.commit(name, said, NOW + self.dice.randrange(-4000, 0))
            case "gap":
                self.stage.gap(name, said)
            case "hit":
                self._hits += 1
                status = self.dice.choice([*HitStatus])
                hit = WatchHit(
                    session=name, at=NOW, hit=self.dice.randrange(1, self._hits + 1), watch="w",
                    word="fire", heard="fire", tier=self.dice.choice([*Tier]), status=status,
                    segment_number=self.dice.randrange(1, 9), source_seconds=1.0, quote=said,
                    alert=True,
                )  # fmt: skip
                self.stage.app.bridge.receive(hit)
            case "lights":
                lights = Lights(*(self.dice.random() < 0.5 for _ in range(3)))
                self.stage.controls.show(name, lights=lights, level_dbfs=-20.0)
        self.stage.app.monitor.sample()
        await self.pilot.pause()


@pytest.mark.some(1)
@pytest.mark.parametrize("seed", SEEDS)
async def test_nothing_fails_and_nothing_is_stopped_or_removed_unasked(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    stage = FormStage(tmp_path, *NAMES)
    layout = [*PaneLayout][seed % len(PaneLayout)]
    async with stage.app.run_test(size=(120, 30)) as pilot:
        stage.app.monitor.use_layout(layout)
        walker = Walker(stage, pilot, seed)
        for _ in range(STEPS):
            await walker.step()
            assert stage.app.is_running, walker.trail[-12:]
            assert not stage.app.faults.standing, (stage.app.faults.standing, walker.trail[-12:])
        done = [call for call, _ in stage.controls.calls]
        assert done.count("remove") == walker.removed, walker.trail
        assert "drain" not in done, walker.trail
        assert not [one for one in caplog.records if one.levelno >= logging.WARNING], caplog.text
        await _still_answers(stage, pilot)


async def _still_answers(stage: FormStage, pilot: Pilot[Any]) -> None:
    """Escape leads back to the panes, and a key opens what it should."""
    app = stage.app
    for _ in range(12):
        await pilot.press("escape")
    await settle(pilot, lambda: len(app.screen_stack) == 1)
    await pilot.resize_terminal(120, 30)
    await pilot.press("question_mark")
    await settle(pilot, lambda: "esc closes" in stage.text())
