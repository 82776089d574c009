"""What a terminal shows after many small updates is what a picture of the whole would show."""

from __future__ import annotations

import random
from types import SimpleNamespace
from typing import Any
from unicodedata import category, normalize

import pyte
import pytest

from scribe_tui.audio.web.station_list import Station
from scribe_tui.tui.screens.stations import StationsScreen
from tests.tui.stage import Stage, settle

COLUMNS, ROWS = 100, 30
TEXTS = (
    "the bridge over the river", "will be closed for repairs", "今日の東京は晴れ時々曇りで",
    "cafe\u0301 na\u0308her", "x" * 70, "and", "",
)  # fmt: skip


KEYS = ("tab", "z", "pageup", "end", "p", "l", "L", "O")


class Emulator:
    """A terminal that gets what the app would write."""

    def __init__(self, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
        self._screen = pyte.Screen(COLUMNS, ROWS)
        self._screen.reset_mode(pyte.modes.DECAWM)  # as the driver has it
        self._screen.set_mode(pyte.modes.LNM)
        self._stream = pyte.Stream(self._screen)
        self._stage = stage
        monkeypatch.setattr(stage.app, "_display", self._display)

    def _display(self, _screen: object, update: Any) -> None:
        if update is not None:
            self._stream.feed(update.render_segments(self._stage.app.console))

    def row(self, y: int, first: int, last: int) -> str:
        """The cells `first` to `last` (past the end) of row `y`."""
        return "".join(self._screen.buffer[y][x].data for x in range(first, last)).rstrip()

    def same(self) -> bool:
        return self.differences() == []

    def differences(self) -> list[tuple[str, str]]:
        """Rows as they are shown and as they should be."""
        shown = [line.rstrip() for line in self._screen.display]
        # The emulator composes characters and their marks.
        whole = normalize("NFC", self._stage.text())
        wanted = [line.rstrip() for line in whole.split("\n")]
        return [pair for pair in zip(shown, wanted, strict=True) if pair[0] != pair[1]]


@pytest.mark.some(1)
@pytest.mark.parametrize("seed", range(3))
async def test_many_small_updates_make_the_whole_picture(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(seed)
    names = ["one", "two", "three", "four", "five"]
    stage = Stage(*names)
    emulator = Emulator(stage, monkeypatch)
    async with stage.app.run_test(size=(COLUMNS, ROWS)) as pilot:
        await settle(pilot, emulator.same)
        for step in range(40):
            name, text = chance.choice(names), chance.choice(TEXTS)
            match chance.randrange(8):
                case 0 | 1 | 2:
                    stage.partial(name, f"{chance.choice(TEXTS)} {text}")
                case 3 | 4:
                    stage.commit(name, f"{text} {step}")
                case 5:
                    stage.controls.show(
                        name,
                        level_dbfs=chance.uniform(-60, 0),
                        elapsed_seconds=float(step),
                        title=text,
                    )
                    stage.app.monitor.sample()
                case 6:
                    await pilot.press(
                        chance.choice(["tab", "z", "pageup", "end", "p", "l", "L", "O"])
                    )
                case 7:
                    await pilot.press("question_mark")
                    stage.partial(name, text)
                    await settle(pilot, emulator.same)
                    await pilot.press("escape")
            if step % 3 == 0:
                await settle(pilot, emulator.same)
        await settle(pilot, emulator.same)


async def test_behind_a_dialog_with_a_ground_of_its_own_nothing_is_painted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stage = Stage("one", "two")
    emulator = Emulator(stage, monkeypatch)
    async with stage.app.run_test(size=(COLUMNS, ROWS)) as pilot:
        await settle(pilot, emulator.same)
        take: Any = None  # nothing is taken
        stage.app.push_screen(StationsScreen([Station("a", "http://a.example/")], take))
        await settle(pilot, lambda: "1 station in this list" in stage.text())
        for step, text in enumerate(TEXTS):
            stage.partial("one", text)
            stage.controls.show("two", level_dbfs=-9.0 * step, elapsed_seconds=float(step))
            stage.app.monitor.sample()
            await settle(pilot)
            assert emulator.same(), emulator.differences()
        await pilot.press("escape")
        await settle(pilot, emulator.same)


HINDI = ("नमस्ते, दिल्ली में बारिश हो रही है और किसानों को राहत मिली है", "किसानों को राहत मिली है")


@pytest.mark.parametrize("cells", [0, 1], ids=["no cell", "a cell of its own"])
async def test_signs_on_which_terminals_differ_leave_the_neighbour_alone(
    cells: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = pyte.screens.wcwidth
    monkeypatch.setattr(
        pyte.screens, "wcwidth", lambda char: cells if category(char) == "Mc" else known(char)
    )
    marks = SimpleNamespace(combining=lambda _char: 1, normalize=normalize)
    monkeypatch.setattr(pyte.screens, "unicodedata", marks)  # it stops at marks of class 0
    stage = Stage("left", "right")
    emulator = Emulator(stage, monkeypatch)
    async with stage.app.run_test(size=(COLUMNS, ROWS)) as pilot:
        stage.controls.show("left", title=HINDI[1])
        for text in (*HINDI, HINDI[0]):
            stage.commit("right", "commuters are advised to use the ferry")
            stage.partial("left", text)
            stage.app.monitor.sample()
            await settle(pilot, lambda text=text: text.split()[-1] in stage.text())
            stage.commit("left", text)
        heard = stage.pane(1).transcript.transcript
        compositor: Any = stage.app.screen._compositor
        await settle(pilot, lambda: heard.end == 3 and not compositor.dirty)
        left, right = (stage.pane(number) for number in (1, 2))
        for y, line in enumerate(stage.rows(2), 1):
            assert emulator.row(y, right.region.x + 2, COLUMNS) == line
        for y, line in enumerate(stage.rows(1), 1):
            shown = emulator.row(y, left.region.x + 2, left.region.right)
            assert normalize("NFC", shown) == normalize("NFC", line)
