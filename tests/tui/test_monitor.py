"""Panes show what their sessions say, and paint no more than has changed."""

from __future__ import annotations

import re

import pytest
from textual.geometry import Region, Size

from scribe_tui.sanitize import harmless
from scribe_tui.tui.layouts.boxes import Plan
from tests.tui.stage import Stage, settle, trouble


async def test_grey_text_turns_white_behind_its_clock_time() -> None:
    stage = Stage("one")
    async with stage.app.run_test() as pilot:
        stage.partial("one", "hello wor")
        await settle(pilot, lambda: stage.rows(1)[0].strip() == "hello wor")
        grey = stage.pane(1).transcript.render_line(0)
        stage.partial("one", "hello world")
        stage.commit("one", "Hello world.")
        stage.partial("one", "and")
        await settle(pilot, lambda: len(stage.rows(1)[1]) > 0)
        assert stage.rows(1)[:2] == ["08:53:20 Hello world.", "         and"]
        white = stage.pane(1).transcript.render_line(0)
        colours = {segment.text.strip(): segment.style.color for segment in (*grey, *white)}
        assert colours["hello wor"] == colours["08:53:20"] != colours["Hello world."]


async def test_without_colour_grey_is_dim(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    stage = Stage("one")
    async with stage.app.run_test() as pilot:
        stage.commit("one", "White.")
        stage.partial("one", "grey")
        await settle(pilot, lambda: len(stage.rows(1)[1]) > 0)
        view = stage.pane(1).transcript
        dim = {s.text.strip(): bool(s.style.dim) for y in (0, 1) for s in view.render_line(y)}
        assert dim["grey"]
        assert not dim["White."]
        widgets = (view, stage.pane(1), *stage.pane(1).children, stage.app.monitor.key_bar)
        strips = [strip for w in widgets for strip in w.render_lines(w.size.region)]
        colours = {s.style.color for strip in strips for s in strip if s.style and s.style.color}
        assert all(colour.is_default for colour in colours)


async def test_scrolled_text_stands_still_until_end_leads_back_to_live() -> None:
    stage = Stage("one")
    async with stage.app.run_test(size=(80, 12)) as pilot:
        for number in range(50):
            stage.commit("one", f"line {number}")
        await settle(pilot, lambda: "line 49" in stage.text())
        await pilot.press("pageup")
        before = stage.rows(1)
        assert "line 49" not in stage.text()
        for number in range(50, 53):
            stage.commit("one", f"line {number}")
            stage.partial("one", "and on it goes")
        stage.app.monitor.sample()
        await settle(pilot, lambda: "3 new lines" in stage.text())
        assert stage.rows(1) == before
        await pilot.press("k", "j")
        assert stage.rows(1) == before
        await pilot.press("home")
        await settle(pilot, lambda: stage.rows(1)[0].endswith("line 0"))
        await pilot.press("end")
        await settle(pilot, lambda: "and on it goes" in stage.text())
        assert "new lines" not in stage.text()


async def test_paging_down_to_the_tail_follows_it_again() -> None:
    stage = Stage("one")
    async with stage.app.run_test(size=(80, 12)) as pilot:
        for number in range(30):
            stage.commit("one", f"line {number}")
        await pilot.press("pageup", "pageup", "pagedown", "pagedown")
        assert stage.pane(1).transcript.new_lines is None
        stage.commit("one", "newest")
        await settle(pilot, lambda: "newest" in stage.text())


def first_line(stage: Stage) -> int:
    """The number of the first line that begins in pane 1."""
    found = re.search(r"line (\d+) ", "\n".join(stage.rows(1)))
    assert found is not None
    return int(found[1])


async def test_the_place_read_survives_a_new_width_and_lines_that_go() -> None:
    stage = Stage("one")
    async with stage.app.run_test(size=(80, 12)) as pilot:
        for number in range(200):
            stage.commit("one", f"line {number} " + "word " * 30)
        await pilot.press("pageup", "pageup")
        await settle(pilot)
        number = first_line(stage)
        await pilot.resize_terminal(40, 20)
        await settle(pilot, lambda: stage.pane(1).size.width == 40)
        assert first_line(stage) in (number, number + 1), "its beginning may be a row too high"
        for more in range(6000):
            stage.commit("one", f"more {more}")
        await settle(pilot, lambda: stage.pane(1).transcript.transcript.first > number)
        stage.app.monitor.sample()
        await settle(pilot, lambda: "6000 new lines" in stage.text())
        assert stage.rows(1)[0].startswith("08:53:20 ")


async def test_nothing_is_painted_while_nothing_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage(*"abcd")
    async with stage.app.run_test() as pilot:
        stage.partial("a", "hello")
        await settle(pilot, lambda: "hello" in stage.text())
        stage.app.monitor.sample()
        await settle(pilot)
        painted: list[object] = []
        monkeypatch.setattr(stage.app, "_display", lambda *args: painted.append(args))
        stage.partial("a", "hello")
        for _ in range(3):
            stage.app.monitor.sample()
            await settle(pilot)
        assert painted == []


async def test_a_growing_partial_paints_its_new_words_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stage = Stage("one", "two")
    async with stage.app.run_test() as pilot:
        first = "a row that is full of words and a second that is not full at all because"
        stage.partial("one", f"{first} it ends")
        await settle(pilot, lambda: "it ends" in stage.text())
        painted: list[Region] = []
        monkeypatch.setattr(
            stage.app.monitor, "paint", lambda _widget, regions: painted.extend(regions)
        )
        stage.partial("one", f"{first} it ends here")
        await settle(pilot, lambda: bool(painted))
        last = len([row for row in stage.rows(1) if row]) - 1
        new = len(" here")
        assert painted == [Region(len(stage.rows(1)[last]) - new, last, new, 1)]


HOSTILE = [
    "\x1b[2J\x1b]0;owned\x07after",
    "[red]x[/] [/] [bold",
    "abc\u202edef\u2066ghi",
    "lone \ud800 surrogate",
    "nul \0 byte",
    "日" * 100 + "e\u0301" * 50 + "👨\u200d👩\u200d👧" * 20,
]


@pytest.mark.some(2)
@pytest.mark.parametrize("text", HOSTILE)
async def test_hostile_text_is_shown_and_does_nothing(text: str) -> None:
    plain = harmless(text)
    stage = Stage(harmless("[red]n[/]"))
    name = stage.controls.sessions[0]
    async with stage.app.run_test(size=(60, 20)) as pilot:
        stage.controls.show(name, title=plain[:20], last_event=plain[:20], trouble=trouble(plain))
        stage.partial(name, plain)
        await settle(pilot)
        stage.app.monitor.sample()
        stage.commit(name, plain)
        await settle(
            pilot, lambda: "".join(plain.split()) in "".join(stage.rows(1)).replace(" ", "")
        )
        assert "[red]n[/]" in stage.text()
        assert not any(char in stage.text() for char in "\x1b\0\u202e\u2066\ud800")


@pytest.mark.long
async def test_a_megabyte_without_a_space_does_not_stop_the_screen() -> None:
    stage = Stage("one")
    text = "x" * 1_000_000
    async with stage.app.run_test() as pilot:
        for length in (999_000, 999_500, 1_000_000):
            stage.partial("one", text[:length])
            await settle(pilot)
        stage.commit("one", text)
        stage.commit("one", "after")
        await settle(pilot, lambda: "after" in stage.text())
        await pilot.press("home")
        await settle(pilot, lambda: stage.rows(1)[0].startswith("08:53:20 xxx"))


async def test_in_a_single_column_the_screen_comes_to_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    """A scroll bar that takes the only column would be shown and hidden in turn, for ever."""
    stage = Stage("one", "two", "three", "four")
    async with stage.app.run_test(size=(1, 5)) as pilot:
        await settle(pilot)
        grid, layouts = stage.app.monitor.grid, 0
        real = grid.plan_for

        def plan_for(size: Size) -> Plan:
            nonlocal layouts
            layouts += 1
            return real(size)

        monkeypatch.setattr(grid, "plan_for", plan_for)
        for _ in range(20):
            await pilot.pause(1 / 30)
        assert layouts < 20
