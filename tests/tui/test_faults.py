"""A bug in one part of the screen is told in its place; everything else goes on."""

from __future__ import annotations

from typing import Any

import pytest
from textual.widgets import Static

from scribe_tui.events import CommittedSegment, SegmentCommitted
from scribe_tui.settings import SourceSettings
from scribe_tui.tui.app import ScreenEnding
from scribe_tui.tui.attention import Attention
from scribe_tui.tui.isolation import MOST_FAULTS
from scribe_tui.tui.layouts.layout import PaneLayout
from scribe_tui.tui.screens.help import HelpScreen
from scribe_tui.tui.screens.pick_list import PickRows
from scribe_tui.tui.widgets.key_bar import KeyBar
from scribe_tui.tui.widgets.pane import Pane
from scribe_tui.tui.widgets.pane_status import PaneStatus
from scribe_tui.tui.widgets.transcript_view import TranscriptView
from tests.tui.stage import NOW, Stage, settle

SIZE = (100, 30)
SECRET = "spoken words"


def said_by(name: str, text: str) -> SegmentCommitted:
    """A committed segment of its session, the number being as long as the text."""
    segment = CommittedSegment(len(text), text, NOW, 0, 1)
    return SegmentCommitted(session=name, at=NOW, segment=segment)


def fail_for(stage: Stage, number: int, owner: type, method: str, patch: pytest.MonkeyPatch) -> Any:
    """Let `method` raise for the widget of that kind in pane `number` alone."""
    real = getattr(owner, method)

    def failing(self: Any, *arguments: Any, **options: Any) -> Any:
        if stage.pane(number) in self.ancestors_with_self:
            raise ZeroDivisionError(SECRET)
        return real(self, *arguments, **options)

    patch.setattr(owner, method, failing)
    return lambda: patch.setattr(owner, method, real)


