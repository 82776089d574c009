"""Whole screens and dialogs take few bytes, and a terminal shows them as Textual would."""

from __future__ import annotations

from typing import Any

import pyte
import pytest
from textual._compositor import ChopsUpdate, LayoutUpdate

from scribe_tui.tui.rendering.updates import in_fewer_bytes
from tests.tui.stage import Stage, settle


class Twins:
    """Two terminals: one gets what Textual writes, the other the same in fewer bytes."""

    def __init__(self, stage: Stage, monkeypatch: pytest.MonkeyPatch, columns: int, rows: int):
        self._stage = stage
        self._screens = [pyte.Screen(columns, rows) for _ in range(2)]
        for screen in self._screens:
            screen.reset_mode(pyte.modes.DECAWM)
            screen.set_mode(pyte.modes.LNM)
        self._streams = [pyte.Stream(screen) for screen in self._screens]
        self.sizes = [0, 0]
        self.kinds: set[type] = set()
        monkeypatch.setattr(stage.app, "_display", self._display)

    def _display(self, _screen: object, update: Any) -> None:
        if update is None:
            return
        self.kinds.add(type(update))
        for index, one in enumerate((update, in_fewer_bytes(update))):
            told = one.render_segments(self._stage.app.console)
            self._streams[index].feed(told)
            # How many frames of our own come between is a matter of time; they stay as they are.
            if isinstance(update, LayoutUpdate | ChopsUpdate):
                self.sizes[index] += len(told.encode())

    @property
    def shown(self) -> list[list[str]]:
        """What each of them shows."""
        return [[line.rstrip() for line in screen.display] for screen in self._screens]


@pytest.mark.some(1)
@pytest.mark.parametrize("size", [(80, 24), (200, 50)])
async def test_dialogs_look_the_same_and_take_a_fraction_of_the_bytes(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = Stage("one", "two", "three")
    twins = Twins(stage, monkeypatch, *size)
    async with stage.app.run_test(size=size) as pilot:
        stage.commit("one", "今日の東京は晴れ時々曇りで")
        stage.commit("two", "commuters are advised to use the ferry")
        for key, text in (("question_mark", "esc closes"), ("q", "quit?")):
            await pilot.press(key)
            await settle(pilot, lambda text=text: text in stage.text())
            await pilot.press("down")
            await settle(pilot)
            theirs, ours = twins.shown
            assert ours == theirs
            await pilot.press("escape")
            await settle(pilot, lambda text=text: text not in stage.text())
    assert {LayoutUpdate, ChopsUpdate} <= twins.kinds
    more, fewer = twins.sizes
    assert fewer < 0.6 * more


def test_what_is_not_known_is_left_as_it_is() -> None:
    assert in_fewer_bytes("a picture") == "a picture"
