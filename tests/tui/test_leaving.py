"""Quitting asks while panes run or wait, drains, and can be hurried by a person alone."""

from __future__ import annotations

import pytest

from scribe_tui.events import ScheduleChanged, State
from scribe_tui.tui.app import RETURN_CODES, ScreenEnding
from scribe_tui.tui.screens.leave import DrainScreen
from tests.tui.stage import NOW, Stage, settle

DRAIN = ("drain", "*")


def ended(stage: Stage) -> ScreenEnding | None:
    return stage.app.return_value


async def test_quit_asks_while_panes_are_live_and_no_means_no() -> None:
    stage = Stage("one", "two", "three")
    async with stage.app.run_test() as pilot:
        await pilot.press("q")
        await settle(
            pilot, lambda: "3 panes are running. Stop them, save and quit?" in stage.text()
        )
        await pilot.press("n")
        await settle(pilot, lambda: len(stage.app.screen_stack) == 1)
        assert stage.controls.calls == []
        assert stage.app.return_code is None


async def test_yes_drains_and_leaves_with_code_0() -> None:
    stage = Stage("one")
    stage.controls.drain_finishes.clear()
    async with stage.app.run_test() as pilot:
        await pilot.press("q")
        await settle(pilot, lambda: "save and quit?" in stage.text())
        await pilot.press("y")
        await settle(pilot, lambda: "waiting for the last words of 1 pane." in stage.text())
        stage.commit("one", "the last words")
        await settle(pilot, lambda: "the last words" in "".join(stage.rows(1)))
        assert stage.app.return_code is None
        stage.controls.drain_finishes.set()
        await settle(pilot, lambda: ended(stage) is ScreenEnding.LEFT)
        assert stage.app.return_code == 0


async def test_quit_asks_while_panes_wait_for_their_time() -> None:
    stage = Stage("one", "two", "three", state=State.ENDED)
    async with stage.app.run_test() as pilot:
        for name in ("one", "two"):
            off = ScheduleChanged(session=name, at=NOW, on=False, next_at=NOW + 3600, reason="time")
            stage.app.bridge.receive(off)
        await settle(pilot)
        await pilot.press("q")
        await settle(pilot, lambda: "2 panes wait for their time. Save and quit?" in stage.text())
        await pilot.press("n")
        stage.controls.show("three", state=State.LIVE)
        await settle(pilot, lambda: len(stage.app.screen_stack) == 1)
        await pilot.press("q")
        question = "1 pane is running, 2 wait for their time. Stop all, save and"
        await settle(pilot, lambda: question in stage.text())
        assert stage.controls.calls == []


async def test_quit_does_not_ask_when_nothing_is_live() -> None:
    stage = Stage("one", "two", state=State.ENDED)
    async with stage.app.run_test() as pilot:
        await pilot.press("q")
        await settle(pilot, lambda: ended(stage) is ScreenEnding.LEFT)
        assert stage.controls.calls == [DRAIN]


@pytest.mark.parametrize("second", ["q", "ctrl+c"])
async def test_a_second_key_leaves_at_once(second: str) -> None:
    stage = Stage("one")
    stage.controls.drain_finishes.clear()
    async with stage.app.run_test() as pilot:
        await pilot.press("ctrl+c")
        await settle(pilot, lambda: DRAIN in stage.controls.calls)
        await settle(pilot, lambda: isinstance(stage.app.screen, DrainScreen))
        await pilot.press(second)
        await settle(pilot, lambda: ended(stage) is ScreenEnding.AT_ONCE)
        assert stage.app.return_code == RETURN_CODES[ScreenEnding.AT_ONCE] == 130


async def test_ctrl_c_needs_no_dialog_to_be_closed_first() -> None:
    stage = Stage("one")
    async with stage.app.run_test() as pilot:
        await pilot.press("question_mark", "ctrl+c")
        await settle(pilot, lambda: ended(stage) is ScreenEnding.LEFT)
        assert stage.controls.calls == [DRAIN]


@pytest.mark.parametrize("how", ["y", "leave"])
async def test_a_timer_or_a_signal_never_hurries_a_drain(how: str) -> None:
    stage = Stage("one")
    stage.controls.drain_finishes.clear()
    async with stage.app.run_test() as pilot:
        if how == "leave":
            stage.app.leave()
        else:
            await pilot.press("ctrl+c")
        await settle(pilot, lambda: DRAIN in stage.controls.calls)
        stage.app.leave()
        stage.app.leave(ScreenEnding.HUNG_UP)
        await settle(pilot)
        assert ended(stage) is None
        assert stage.controls.calls == [DRAIN]
        stage.controls.drain_finishes.set()
        await settle(pilot, lambda: ended(stage) is ScreenEnding.LEFT)


async def test_the_app_closes_when_the_drain_fails_by_a_bug() -> None:
    stage = Stage("one")

    async def drain() -> None:
        raise ZeroDivisionError

    stage.controls.drain = drain  # type: ignore[method-assign]
    async with stage.app.run_test() as pilot:
        stage.app.leave()
        await settle(pilot, lambda: ended(stage) is ScreenEnding.LEFT)
        assert stage.app.faults.standing