@pytest.mark.some(1)
@pytest.mark.parametrize(
    ("owner", "method"),
    [
        (TranscriptView, "render_line"),
        (TranscriptView, "_draw"),
        (TranscriptView, "redraw"),
        (TranscriptView, "apply"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_a_pane_that_cannot_be_drawn_says_so_and_all_others_go_on(
    owner: type, method: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    stage = Stage("one", "two", "three")
    async with stage.app.run_test(size=SIZE) as pilot:
        mend = fail_for(stage, 2, owner, method, monkeypatch)
        for name in ("one", "two", "three"):
            stage.commit(name, f"Said by {name}.")
        await settle(pilot, lambda: "cannot be drawn: ZeroDivisionError in" in stage.text())
        assert "Said by one." in stage.text()
        stage.partial("three", "and on it goes")
        await settle(pilot, lambda: "and on it goes" in stage.text())
        stage.app.monitor.sample()  # that the pane fits its place does not mend its text
        assert len(stage.app.faults.standing) >= 1
        assert "this pane cannot be drawn" in caplog.text
        assert SECRET not in caplog.text + stage.text()

        mend()
        stage.commit("two", "Here again.")
        stage.app.monitor.sample()
        await settle(pilot, lambda: "Here again." in stage.text())
        stage.app.monitor.sample()
        await settle(pilot, lambda: stage.app.faults.standing == ())


async def test_a_status_that_fails_leaves_the_text_of_its_pane(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stage = Stage("one", "two")
    async with stage.app.run_test(size=SIZE) as pilot:
        fail_for(stage, 1, PaneStatus, "show_snapshot", monkeypatch)
        stage.app.monitor.sample()
        stage.commit("one", "Text goes on.")
        await settle(pilot, lambda: "this status cannot be drawn" in stage.text())
        await settle(pilot, lambda: "Text goes on." in stage.text())
        await pilot.press("2", "c")
        assert stage.controls.calls == [("commit", "two")]


async def test_a_key_bar_that_fails_stops_neither_keys_nor_panes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(KeyBar, "render_line", fail)
    monkeypatch.setattr(KeyBar, "show_state", fail)
    stage = Stage("one")
    async with stage.app.run_test(size=SIZE) as pilot:
        stage.commit("one", "Text goes on.")
        await settle(pilot, lambda: "Text goes on." in stage.text())
        assert "the key bar cannot be drawn" in stage.text()
        await pilot.press("c")
        assert stage.controls.calls == [("commit", "one")]


async def test_a_key_bar_without_its_facts_says_so_until_it_has_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stage = Stage("one")
    async with stage.app.run_test(size=SIZE) as pilot:
        await settle(pilot, lambda: "q quit" in stage.text())
        with monkeypatch.context() as bug:
            bug.setattr(KeyBar, "show_state", lambda *_, **__: 1 / 0)
            stage.app.monitor.sample()
            await settle(pilot, lambda: "the key bar cannot be drawn" in stage.text())
        stage.app.monitor.sample()
        await settle(pilot, lambda: "q quit" in stage.text())
        assert stage.app.faults.standing == ()


async def test_a_bridge_that_fails_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage("one")
    async with stage.app.run_test(size=SIZE) as pilot:
        real = stage.app.bridge.deliver

        def fail() -> None:
            raise ZeroDivisionError

        monkeypatch.setattr(stage.app.bridge, "deliver", fail)
        stage.commit("one", "Said.")
        await settle(pilot, lambda: stage.app.faults.standing != ())
        stage.app.monitor.sample()
        await settle(pilot, lambda: "what is new cannot be drawn" in stage.text())
        monkeypatch.setattr(stage.app.bridge, "deliver", real)
        stage.partial("one", "more")
        await settle(pilot, lambda: "Said." in stage.text() and stage.app.faults.standing == ())


async def test_a_bridge_that_fails_at_one_event_takes_the_next_and_those_of_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stage = Stage("one", "two")
    said = [said_by("one", "Lost."), said_by("one", "It is kept."), said_by("two", "Other.")]
    async with stage.app.run_test(size=SIZE) as pilot:
        with monkeypatch.context() as bug:
            bug.setattr(stage.app.bridge, "receive", lambda _: 1 / 0)
            stage.app.sink.receive(said[0])
        await settle(pilot, lambda: "this pane cannot be drawn: ZeroDivisionError" in stage.text())
        for event in said[1:]:
            stage.app.sink.receive(event)
        await settle(pilot, lambda: "It is kept." in stage.text() and "Other." in stage.text())
        stage.app.monitor.sample()
        assert stage.app.faults.standing, "what was lost does not come again"


async def test_a_bug_in_what_is_remembered_of_an_event_keeps_no_text_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stage = Stage("one")
    async with stage.app.run_test(size=SIZE) as pilot:
        monkeypatch.setattr(stage.app.bridge.places, "receive", lambda _: 1 / 0)
        stage.commit("one", "Said all the same.")
        await settle(pilot, lambda: "Said all the same." in stage.text())
        stage.app.monitor.sample()
        await settle(pilot, lambda: "the summary line cannot be drawn" in stage.text())


async def test_a_tally_that_fails_says_so_though_partials_go_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stage = Stage("one")
    async with stage.app.run_test(size=SIZE) as pilot:
        monkeypatch.setattr(stage.app.bridge, "tally", lambda _: 1 / 0)
        stage.commit("one", "Said.")
        await settle(pilot, lambda: "Said." in stage.text())
        stage.partial("one", "and more")
        await settle(pilot, lambda: "and more" in stage.text())
        stage.app.monitor.sample()
        await settle(pilot, lambda: "the summary line cannot be drawn" in stage.text())


@pytest.mark.some(1)
@pytest.mark.parametrize("where", ["compose", "render"])
async def test_a_dialog_that_fails_is_closed(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> Any:
        raise ZeroDivisionError

    stage = Stage("one")
    async with stage.app.run_test(size=SIZE) as pilot:
        with monkeypatch.context() as patch:
            patch.setattr(HelpScreen if where == "compose" else Static, where, fail)
            await pilot.press("question_mark")
            await settle(pilot, lambda: "recording goes on" in stage.text())
            await settle(pilot, lambda: len(stage.app.screen_stack) == 1)
        stage.commit("one", "Text goes on.")
        await settle(pilot, lambda: "Text goes on." in stage.text())
        await pilot.press("question_mark")
        await settle(pilot, lambda: "esc closes" in stage.text())


async def test_what_failed_once_and_works_again_is_no_fault_any_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The exit code is that of what stands in failure at the end."""

    def fail(*_: object, **__: object) -> Any:
        raise ZeroDivisionError

    stage = Stage("one", "two")
    async with stage.app.run_test(size=SIZE) as pilot:
        with monkeypatch.context() as patch:
            patch.setattr(Pane, "receive", fail)
            patch.setattr(stage.app.bridge, "tally", fail)
            stage.commit("one", "Lost to a bug.")
            await settle(pilot, lambda: len(stage.app.faults.standing) == 2)
        stage.commit("one", "Here again.")
        await settle(pilot, lambda: "Here again." in stage.text())
        await settle(pilot, lambda: stage.app.faults.standing == ())

        stage.app.monitor.use_layout(PaneLayout.LIST)
        await pilot.press("z")
        with monkeypatch.context() as patch:
            patch.setattr(Pane, "render_line", fail)
            await pilot.press("2")
            await settle(pilot, lambda: stage.app.faults.standing != ())
        await pilot.press("z")
        stage.commit("one", "More.")
        await settle(pilot, lambda: stage.app.faults.standing == ())


async def test_a_list_whose_keys_or_rows_fail_can_be_left(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> Any:
        raise ZeroDivisionError

    stage = Stage("one")
    async with stage.app.run_test(size=SIZE) as pilot:
        with monkeypatch.context() as patch:
            patch.setattr(PickRows, "on_key", fail)
            await pilot.press("h")
            await settle(pilot, lambda: len(stage.app.screen_stack) == 2)
            await pilot.press("down")
            await settle(pilot, lambda: len(stage.app.screen_stack) == 1)
            assert "a dialog failed" in stage.text()
        with monkeypatch.context() as patch:
            patch.setattr(PickRows, "render_line", fail)
            await pilot.press("h")
            await settle(pilot, lambda: "this list cannot be drawn" in stage.text())
            await pilot.press("escape")
            await settle(pilot, lambda: len(stage.app.screen_stack) == 1)
        assert stage.app.faults.standing == ()


async def test_keys_get_through_though_what_looks_at_them_fails(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object) -> None:
        raise ZeroDivisionError

    stage = Stage("one")
    async with stage.app.run_test(size=SIZE) as pilot:
        monkeypatch.setattr(Attention, "here", fail)
        await pilot.press("c")
        await settle(pilot, lambda: stage.controls.calls == [("commit", "one")])
        assert "the keys cannot be drawn" not in stage.text()
        await pilot.press("q")
        await settle(pilot, lambda: "quit?" in stage.text())


async def test_an_action_that_fails_is_told_and_keys_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage("one")

    def fail(_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(stage.controls, "reconnect", fail)
    async with stage.app.run_test(size=SIZE) as pilot:
        await pilot.press("r")
        await settle(pilot, lambda: "what was asked for failed" in stage.text())
        await pilot.press("c")
        await settle(pilot, lambda: stage.controls.calls == [("commit", "one")])


async def test_a_screen_that_fails_all_the_time_ends_and_says_so(
    caplog: pytest.LogCaptureFixture,
) -> None:
    stage = Stage("one")
    with pytest.raises(ZeroDivisionError):
        async with stage.app.run_test() as pilot:
            await settle(pilot)
            for _ in range(MOST_FAULTS):
                stage.app._handle_exception(ZeroDivisionError(SECRET))
            await settle(pilot, lambda: not stage.app.is_running)
    assert stage.app.failed
    assert "the screen failed by a bug" in caplog.text
    assert SECRET not in caplog.text


async def test_sessions_may_come_and_go() -> None:
    stage = Stage("one", "two")
    async with stage.app.run_test(size=SIZE) as pilot:
        stage.controls.add(SourceSettings(name="three", address="mic"))
        stage.partial("three", "hello from three")
        stage.app.monitor.sample()
        await settle(pilot, lambda: "hello from three" in stage.text())
        await pilot.press("2")
        stage.controls.remove("two")
        stage.app.monitor.sample()
        await settle(pilot, lambda: " two " not in stage.text())
        assert [pane.session for pane in stage.app.monitor.grid.panes] == ["one", "three"]
        await pilot.press("2", "c")
        assert stage.controls.calls[-1] == ("commit", "three")
        for session in ("one", "three"):
            stage.controls.remove(session)
        stage.app.monitor.sample()
        await settle(pilot, lambda: not stage.app.monitor.grid.panes)
        await pilot.press("c", "z", "tab", "left", "pageup", "1")
        await pilot.press("q")
        await settle(pilot, lambda: stage.app.return_value is ScreenEnding.LEFT)


async def test_a_screen_that_cannot_even_say_what_failed_is_left(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It would stand still, and no key would do anything."""
    stage = Stage("one")
    with pytest.raises(ZeroDivisionError):
        async with stage.app.run_test(size=SIZE) as pilot:
            await settle(pilot)
            monkeypatch.setattr(stage.app.monitor, "sample", lambda: 1 / 0)
            stage.app.monitor.call_later(stage.app.monitor.sample)
            await settle(pilot, lambda: not stage.app.is_running)
    assert stage.app.failed
