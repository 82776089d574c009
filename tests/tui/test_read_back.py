"""Beyond what memory holds: lines from the journal, in bounded memory; and exports."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from scribe_tui.events import Event
from scribe_tui.transcript import Transcript
from scribe_tui.tui.finding.past import MAX_PAGES, Past
from scribe_tui.tui.monitor_context import MonitorContext
from scribe_tui.tui.widgets.transcript_view import TranscriptView
from tests.support.journals import START, opened, said, write
from tests.tui.stage import Stage, settle

LINES = 900


def stage_over(run: Path) -> tuple[Stage, list[Event]]:
    """A pane that holds the last hundred lines or so of a journal of `LINES`."""
    made = [
        opened("one"),
        *(said(number, f"line {number}", "one") for number in range(1, LINES + 1)),
    ]
    write(run, made)
    stage = Stage("one")
    stage.app.context = MonitorContext(run=run)
    return stage, made


async def shown(stage: Stage, made: list[Event], pilot: Pilot[Any]) -> TranscriptView:
    """The view of its pane, once it shows the last of `made` and remembers a hundred."""
    view = stage.pane(1).transcript
    view.transcript = Transcript(max_lines=100)
    for event in made:
        stage.app.bridge.receive(event)
    await settle(pilot, lambda: f"line {LINES}" in stage.text())
    return view


async def test_a_pane_is_read_back_to_its_first_line(tmp_path: Path) -> None:
    stage, made = stage_over(tmp_path)
    async with stage.app.run_test(size=(80, 14)) as pilot:
        view = await shown(stage, made, pilot)
        assert view.transcript.first > 500
        await pilot.press("home")
        await settle(pilot, lambda: stage.rows(1)[0].endswith(" line 1"))
        await pilot.press("pagedown")
        await settle(pilot, lambda: stage.rows(1)[0].endswith(f" line {view.size.height}"))
        before = stage.rows(1)
        stage.app.bridge.receive(said(LINES + 1, "newest", "one"))
        stage.app.monitor.sample()
        await settle(pilot, lambda: "new line" in stage.text())
        assert stage.rows(1) == before
        stage.app.monitor.reach_segment(stage.pane(1), 333)
        await settle(pilot, lambda: any(row.endswith(" line 333") for row in stage.rows(1)))
        assert view.decorations.cursor == 332
        stage.app.monitor.reach_time(stage.pane(1), START + 10.0 * 77 + 1)
        await settle(pilot, lambda: view.decorations.cursor == 76)
        await settle(pilot, lambda: any(row.endswith(" line 77") for row in stage.rows(1)))
        await pilot.press("end")
        await settle(pilot, lambda: "newest" in stage.text())


async def test_a_range_is_copied_whole_though_memory_holds_a_part_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[str] = []

    async def send(text: str, *_: object) -> str:
        sent.append(text)
        return ""

    monkeypatch.setattr("scribe_tui.tui.terminal.clipboard.send", send)
    stage, made = stage_over(tmp_path)
    async with stage.app.run_test(size=(120, 14)) as pilot:
        view = await shown(stage, made, pilot)
        await pilot.press("v", "home")
        assert view.go_to(4)
        await pilot.press("y")
        await settle(pilot, lambda: f"{LINES - 4} lines sent to the terminal" in stage.text())
        copied = [line.partition(" ")[2] for line in sent[0].splitlines()[:-1]]
        assert copied == [f"line {number}" for number in range(5, LINES + 1)]
        monkeypatch.setattr("scribe_tui.tui.screens.copy_keys.MOST_LINES", 700)
        assert view.go_to(4)
        await pilot.press("v")
        assert view.go_to(800)
        await pilot.press("y")
        await settle(pilot, lambda: "797 lines are too many to copy" in stage.text())
        assert len(sent) == 1


def test_the_past_asks_once_for_a_page_and_keeps_a_few() -> None:
    asked: list[int] = []
    past = Past(asked.append)
    for page in range(3 * MAX_PAGES):
        assert past.line(page * 200) is None
        assert past.line(page * 200 + 1) is None
        past.give(page, [])
    assert asked[:3] == [0, 1, 2]
    for _ in range(10):
        past.line(5000)
        past.give(25, [])
    assert asked.count(25) == 3, "a page that stays short is not asked for again and again"


async def test_export_writes_what_the_pane_has_said(tmp_path: Path) -> None:
    stage, _ = stage_over(tmp_path)
    async with stage.app.run_test(size=(150, 14)) as pilot:
        await pilot.press("e")
        await settle(pilot, lambda: "export one as" in stage.text())
        await pilot.press(*"srt,pdf", "enter")
        await settle(pilot, lambda: "pdf is no form" in stage.text())
        await pilot.press("e", *"csv", "enter")
        await settle(pilot, lambda: "Exported one.csv" in stage.text())
    assert "line 900" in (tmp_path / "one.csv").read_text()


async def test_find_goes_on_into_the_journal(tmp_path: Path) -> None:
    """`line 33` is in `line 33`, in `line 330` to `line 339`, and in none that memory holds."""
    stage, made = stage_over(tmp_path)
    async with stage.app.run_test(size=(100, 14)) as pilot:
        view = await shown(stage, made, pilot)
        await pilot.press("slash", *"line 33", "enter")
        await settle(pilot, lambda: "“line 33”: line 11 of 11" in stage.text())
        await settle(pilot, lambda: any(row.endswith(" line 339") for row in stage.rows(1)))
        assert view.decorations.cursor == 338
        await pilot.press("n")
        await settle(pilot, lambda: "line 10 of 11" in stage.text())
        await pilot.press("N", "N")
        await settle(pilot, lambda: view.decorations.cursor == 32)  # round the end

        await pilot.press("slash", "home", "shift+end", *"line 8", "enter")
        await settle(pilot, lambda: view.decorations.cursor == LINES - 2)
        await settle(pilot, lambda: "“line 8”: line 111 of 111" in stage.text())
        await pilot.press("escape", "slash", *"nowhere", "enter")
        await settle(pilot, lambda: "“nowhere” is in no line of this pane" in stage.text())


async def test_find_in_all_goes_on_into_the_journal(tmp_path: Path) -> None:
    stage, made = stage_over(tmp_path / "logs" / "run")
    async with stage.app.run_test(size=(100, 14)) as pilot:
        view = await shown(stage, made, pilot)
        await pilot.press("f", *"line 33", "enter")
        await settle(pilot, lambda: "in all panes ─ 11 ─" in stage.text())
        assert "for earlier ones: scribe-tui search" in stage.text()
        await pilot.press("end", "enter")
        await settle(pilot, lambda: view.decorations.cursor == 32)
