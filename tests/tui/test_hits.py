"""Hits on the screen: marks in the text, the list, what is taught from it."""

from __future__ import annotations

from typing import Any

import pytest
from textual import events

from scribe_tui.events import HitStatus, Tier, WatchHit
from scribe_tui.settings.watch import WatchSettings
from scribe_tui.tui.monitor_context import MonitorContext
from scribe_tui.tui.screens.pick_list import PickList
from scribe_tui.watchwords.stage import WatchStage
from tests.tui.stage import NOW, Stage, settle


def hit(
    number: int, status: HitStatus = HitStatus.CONFIRMED, segment: int = 1, **facts: Any
) -> WatchHit:
    known: dict[str, Any] = {
        "session": "one",
        "at": NOW,
        "watch": "words",
        "word": "fire",
        "heard": "fire",
        "tier": Tier.EXACT,
        "source_seconds": 1.0,
        "quote": "the fire is out",
    }
    return WatchHit(hit=number, status=status, segment_number=segment, **{**known, **facts})


def styles(stage: Stage, number: int, row: int) -> dict[str, tuple[bool, bool]]:
    """Text -> (bold, underline) of one row of a transcript."""
    strip = stage.pane(number).transcript.render_line(row)
    return {
        piece.text.strip(): (bool(piece.style.bold), bool(piece.style.underline))
        for piece in strip
        if piece.style and piece.text.strip()
    }


async def test_a_hit_is_marked_in_grey_text_then_in_white_and_the_pane_stands_out() -> None:
    stage = Stage("one", "two")
    async with stage.app.run_test() as pilot:
        stage.partial("one", "well the fire is")
        stage.app.bridge.receive(hit(1, HitStatus.UNCONFIRMED))
        await settle(pilot, lambda: "fire" in styles(stage, 1, 0))
        assert styles(stage, 1, 0)["fire"] == (False, True)
        assert stage.pane(1).rows[0][0].text == "╔"
        assert stage.pane(2).rows[0][0].text == "╭"
        stage.commit("one", "Well, the fire is out; firewood")
        stage.app.bridge.receive(hit(1))
        await settle(pilot, lambda: styles(stage, 1, 0).get("fire") == (True, True))
        await settle(pilot, lambda: stage.pane(1).rows[0][0].text == "┏")
        await pilot.press("2")
        await settle(pilot, lambda: stage.pane(2).rows[0][0].text == "┏")
        assert stage.pane(1).rows[0][0].text == "╭"


async def test_a_withdrawn_hit_leaves_no_mark() -> None:
    stage = Stage("one")
    async with stage.app.run_test() as pilot:
        stage.partial("one", "the fire")
        stage.app.bridge.receive(hit(1, HitStatus.UNCONFIRMED))
        await settle(pilot, lambda: "fire" in styles(stage, 1, 0))
        stage.app.bridge.receive(hit(1, HitStatus.WITHDRAWN))
        await settle(pilot, lambda: "fire" not in styles(stage, 1, 0))


async def test_the_list_filters_and_leads_to_the_line() -> None:
    stage = Stage("one", "two")
    async with stage.app.run_test(size=(100, 24)) as pilot:
        for number in range(80):
            stage.commit("two", f"line {number} of the fire")
        stage.app.bridge.receive(hit(1, session="two", segment=5, quote="line 4 of the fire"))
        stage.app.bridge.receive(hit(1, word="storm", heard="storm", quote="a storm comes"))
        await pilot.press("h")
        await settle(pilot, lambda: "Hits ─ 2" in stage.text())
        assert "a storm comes" in stage.text()
        await pilot.press("slash", *"FIRE", "enter")
        await settle(pilot, lambda: "filter: FIRE" in stage.text())
        await settle(pilot, lambda: "a storm comes" not in stage.text())
        await pilot.press("enter")
        await settle(pilot, lambda: stage.pane(2).has_focus)
        await settle(pilot, lambda: any("line 4 of" in row for row in stage.rows(2)))
        assert stage.pane(2).transcript.decorations.cursor == 4
        stage.commit("two", "newest")
        stage.app.monitor.sample()
        await settle(pilot, lambda: "1 new line" in stage.text())


