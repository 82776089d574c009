"""Quitting asks while panes are live, drains, and can be hurried."""

from __future__ import annotations

import asyncio

import pytest

from scribe_tui.errors import ScribeTuiError
from scribe_tui.events import State
from scribe_tui.tui.app import LEFT_AT_ONCE
from tests.tui.stage import Stage, settle


async def test_quit_asks_while_panes_are_live_and_no_means_no() -> None:
    stage = Stage("one", "two", "three")
    async with stage.app.run_test() as pilot:
        await settle(pilot, lambda: stage.controls.running)
        await pilot.press("q")
        await settle(pilot, lambda: "3 panes are live. Stop them, save and quit?" in stage.text())
        await pilot.press("n")
        await settle(pilot, lambda: len(stage.app.screen_stack) == 1)
        assert stage.controls.calls == []
        assert stage.app.return_code is None


async def test_yes_drains_and_leaves_with_code_0() -> None:
    stage = Stage("one")
    stage.controls.drain_finishes.clear()
    async with stage.app.run_test() as pilot:
        await settle(pilot, lambda: stage.controls.running)
        await pilot.press("q", "y")
        await settle(pilot, lambda: "waiting for the last words of 1 pane." in stage.text())
        stage.commit("one", "the last words")
        await settle(pilot, lambda: "the last words" in "".join(stage.rows(1)))
        stage.controls.drain_finishes.set()
        await settle(pilot, lambda: stage.app.return_code is not None)
        assert stage.app.return_code == 0
        assert not stage.controls.running


async def test_quit_does_not_ask_when_nothing_is_live() -> None:
    stage = Stage("one", "two", state=State.ENDED)
    async with stage.app.run_test() as pilot:
        await pilot.press("q")
        await settle(pilot, lambda: stage.app.return_code == 0)
        assert stage.controls.calls == [("drain", "*")]


async def test_a_second_key_leaves_at_once() -> None:
    for second in ("q", "ctrl+c"):
        stage = Stage("one")
        stage.controls.drain_finishes.clear()
        async with stage.app.run_test() as pilot:
            await pilot.press("ctrl+c")
            await settle(pilot, lambda stage=stage: ("drain", "*") in stage.controls.calls)
            await pilot.press(second)
            await settle(pilot, lambda stage=stage: stage.app.return_code == LEFT_AT_ONCE)


async def test_ctrl_c_needs_no_dialog_to_be_closed_first() -> None:
    stage = Stage("one")
    async with stage.app.run_test() as pilot:
        await pilot.press("question_mark", "ctrl+c")
        await settle(pilot, lambda: stage.app.return_code == 0)
        assert stage.controls.calls == [("drain", "*")]


async def test_a_signal_may_ask_twice_through_request_quit() -> None:
    stage = Stage("one")
    stage.controls.drain_finishes.clear()
    async with stage.app.run_test() as pilot:
        await settle(pilot, lambda: stage.controls.running)
        stage.app.request_quit(ask=False)
        await settle(pilot, lambda: ("drain", "*") in stage.controls.calls)
        stage.app.request_quit(ask=False)
        await settle(pilot, lambda: stage.app.return_code == LEFT_AT_ONCE)


async def test_an_engine_that_cannot_run_ends_the_program_with_its_sentence(
    capsys: pytest.CaptureFixture[str],
) -> None:
    stage = Stage("one")
    failing = asyncio.Event()

    async def run() -> None:
        failing.set()
        raise ScribeTuiError("no port", "The offline endpoint found no free port.")

    stage.controls.run = run  # type: ignore[method-assign]
    async with stage.app.run_test() as pilot:
        await settle(pilot, lambda: stage.app.return_code == 1)
    assert failing.is_set()
    assert "no free port" in capsys.readouterr().err


async def test_a_bug_of_the_screen_is_told_without_what_was_said(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(self: object, transcript: object = "") -> None:
        secret = "spoken words"
        raise ZeroDivisionError(len(secret))

    stage = Stage("one")
    monkeypatch.setattr("scribe_tui.tui.screens.monitor.MonitorScreen.sample", fail)
    with pytest.raises(ZeroDivisionError):
        async with stage.app.run_test() as pilot:
            stage.app.call_later(stage.app.monitor.sample, "x")
            await settle(pilot, lambda: not stage.app.is_running)
    assert "the screen failed by a bug" in caplog.text
    assert "spoken words" not in caplog.text.replace('secret = "spoken words"', "")
    assert stage.app.return_code == 1
