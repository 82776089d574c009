"""`l`, `L`, `O` and `g` do what they say, and the other keys go on working in every layout."""

from __future__ import annotations

import pytest
from textual.events import Paste

from scribe_tui.events import HitStatus, State, Tier, WatchHit
from scribe_tui.settings import SourceSettings
from scribe_tui.tui.app import MonitorApp
from scribe_tui.tui.layouts.boxes import PaneShape
from scribe_tui.tui.layouts.layout import PaneLayout
from scribe_tui.tui.layouts.order import REORDER_SECONDS, Order
from scribe_tui.tui.looks import Looks
from scribe_tui.tui.screens.jump import JumpList
from tests.tui.stage import NOW, Stage, settle, trouble

KEYS_OF = {PaneLayout.GRID: [], PaneLayout.COLUMNS: ["l"], PaneLayout.FOCUS: ["l", "l"],
           PaneLayout.LIST: ["L", "L"], PaneLayout.READING: ["L"]}  # fmt: skip
TWELVE = tuple(f"s{number}" for number in range(1, 13))


def chosen(stage: Stage) -> int:
    focused = stage.app.focused
    return next(pane.number for pane in stage.app.monitor.grid.panes if pane is focused)


def in_view(stage: Stage) -> list[int]:
    return [pane.number for pane, rows in stage.app.monitor.grid.slices_in_view().items() if rows]


@pytest.mark.some(1)
@pytest.mark.parametrize("layout", list(PaneLayout))
async def test_every_layout_shows_the_chosen_pane_and_keys_choose_another(
    layout: PaneLayout,
) -> None:
    stage = Stage(*TWELVE)
    stage.controls.show("s9", state=State.FAILED, trouble=trouble("The key was refused."))
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await pilot.press(*KEYS_OF[layout])
        assert stage.app.monitor.grid.kind is layout
        for keys, number in (
            (["3"], 3), (["tab"], 4), (["shift+tab"], 3), (["right"], 4), (["left"], 3),
            (["t"], 9), (["1", "shift+tab"], 12), (["tab"], 1), (["down", "up"], 1),
        ):  # fmt: skip
            await pilot.press(*keys)
            await settle(pilot, lambda: stage.pane(chosen(stage)).outer_size.height > 0)
            assert chosen(stage) == number
            assert number in in_view(stage)
        stage.commit("s7", "here is news")
        stage.app.monitor.frame_soon()
        await settle(pilot, lambda: stage.pane(7).transcript.unread == 1)
        await pilot.press("u")
        assert chosen(stage) == 7
        await settle(pilot, lambda: "here is news" in stage.text())


@pytest.mark.some(1)
@pytest.mark.parametrize("layout", list(PaneLayout))
async def test_zoom_shows_one_pane_and_leads_back_in_every_layout(layout: PaneLayout) -> None:
    stage = Stage(*TWELVE)
    async with stage.app.run_test(size=(100, 30)) as pilot:
        await pilot.press(*KEYS_OF[layout], "2")
        await settle(pilot)
        before = in_view(stage)
        await pilot.press("z")
        await settle(pilot, lambda: stage.pane(2).outer_size == (100, 28))
        assert in_view(stage) == [2]
        await pilot.press("tab")
        await settle(pilot, lambda: stage.pane(3).outer_size == (100, 28))
        await pilot.press("shift+tab", "escape")
        await settle(pilot, lambda: in_view(stage) == before)
        assert stage.app.monitor.grid.kind is layout
        assert stage.pane(2).shape is layout.shape(is_chosen=True)


@pytest.mark.long
@pytest.mark.parametrize("layout", list(PaneLayout))
async def test_layouts_are_drawn_at_every_size_while_it_changes(layout: PaneLayout) -> None:
    stage = Stage(*(f"s{number}" for number in range(1, 41)))
    async with stage.app.run_test(size=(90, 27)) as pilot:
        await pilot.press(*KEYS_OF[layout])
        stage.app.monitor.choose(stage.pane(17))
        stage.commit("s17", "what was said")
        await settle(pilot, lambda: "what was said" in stage.text())
        for columns, rows in ((60, 15), (200, 50), (80, 24), (400, 100)):
            await pilot.resize_terminal(columns, rows)
            bar = stage.app.monitor.key_bar
            await settle(pilot, lambda bar=bar, columns=columns: bar.outer_size.width == columns)
            await settle(pilot, lambda: "what was said" in stage.text())
            assert chosen(stage) == 17
            assert not stage.app.faults.standing


async def test_text_that_comes_while_panes_are_lines_is_there_when_they_are_panes_again() -> None:
    stage = Stage("one", "two", "three")
    async with stage.app.run_test(size=(100, 24)) as pilot:
        await pilot.press("L", "L")
        stage.commit("two", "said to a line")
        stage.partial("three", "still going")
        await settle(pilot, lambda: "said to a line" in stage.text())
        assert "still going" in stage.text()
        await pilot.press("l", "l")
        await settle(pilot, lambda: stage.rows(2)[0] == "08:53:20 said to a line")