async def test_what_was_misheard_is_taught_from_the_list() -> None:
    stage = Stage("one")
    watch = WatchStage([WatchSettings(words=("Southwark", "storm"))])
    stage.app.context = MonitorContext(watch=watch)
    async with stage.app.run_test(size=(100, 24)) as pilot:
        near: dict[str, Any] = {"word": "Southwark", "heard": "Suthark", "tier": Tier.CLOSE}
        stage.app.bridge.receive(hit(1, **near, quote="the bridge at Suthark"))
        await pilot.press("h")
        await settle(pilot, lambda: "heard “Suthark”" in stage.text())
        await pilot.press("c")
        assert watch.lists[0].heard_as == (("Southwark", "Suthark"),)
        await pilot.press("X")
        assert watch.lists[0].excepted == (), "a slip does nothing"
        await settle(pilot, lambda: "X once more" in stage.text())
        await pilot.press("X")
        assert watch.lists[0].excepted == ("Suthark",)
        stage.app.bridge.receive(hit(2, word="storm", heard="storm", quote="a storm"))
        assert isinstance(stage.app.screen, PickList)
        stage.app.screen.look()
        await pilot.press("home", "X", "X")
        assert watch.lists[0].words == ("Southwark",)
        await pilot.press("escape")
        await settle(pilot, lambda: stage.app.screen is stage.app.monitor)


async def test_the_list_says_that_there_are_no_watch_words() -> None:
    stage = Stage("one")
    stage.app.context = MonitorContext(watch=WatchStage())
    async with stage.app.run_test(size=(100, 24)) as pilot:
        await pilot.press("h")
        await settle(
            pilot, lambda: "no watch words. Close this list: w puts some in" in stage.text()
        )


@pytest.mark.some(1)
@pytest.mark.parametrize("width", [60, 80, 120])
async def test_the_word_of_a_long_quote_shows_at_every_width(width: int) -> None:
    stage = Stage("one", "two")
    quote = f"{'before it was said ' * 8}that a fire broke out {'and what came after ' * 3}"
    async with stage.app.run_test(size=(width, 20)) as pilot:
        stage.app.bridge.receive(hit(1, quote=quote))
        await pilot.press("h")
        await settle(pilot, lambda: "Hits" in stage.text())
        (row,) = [line for line in stage.text().splitlines() if line.startswith(">")]
        assert "fire broke" in row
        await pilot.press("slash", *"before it", "enter")
        await settle(pilot, lambda: "filter: before it" in stage.text())
        assert ">" in stage.text(), "it is found by what is cut off, too"
        stage.app.post_message(events.Paste("X"))
        await pilot.press("slash", "escape", "slash")
        stage.app.post_message(events.Paste("fire\x1b[2J broke\r"))
        await settle(pilot, lambda: "filter: fire broke" in stage.text())


async def test_an_open_list_is_made_anew_only_when_something_changed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stage = Stage("one", "two")
    async with stage.app.run_test(size=(60, 20)) as pilot:
        stage.commit("one", "A fire in the hall.")
        stage.app.bridge.receive(hit(1))
        await settle(pilot)
        await pilot.press("h")
        await settle(pilot, lambda: "Hits ─ 1" in stage.text())
        made: list[object] = []
        shown = stage.app.screen
        assert isinstance(shown, PickList)
        show = shown.rows.set_entries

        def showing(entries: Any) -> None:
            made.append(entries)
            show(entries)

        monkeypatch.setattr(shown.rows, "set_entries", showing)
        shown.look()
        assert made == []
        stage.controls.rename("one", "first")
        shown.look()
        await settle(pilot, lambda: "first" in stage.text())
        assert len(made) == 1


async def test_a_long_answer_is_read_to_its_end_in_a_narrow_screen() -> None:
    stage = Stage("one")
    async with stage.app.run_test(size=(60, 20)) as pilot:
        await settle(pilot)
        heights = stage.app.monitor.grid.size
        stage.app.monitor.say("No sound was kept of that time. Memory holds half a minute of it.")
        await settle(pilot, lambda: "a minute of it." in stage.text())
        assert stage.app.monitor.grid.size == heights, "the panes stand still"
        stage.app.monitor.say("Done.")
        await settle(pilot, lambda: "1 source" in stage.text())
        assert stage.app.monitor.grid.size == heights
