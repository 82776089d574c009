"""The keys choose a pane, act on it alone, and say what they do."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.tui.stage import Stage, settle


@pytest.mark.some(1)
@pytest.mark.parametrize(
    ("key", "call"),
    [("c", "commit"), ("s", "stop"), ("r", "reconnect"), ("p", "pause")],
)
async def test_a_key_acts_on_the_chosen_pane_alone(key: str, call: str) -> None:
    stage = Stage("one", "two")
    async with stage.app.run_test() as pilot:
        await pilot.press("2", key)
        assert stage.controls.calls == [(call, "two")]


async def test_stop_and_pause_are_switches() -> None:
    stage = Stage("one")
    async with stage.app.run_test() as pilot:
        await pilot.press("p", "p", "s", "s")
        calls = [call for call, _ in stage.controls.calls]
        assert calls == ["pause", "resume", "stop", "start"]


async def test_tab_digits_and_arrows_choose_a_pane() -> None:
    stage = Stage(*"abcdef")
    async with stage.app.run_test(size=(200, 50)) as pilot:

        async def chosen(*keys: str) -> int:
            await pilot.press(*keys)
            focused = stage.app.focused
            return next(pane.number for pane in stage.app.monitor.grid.panes if pane is focused)

        assert await chosen() == 1
        assert await chosen("tab", "tab") == 3
        assert await chosen("shift+tab") == 2
        assert await chosen("6") == 6
        assert await chosen("9") == 6
        assert await chosen("tab") == 1
        assert await chosen("left") == 6
        tops = Counter(stage.pane(number).region.y for number in range(1, 7))
        assert list(tops.values()) == [3, 3]
        assert await chosen("up") == 3
        assert await chosen("right") == 4
        assert await chosen("down") == 1


async def test_keys_typed_faster_than_the_screen_act_on_the_pane_just_chosen() -> None:
    stage = Stage("one", "two", "three")
    async with stage.app.run_test() as pilot:
        stage.app.monitor.action_step(1)
        stage.app.monitor.action_step(1)
        stage.app.monitor.action_commit()
        await settle(pilot)
        assert stage.controls.calls == [("commit", "three")]


async def test_zoom_shows_one_pane_and_leads_back() -> None:
    stage = Stage("one", "two", "three")
    async with stage.app.run_test(size=(100, 30)) as pilot:
        await pilot.press("2", "z")
        await settle(pilot, lambda: stage.pane(2).size == (100, 28))
        assert not stage.app.monitor.grid.slices_in_view()[stage.pane(1)]
        await pilot.press("tab")
        await settle(pilot, lambda: stage.pane(3).size == (100, 28))
        await pilot.press("escape")
        await settle(pilot, lambda: stage.pane(1).size.height < 28)
        assert all(stage.app.monitor.grid.slices_in_view().values())


async def test_what_comes_in_while_out_of_view_is_there_when_back_in_view() -> None:
    stage = Stage("one", "two")
    async with stage.app.run_test() as pilot:
        await pilot.press("z")
        await settle(pilot, lambda: not stage.pane(2).transcript.in_view)
        stage.commit("two", "said meanwhile")
        heard = stage.pane(2).transcript.transcript
        await settle(pilot, lambda: heard.end == 1)
        assert "said meanwhile" not in str(stage.pane(2).transcript.rows), "not drawn meanwhile"
        await pilot.press("z")
        await settle(pilot, lambda: "said meanwhile" in stage.text())


async def test_forty_panes_scroll_and_the_chosen_one_is_brought_into_view() -> None:
    stage = Stage(*(f"s{number}" for number in range(1, 41)))
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, lambda: "s1 " in stage.text())
        assert "40 s40" not in stage.text()
        await pilot.press("shift+tab")
        await settle(pilot, lambda: "40 s40" in stage.text())
        assert stage.pane(40).size.height >= 5
        assert stage.pane(40).size.width >= 26


@pytest.mark.long
async def test_another_size_keeps_the_chosen_pane_in_view_and_cuts_none() -> None:
    stage = Stage(*(f"pane {number}" for number in range(1, 41)))
    async with stage.app.run_test(size=(80, 24)) as pilot:
        stage.app.monitor.choose(stage.pane(15))
        await settle(pilot, lambda: stage.app.monitor.grid.scroll_offset.y > 0)
        for size in ((80, 30), (120, 20), (80, 24)):
            await pilot.resize_terminal(*size)

            def whole() -> bool:
                slices = stage.app.monitor.grid.slices_in_view()
                heights = {pane: pane.outer_size.height for pane in slices}
                return bool(slices[stage.pane(15)]) and all(
                    len(rows) in (0, heights[pane]) for pane, rows in slices.items()
                )

            await settle(pilot, whole)


async def test_help_footer_and_palette_speak_of_the_same_keys() -> None:
    stage = Stage("one")
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, lambda: "quit" in stage.text())
        footer = stage.text().splitlines()[-1]
        for label in ("c commit", "s stop", "z zoom", "? help", "q quit"):
            assert label in footer
        assert len(footer) <= 80
        await pilot.press("question_mark")
        await settle(pilot, lambda: "Turn the grey text into a committed line now." in stage.text())
        await pilot.press("escape")
        titles = {command.title for command in stage.app.get_system_commands(stage.app.screen)}
        assert {
            "commit (c)",
            "zoom/unzoom (z)",
            "stop/start (s)",
            "help (?)",
            "quit (q)",
            "go to 1 one",
        } <= titles


async def test_the_palette_runs_a_command_by_its_name() -> None:
    stage = Stage("one", "two")
    async with stage.app.run_test() as pilot:
        await pilot.press("ctrl+p")
        await settle(pilot, lambda: len(stage.app.screen_stack) == 2)
        await pilot.press(*"reconnect")
        await settle(pilot, lambda: "Drop the connection" in stage.text())
        await pilot.press("enter")
        await settle(pilot, lambda: stage.controls.calls == [("reconnect", "one")])