async def test_a_line_gives_way_to_the_text_that_is_asked_for() -> None:
    """Reading back in a list needs a text: the chosen line is zoomed, and esc leads back."""
    stage = Stage("one", "two", "three")
    async with stage.app.run_test(size=(80, 15)) as pilot:
        for number in range(40):
            stage.commit("two", f"line {number}")
        await pilot.press("L", "L", "2")
        await settle(pilot, lambda: "line 39" in stage.text())
        for keys in (["home"], ["k"], ["slash", *"line 7", "enter"]):
            await pilot.press(*keys)
            await settle(
                pilot, lambda: in_view(stage) == [2] and stage.pane(2).shape is PaneShape.PANE
            )
            await settle(pilot, lambda: any("line" in row for row in stage.rows(2)))
            await pilot.press("escape", "escape")
            await settle(pilot, lambda: in_view(stage) == [1, 2, 3])


async def test_cursor_marks_and_find_work_in_the_panes_that_are_shown() -> None:
    stage = Stage("one", "two", "three")
    async with stage.app.run_test(size=(80, 24)) as pilot:
        for number in range(5):
            stage.commit("two", f"line {number}")
        for keys in (["l"], ["l"], ["l", "l"]):
            await pilot.press(*keys, "2", "k", "k", "m")
            await settle(pilot, lambda: bool(stage.pane(2).marked_places()))
            assert in_view(stage) != [] and stage.pane(2).shape is not PaneShape.LINE
            assert [place.text for place in stage.pane(2).marked_places()] == ["line 3"]
            await pilot.press("m", "escape")


async def test_a_list_says_what_is_out_of_view_and_that_it_is_in_trouble() -> None:
    stage = Stage(*(f"s{number}" for number in range(1, 41)))
    stage.controls.show("s40", state=State.FAILED)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await pilot.press("L", "L")
        await settle(pilot, lambda: "▼ 19 below, 1 in trouble" in stage.text())
        await pilot.press("shift+tab")
        await settle(pilot, lambda: "▲ 19 above" in stage.text())
        assert "in trouble" not in stage.text().replace("pane is in trouble", "")


async def test_lines_show_hits_until_somebody_looks() -> None:
    stage = Stage("one", "two")
    async with stage.app.run_test(size=(100, 24)) as pilot:
        await pilot.press("L", "L")
        hit = WatchHit(
            session="two", at=NOW, hit=1, watch="w", word="fire", heard="fire", tier=Tier.EXACT,
            status=HitStatus.CONFIRMED, segment_number=1, source_seconds=1.0, quote="fire",
        )  # fmt: skip
        stage.commit("two", "A fire broke out.")
        stage.app.bridge.receive(hit)
        stage.app.monitor.frame_soon()
        await settle(pilot, lambda: "!" in str(stage.pane(2).hour.cells(NOW)))
        stage.app.monitor.sample()
        await settle(pilot, lambda: "fire" in stage.text())
        parts = {piece.part: piece.text for piece in stage.pane(2).rows[0]}
        assert parts["hit"] == "fire"
        assert parts["new-hits"] == "1"
        assert parts["hour-hit"] == "!"
        await pilot.press("2")
        await settle(pilot)
        assert "new-hits" not in {piece.part for piece in stage.pane(2).rows[0]}


async def test_a_partial_does_not_lose_words_on_the_screen() -> None:
    stage = Stage("one")
    async with stage.app.run_test(size=(100, 20)) as pilot:
        await pilot.press("L")
        stage.partial("one", "the police have closed the road")
        await settle(pilot, lambda: "closed the road" in stage.text())
        stage.partial("one", "the police have")
        await settle(pilot)
        assert "closed the road" in stage.text()
        stage.commit("one", "The police have gone.")
        await settle(pilot, lambda: "have gone." in stage.text())
        assert "closed the road" not in stage.text()


@pytest.mark.some(1)
@pytest.mark.parametrize("layout", list(PaneLayout))
async def test_the_program_begins_in_every_layout(layout: PaneLayout) -> None:
    stage = Stage("one", "two", "three")
    stage.app = MonitorApp(stage.controls, layout=layout, clock=lambda: NOW, wall_clock=lambda: NOW)
    stage.commit("one", "said before the screen was there")
    async with stage.app.run_test(size=(100, 24)) as pilot:
        await settle(pilot, lambda: "said before the" in stage.text())
        assert [pane.shape for pane in stage.app.monitor.grid.panes] == [
            layout.shape(number == 1) for number in (1, 2, 3)
        ]
        assert not stage.app.faults.standing


async def test_the_program_begins_as_it_is_set() -> None:
    stage = Stage("one", "two", "three")
    stage.controls.show("three", state=State.FAILED)
    stage.app = MonitorApp(
        stage.controls, layout=PaneLayout.LIST, order=Order.TROUBLE,
        clock=lambda: NOW, wall_clock=lambda: NOW,
    )  # fmt: skip
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await settle(pilot, lambda: stage.text().split("\n")[0].startswith("  3 three"))
        assert chosen(stage) == 1
        assert stage.text().split("\n")[1].startswith("┃ 1 one")


