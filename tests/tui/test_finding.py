"""Finding and coming back: words, clock times, marks; a pane that is read stands still."""

from __future__ import annotations

from pathlib import Path

from textual.pilot import Pilot

from scribe_tui.events import ErrorRaised, Half
from scribe_tui.journal.search.index import Asked, search
from scribe_tui.tui.app import ScreenEnding
from scribe_tui.tui.monitor_context import MonitorContext
from tests.support.journals import opened, said, write
from tests.tui.stage import NOW, Stage, settle


def reverse(stage: Stage, number: int) -> list[str]:
    """What stands in reverse in a transcript."""
    view = stage.pane(number).transcript
    return [
        piece.text.strip()
        for y in range(view.size.height)
        for piece in view.render_line(y)
        if piece.style and piece.style.reverse and piece.text.strip()
    ]


async def talk(
    stage: Stage, pilot: Pilot[ScreenEnding], name: str = "one", count: int = 60
) -> None:
    for number in range(count):
        text = f"line {number} Café" if number % 20 == 5 else f"line {number}"
        stage.commit(name, text, NOW - (count - number) * 10)
    await settle(pilot, lambda: f"line {count - 1}" in stage.text())


async def test_find_goes_back_through_the_pane_and_round() -> None:
    stage = Stage("one")
    async with stage.app.run_test(size=(80, 12)) as pilot:
        await talk(stage, pilot)
        await pilot.press("slash", *"cafe")
        await settle(pilot, lambda: "3 lines" in stage.text())
        await pilot.press("enter")
        await settle(pilot, lambda: "line 3 of 3" in stage.text())
        assert "Café" in reverse(stage, 1)
        seen = []
        for key in ("n", "n", "n", "N", "N"):
            await pilot.press(key)
            await settle(pilot)
            seen.append(stage.pane(1).transcript.decorations.cursor)
            assert any(f"line {seen[-1]} Café" in row for row in stage.rows(1))
        assert seen == [25, 5, 45, 5, 25]
        await pilot.press("escape")
        await settle(pilot, lambda: "line 59" in stage.text())
        assert not stage.pane(1).transcript.decorations.wanted


async def test_find_says_that_there_is_nothing_and_esc_finds_nothing() -> None:
    stage = Stage("one")
    async with stage.app.run_test(size=(80, 12)) as pilot:
        await talk(stage, pilot, count=3)
        await pilot.press("slash", *"zebra", "enter")
        await settle(pilot, lambda: "is in no line" in stage.text())
        await pilot.press("slash", *"line", "escape")
        await settle(pilot, lambda: stage.app.screen is stage.app.monitor)
        assert stage.pane(1).transcript.decorations.wanted == "zebra"


async def test_the_cursor_moves_by_lines_and_the_pane_stands_still() -> None:
    stage = Stage("one")
    async with stage.app.run_test(size=(80, 12)) as pilot:
        await talk(stage, pilot)
        await pilot.press("k")
        assert stage.pane(1).transcript.decorations.cursor == 59
        await pilot.press(*"kkkkkkkkkkkk")
        await settle(pilot)
        assert stage.pane(1).transcript.decorations.cursor == 47
        assert "line 47" in stage.rows(1)[0]
        before = stage.rows(1)
        stage.commit("one", "newest")
        stage.app.monitor.sample()
        await settle(pilot, lambda: "1 new line" in stage.text())
        assert stage.rows(1) == before
        await pilot.press(*"jjjjjjjjjjjjjj")
        await settle(pilot, lambda: "newest" in stage.text())
        assert stage.pane(1).transcript.decorations.cursor is None


async def test_all_panes_go_to_a_clock_time_and_back() -> None:
    stage = Stage("one", "two")
    async with stage.app.run_test(size=(100, 14)) as pilot:
        await talk(stage, pilot)
        await talk(stage, pilot, "two", 90)
        await pilot.press("T", *"2025-10-09T08:48:20", "enter")
        await settle(pilot, lambda: "2 panes at 08:48:20" in stage.text())
        assert stage.pane(1).transcript.decorations.cursor == 30
        assert stage.pane(2).transcript.decorations.cursor == 60
        await pilot.press("T", *"2025-10-08T23:59", "enter")
        await settle(pilot, lambda: "Nothing was said by 23:59:00" in stage.text())
        await pilot.press("T", *"yesterday", "enter")
        await settle(pilot, lambda: "is no time" in stage.text())
        await pilot.press("T", "enter")
        await settle(pilot, lambda: "line 59" in stage.text() and "line 89" in stage.text())


async def test_marks_gaps_and_errors_are_listed_and_lead_there() -> None:
    stage = Stage("one", "two")
    async with stage.app.run_test(size=(100, 24)) as pilot:
        await talk(stage, pilot)
        stage.gap("two", "source dropped")
        stage.app.bridge.receive(
            ErrorRaised(
                session="two", at=NOW, half=Half.SOURCE, title="404", message="404 Not Found"
            )
        )
        await pilot.press("k", "k", "m")
        await settle(pilot, lambda: any("*line 58" in row for row in stage.rows(1)))
        await pilot.press("end", "apostrophe")
        await settle(pilot, lambda: "gaps, hits ─ 3" in stage.text())
        for text in ("mark   line 58", "gap    not heard for 14.2 s", "error  404 Not Found"):
            assert text in stage.text()
        await pilot.press("slash", *"mark", "enter", "enter")
        await settle(pilot, lambda: stage.pane(1).transcript.decorations.cursor == 58)
        await pilot.press("m")
        await settle(pilot, lambda: not any("*line 58" in row for row in stage.rows(1)))


async def test_find_in_all_panes_leads_to_the_line_in_its_pane() -> None:
    stage = Stage("one", "two")
    async with stage.app.run_test(size=(100, 24)) as pilot:
        await talk(stage, pilot)
        stage.commit("two", "a café by the river", NOW - 1000)
        await pilot.press("f", *"CAFE", "enter")
        await settle(pilot, lambda: "in all panes ─ 4" in stage.text())
        await pilot.press("end", "enter")
        await settle(pilot, lambda: stage.pane(2).has_focus)
        await settle(pilot, lambda: "café" in reverse(stage, 2))


async def test_find_in_all_looks_into_what_is_saved_where_there_is_an_index(
    tmp_path: Path,
) -> None:
    run = write(tmp_path / "2026-11-24T12-00-00", [opened("one"), said(1, "last storm", "one")])
    assert search(tmp_path, Asked("storm"), print).found
    stage = Stage("one")
    stage.app.context = MonitorContext(run=run.with_name("2026-11-25T12-00-00"))
    async with stage.app.run_test(size=(120, 24)) as pilot:
        await pilot.press("f", *"storm", "enter")
        await settle(pilot, lambda: "last storm" in stage.text())
        await pilot.press("enter")
        await settle(pilot, lambda: "scribe-tui show" in stage.text())
