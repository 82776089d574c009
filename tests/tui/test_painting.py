"""What a terminal shows after many small updates is what a picture of the whole would show."""

from __future__ import annotations

import random
from typing import Any
from unicodedata import normalize

import pyte
import pytest

from tests.tui.stage import Stage, settle

COLUMNS, ROWS = 100, 30
TEXTS = (
    "the bridge over the river", "will be closed for repairs", "今日の東京は晴れ時々曇りで",
    "cafe\u0301 na\u0308her", "x" * 70, "and", "",
)  # fmt: skip


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

    def same(self) -> bool:
        return self.differences() == []

    def differences(self) -> list[tuple[str, str]]:
        """Rows as they are shown and as they should be."""
        shown = [line.rstrip() for line in self._screen.display]
        # The emulator composes characters and their marks.
        whole = normalize("NFC", self._stage.text())
        wanted = [line.rstrip() for line in whole.splitlines()]
        return [pair for pair in zip(shown, wanted, strict=True) if pair[0] != pair[1]]


@pytest.mark.parametrize("seed", range(2))
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
                    stage.controls.change(
                        name,
                        level_dbfs=chance.uniform(-60, 0),
                        elapsed_seconds=float(step),
                        title=text,
                    )
                    stage.app.monitor.sample()
                case 6:
                    await pilot.press(chance.choice(["tab", "z", "pageup", "end", "p"]))
                case 7:
                    await pilot.press("question_mark")
                    stage.partial(name, text)
                    await settle(pilot, emulator.same)
                    await pilot.press("escape")
            if step % 3 == 0:
                await settle(pilot, emulator.same)
        await settle(pilot, emulator.same)
