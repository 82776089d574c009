"""A screen painted in parts is a whole one in the end, and begins with what a key has done."""

from __future__ import annotations

import pyte
import pytest
from textual.geometry import Region

from scribe_tui.tui.terminal.thin_line import rows_of
from scribe_tui.tui.terminal.unpainted import Unpainted
from tests.tui.stage import Stage, settle

COLUMNS, ROWS = 80, 24
WHOLE = Region(0, 0, COLUMNS, ROWS)
PART_BYTES = 300


class Shown:
    """A terminal that is sent parts until nothing is left."""

    def __init__(self, stage: Stage) -> None:
        self._app = stage.app
        self._screen = pyte.Screen(COLUMNS, ROWS)
        self._screen.reset_mode(pyte.modes.DECAWM)
        self._stream = pyte.Stream(self._screen)
        self.parts = 0

    def take(self, unpainted: Unpainted) -> None:
        while part := unpainted.next_part(PART_BYTES, 0.0, False):
            _, picture = part
            self._stream.feed(picture.render_segments(self._app.console))
            self.parts += 1

    @property
    def lines(self) -> list[str]:
        return [line.rstrip() for line in self._screen.display]


@pytest.mark.some(1)
@pytest.mark.parametrize("dialog", ["", "question_mark", "q"])
async def test_parts_make_the_whole_picture(dialog: str) -> None:
    stage = Stage("one", "two", "three")
    async with stage.app.run_test(size=(COLUMNS, ROWS)) as pilot:
        stage.commit("one", "commuters are advised to use the ferry")
        stage.partial("two", "until the bridge is open again")
        if dialog:
            await pilot.press(dialog)
        await settle(pilot, lambda: len(stage.app.screen_stack) == 1 + bool(dialog))
        await settle(pilot)
        unpainted, shown = Unpainted(stage.app), Shown(stage)
        for screen in stage.app.screen_stack:
            unpainted.add(screen, rows_of(WHOLE))
        shown.take(unpainted)
        assert shown.lines == stage.text().splitlines()
        assert shown.parts > 1
        assert not unpainted


async def test_a_closed_dialogs_place_is_blank_before_keys_and_chosen_pane_come() -> None:
    stage = Stage("one", "two", "three")
    async with stage.app.run_test(size=(COLUMNS, ROWS)) as pilot:
        await settle(pilot)
        unpainted = Unpainted(stage.app)
        unpainted.uncover(stage.app.monitor, [WHOLE])
        part = unpainted.next_part(3 * PART_BYTES, 1.0, key_pressed=True)
        assert part is not None
        _, picture = part
        assert picture.blanks == rows_of(WHOLE)
        assert picture.runs[0].y == ROWS - 1
        chosen = stage.pane(1).region
        assert all(chosen.contains(run.x, run.y) for run in picture.runs[1:])
        assert unpainted


async def test_a_dialog_is_read_on_blank_ground_if_that_leaves_room_for_its_text() -> None:
    stage = Stage("one", "two", "three")
    async with stage.app.run_test(size=(COLUMNS, ROWS)) as pilot:
        await pilot.press("question_mark")
        await settle(pilot, lambda: "esc closes" in stage.text())
        blanks = []
        for room in (2 * PART_BYTES, PART_BYTES):
            unpainted = Unpainted(stage.app)
            unpainted.cover(stage.app.screen)
            unpainted.add(stage.app.screen, rows_of(WHOLE))
            part = unpainted.next_part(room, 1.0, key_pressed=True)
            assert part is not None
            assert part[1].runs
            blanks.append(len(part[1].blanks))
        assert blanks == [ROWS, 0]


async def test_nothing_is_blank_in_between_where_there_is_room_for_all() -> None:
    stage = Stage("one", "two", "three")
    async with stage.app.run_test(size=(COLUMNS, ROWS)) as pilot:
        await settle(pilot)
        unpainted = Unpainted(stage.app)
        unpainted.uncover(stage.app.monitor, [WHOLE])
        part = unpainted.next_part(None, 1.0, key_pressed=True)
        assert part is not None
        assert part[1].blanks == ()
        assert not unpainted


async def test_a_dialog_that_stood_nowhere_leaves_nothing_to_paint() -> None:
    """As one that is closed while the terminal is resized."""
    stage = Stage("one")
    async with stage.app.run_test(size=(COLUMNS, ROWS)) as pilot:
        await settle(pilot)
        unpainted = Unpainted(stage.app)
        unpainted.next_part(PART_BYTES, 0.0, key_pressed=False)
        for places in ([], [Region(5, 5, 0, 1)], [Region(5, 5, 5, 0)]):
            unpainted.uncover(stage.app.monitor, places)
            assert not unpainted
            assert unpainted.next_part(PART_BYTES, 1.0, key_pressed=True) is None