async def test_order_by_trouble_keeps_the_chosen_pane_chosen_and_keys_by_number() -> None:
    stage = Stage("one", "two", "three")
    now = [NOW]
    stage.app = MonitorApp(stage.controls, clock=lambda: now[0], wall_clock=lambda: NOW)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await pilot.press("L", "L", "O", "2")
        await settle(pilot)
        stage.controls.show("three", state=State.FAILED)
        stage.app.monitor.sample()
        await settle(pilot)
        assert [pane.number for pane in stage.app.monitor.grid.shown] == [1, 2, 3], "not yet"
        now[0] += REORDER_SECONDS
        stage.app.monitor.sample()
        await settle(pilot, lambda: stage.text().startswith("  3 three"))
        assert chosen(stage) == 2
        await pilot.press("shift+tab")
        assert chosen(stage) == 1, "tab goes by the order that is shown"
        await pilot.press("3")
        assert chosen(stage) == 3
        await pilot.press("O", "O")
        await settle(pilot, lambda: stage.text().startswith("  1 one"))


async def test_g_narrows_as_one_types_and_enter_goes_there() -> None:
    stage = Stage("world-news", "harbor-control", "night-desk", "coast-weather", "Übersee")
    async with stage.app.run_test(size=(80, 24)) as pilot:
        await pilot.press("g", *"desk")
        await settle(pilot, lambda: "Go to: desk_ ─ 1" in stage.text())
        await pilot.press("enter")
        await settle(pilot, lambda: chosen(stage) == 3)
        await pilot.press("g", *"uber", "enter")
        await settle(pilot, lambda: chosen(stage) == 5)
        await pilot.press("g", *"or", "down", "enter")
        await settle(pilot, lambda: chosen(stage) in (1, 2))
        await pilot.press("g")
        stage.app.post_message(Paste("coast\x1b[31m\n"))
        await settle(pilot, lambda: "Go to: coast" in stage.text())
        await pilot.press("enter")
        await settle(pilot, lambda: chosen(stage) == 4)
        here = chosen(stage)
        await pilot.press("g", *"zzz", "enter", "escape")
        await settle(pilot, lambda: not isinstance(stage.app.screen, JumpList))
        assert chosen(stage) == here


async def test_g_takes_numbers_beyond_nine() -> None:
    stage = Stage(*TWELVE)
    async with stage.app.run_test(size=(60, 15)) as pilot:
        await settle(pilot, lambda: 11 not in in_view(stage))
        await pilot.press("g", "1", "1", "enter")
        await settle(pilot, lambda: chosen(stage) == 11 and 11 in in_view(stage))
        await pilot.press("g", "1", "enter")
        await settle(pilot, lambda: chosen(stage) == 1)
        assert 1 in in_view(stage)


async def test_panes_that_come_and_go_do_so_in_every_layout() -> None:
    stage = Stage("one", "two", "three")
    async with stage.app.run_test(size=(80, 24)) as pilot:
        session = "one"
        for _ in PaneLayout:
            await pilot.press("l")
            stage.controls.remove(session)
            stage.app.monitor.sample()
            await settle(pilot, lambda: len(stage.app.monitor.grid.panes) == 2)
            session = stage.controls.add(SourceSettings(name="one", address="mic"))
            stage.app.monitor.sample()
            await settle(pilot, lambda: len(stage.app.monitor.grid.panes) == 3)
            assert not stage.app.faults.standing


async def test_a_line_that_is_to_be_held_still_becomes_a_text() -> None:
    stage = Stage("one", "two")
    async with stage.app.run_test(size=(80, 15)) as pilot:
        stage.commit("one", "before")
        await pilot.press("L", "L", "H")
        await settle(pilot, lambda: in_view(stage) == [1])
        stage.commit("one", "after")
        stage.app.monitor.sample()
        await settle(pilot, lambda: "1 new line" in stage.text())
        assert "after" not in stage.text()
        await pilot.press("escape", "escape")
        await settle(pilot, lambda: in_view(stage) == [1, 2])
        assert "after" in stage.text()


async def test_a_pane_fits_its_new_place_even_if_textual_does_not_tell_it() -> None:
    stage = Stage(*[f"n{number}" for number in range(12)], looks=Looks(theme="dark"))
    async with stage.app.run_test(size=(120, 40)) as pilot:
        await settle(pilot)
        stage.commit("n0", "The council votes on the bridge tonight, and more.")
        stage.partial("n0", "it is")
        monitor = stage.app.monitor
        monitor.grid.set_layout(PaneLayout.FOCUS)
        monitor.sample()  # asks for places before the layout is made
        await settle(pilot, lambda: stage.pane(1).outer_size.height == 27)
        monitor.sample()
        await settle(pilot, lambda: len(stage.pane(1).rows) == 27)
        await settle(pilot, lambda: "tonight, and more." in stage.rows(1)[0])


async def test_on_a_narrow_screen_the_keys_of_the_jump_are_said_whole() -> None:
    stage = Stage("news", "harbor")
    async with stage.app.run_test(size=(60, 15)) as pilot:
        await pilot.press("g")
        await settle(pilot, lambda: "enter go there  ↑ ↓ choose  esc close" in stage.text())
