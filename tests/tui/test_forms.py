"""Sources added, removed, renamed, changed, saved from the screen; watch words put in and out."""

from __future__ import annotations

import re
import time
import wave
from pathlib import Path
from typing import cast

import pytest
from textual import events
from textual.widgets import Input

from scribe_tui.events import State
from scribe_tui.tui.app import MonitorApp
from scribe_tui.tui.debounce import ANSWER_SECONDS
from scribe_tui.tui.screens.question import QuestionScreen
from tests.tui.form_stage import FormStage
from tests.tui.stage import Stage, settle

STATION = "http://radio.example/live.mp3"


async def test_an_address_typed_becomes_a_pane_and_is_remembered(stage: FormStage) -> None:
    async with stage.app.run_test() as pilot:
        await pilot.press("a", *"http://radio.example/live.mp3", "tab", *"news", "enter")
        await settle(pilot, lambda: ("add", "news") in stage.controls.calls)
        await settle(pilot, lambda: stage.top == "MonitorScreen")
        await settle(pilot, lambda: len(stage.app.monitor.grid.panes) == 3)
        assert "added news" in stage.text()
        assert stage.recent.read() == (("news", STATION),)


async def test_in_the_smallest_terminal_a_question_is_whole(tmp_path: Path) -> None:
    stage = FormStage(tmp_path, "a rather long name of a station in a town far away", "two")
    async with stage.app.run_test(size=(60, 15)) as pilot:
        await pilot.press("D")
        await settle(pilot, lambda: "remove its pane" in stage.text())
        rows = re.findall(r" │  (.*?) *│", stage.text())
        assert (
            " ".join(rows)
            .strip()
            .startswith(
                "Stop a rather long name of a station in a town far away and remove its pane? "
                "What was saved of it stays."
            )
        )
        assert all(sign in stage.text() for sign in "╮╯")


@pytest.mark.some(1)
@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "Type or paste an address first."),
        ("http://", "is not a web address"),
        ("no/such/file.wav", "no/such/file.wav"),
        ("one=mic", "called one already"),
    ],
)
async def test_what_is_wrong_stands_in_the_form(stage: FormStage, typed: str, says: str) -> None:
    async with stage.app.run_test(size=(100, 24)) as pilot:
        if typed.startswith("one"):
            stage.controls.taken = {"one"}
        await pilot.press("a", *typed, "enter")
        await settle(pilot, lambda: says in " ".join(stage.text().split()))
        assert stage.top == "AddScreen"
        await pilot.press("escape")
        await settle(pilot, lambda: stage.top == "MonitorScreen")
        assert stage.controls.sessions == ("one", "two")


async def test_an_address_pasted_on_the_panes_only_fills_the_form(stage: FormStage) -> None:
    async with stage.app.run_test() as pilot:
        stage.app.screen.post_message(events.Paste(f"{STATION}\ns\nD\n"))
        await settle(pilot, lambda: stage.top == "AddScreen")
        assert STATION in stage.text()
        assert stage.controls.calls == []
        await pilot.press("escape")
        await settle(pilot, lambda: stage.top == "MonitorScreen")
        stage.app.screen.post_message(events.Paste("qsD"))
        await settle(pilot)
        assert stage.top == "MonitorScreen"
        assert stage.controls.calls == []


LIST = "#EXTM3U\r#EXTINF:-1,Harbor Radio\rhttp://a.example/1\r\nhttp://b.example/2\nnonsense\n"
"""As terminals send it: some make carriage returns of the ends of lines."""


@pytest.mark.some(3)
@pytest.mark.parametrize("where", ["panes", "form"])
@pytest.mark.parametrize(
    "pasted",
    [LIST, "[playlist]\nFile1=http://a.example/1\nFile2=http://b.example/2\nTitle1=Harbor Radio\n"],
    ids=["m3u", "pls"],
)
async def test_a_whole_list_that_is_pasted_is_chosen_from(
    stage: FormStage, pasted: str, where: str
) -> None:
    async with stage.app.run_test(size=(100, 24)) as pilot:
        if where == "form":
            await pilot.press("a")
            await settle(pilot, lambda: stage.top == "AddScreen")
        stage.app.post_message(events.Paste(pasted))
        await settle(pilot, lambda: "2 stations in this list" in stage.text())
        assert stage.controls.calls == []
        await pilot.press("enter")
        await settle(pilot, lambda: stage.top == "MonitorScreen")
        added = [name for call, name in stage.controls.calls if call == "add"]
        assert added == ["Harbor Radio", "b.example"]


async def test_of_a_long_paste_a_line_takes_what_there_is_room_for(stage: FormStage) -> None:
    async with stage.app.run_test(size=(100, 24)) as pilot:
        await pilot.press("a", *"http://")
        await settle(pilot, lambda: stage.top == "AddScreen")
        stage.app.post_message(events.Paste("\n" + "x" * 1_000_000 + "\r"))
        line = stage.app.screen.query(Input).first()
        await settle(pilot, lambda: line.value == "http://" + "x" * 3993)
        await settle(pilot, lambda: "Only 4000 letters of it stand here." in stage.text())
        stage.app.post_message(events.Paste("\x1b[2Jmore\r"))
        await settle(pilot)
        assert len(line.value) == 4000
        assert stage.top == "AddScreen", "a paste with an end of line adds nothing"
        assert stage.controls.calls == []


async def test_of_several_pasted_lines_that_are_no_list_it_is_said_that_one_stands(
    stage: FormStage,
) -> None:
    async with stage.app.run_test(size=(100, 24)) as pilot:
        await pilot.press("a")
        await settle(pilot, lambda: stage.top == "AddScreen")
        stage.app.post_message(events.Paste("talk.wav\nmore.wav\n"))
        await settle(pilot, lambda: "Only the first line of what was pasted" in stage.text())
        assert "talk.wav" in stage.text()
        stage.app.post_message(events.Paste("one\n"))
        await settle(pilot, lambda: "Only the first line" not in stage.text())


async def test_of_a_list_that_is_longer_than_is_shown_that_is_said(stage: FormStage) -> None:
    async with stage.app.run_test(size=(100, 24)) as pilot:
        many = "\n".join(f"http://radio.example/{number}.mp3" for number in range(340))
        stage.app.post_message(events.Paste(many))
        await settle(pilot, lambda: "The first 100 of 340 stations" in stage.text())


async def test_that_the_end_of_a_paste_is_lost_is_said(stage: FormStage) -> None:
    async with stage.app.run_test(size=(100, 24)) as pilot:
        await pilot.press("a")
        stage.app.paste_cut()
        await settle(pilot, lambda: "only the first 100,000 letters" in stage.text())


async def test_one_of_before_is_two_keys_away(stage: FormStage, tmp_path: Path) -> None:
    sound = tmp_path / "talk.wav"
    with wave.open(str(sound), "wb") as file:
        file.setparams((1, 2, 16000, 0, "NONE", ""))
        file.writeframes(bytes(3200))
    stage.recent.add([("talk", str(sound))])
    async with stage.app.run_test(size=(100, 24)) as pilot:
        await pilot.press("a")
        await settle(pilot, lambda: "before, newest first" in stage.text())
        await pilot.press("down", "down", "enter")
        await settle(pilot, lambda: ("add", "talk") in stage.controls.calls)


async def test_a_list_of_stations_is_chosen_from(stage: FormStage, tmp_path: Path) -> None:
    playlist = tmp_path / "stations.m3u"
    playlist.write_text(
        "#EXTM3U\n#EXTINF:-1,Harbor Radio\nhttp://a.example/1\n#EXTINF:-1,City\x1b[31m\n"
        "http://b.example/2\nhttp://c.example/3\n/etc/passwd\n"
    )
    async with stage.app.run_test(size=(100, 24)) as pilot:
        await pilot.press("a")
        await stage.fill_in(pilot, str(playlist))
        await settle(pilot, lambda: "3 stations in this list" in stage.text())
        await pilot.press("down", "space", "enter")
        await settle(pilot, lambda: stage.top == "MonitorScreen")
        added = [name for call, name in stage.controls.calls if call == "add"]
        assert added == ["Harbor Radio", "c.example"]


async def test_remove_asks_and_no_means_no(stage: FormStage) -> None:
    async with stage.app.run_test() as pilot:
        await pilot.press("2", "D")
        await settle(pilot, lambda: "Stop two and remove its pane?" in stage.text())
        await pilot.press("n")
        await settle(pilot, lambda: stage.top == "MonitorScreen")
        assert stage.controls.calls == []
        await pilot.press("D")
        await settle(pilot, lambda: stage.top == "QuestionScreen")
        await pilot.press("y")
        await settle(pilot, lambda: ("remove", "two") in stage.controls.calls)
        await settle(pilot, lambda: len(stage.app.monitor.grid.panes) == 1)


async def test_a_yes_within_half_a_second_is_none(
    stage: FormStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when a held or pasted key runs on: here keys count as they do from a terminal."""
    monkeypatch.setattr(MonitorApp, "guards_keys", True)
    async with stage.app.run_test() as pilot:
        await pilot.press("D")
        await settle(pilot, lambda: stage.top == "QuestionScreen")
        question = cast(QuestionScreen, stage.app.screen)
        question.asked_at = time.monotonic()
        await pilot.press("y", "enter")
        assert stage.app.screen is question
        assert stage.controls.calls == []
        question.asked_at = time.monotonic() - 1
        await pilot.press("y")
        await settle(pilot, lambda: ("remove", "one") in stage.controls.calls)


def test_a_yes_within_other_keys_is_a_letter_of_a_text() -> None:
    question, now = QuestionScreen("Remove it?", "yes, remove it"), 0.0
    question.asked_at = now
    for typed in "as they go by":
        now += ANSWER_SECONDS * 0.9
        assert not (question.is_answer(typed, now) and typed == "y")
    assert not question.is_answer("y", now + ANSWER_SECONDS * 0.05), "too soon behind a letter"
    assert question.is_answer("y", now + ANSWER_SECONDS), "nothing but a yes in between"


async def test_when_the_last_pane_is_removed_the_keys_that_need_none_go_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scribe_tui.tui.screens.monitor.SAY_SECONDS", 0.01)
    stage = FormStage(tmp_path, "one")
    async with stage.app.run_test(size=(100, 20)) as pilot:
        await pilot.press("D")
        await settle(pilot, lambda: stage.top == "QuestionScreen")
        await pilot.press("y")
        await settle(pilot, lambda: not stage.app.monitor.grid.panes)
        await pilot.press(*"cszp")
        await settle(pilot, lambda: " a add  ? help  q quit" in stage.text())
        assert "stop" not in stage.text()
        assert stage.controls.calls == [("remove", "one")]
        await pilot.press("question_mark")
        await settle(pilot, lambda: "Add a source: there is none yet." in stage.text())
        await pilot.press("escape", "a")
        await settle(pilot, lambda: "Add a source" in stage.text())
        await pilot.press("escape", "q")
        await settle(pilot, lambda: stage.app.return_code == 0)


async def test_rename_and_a_name_that_is_taken(stage: FormStage) -> None:
    async with stage.app.run_test() as pilot:
        stage.controls.taken = {"two"}
        await pilot.press("R", *["backspace"] * 3, *"two", "enter")
        await settle(pilot, lambda: "called two already" in stage.text())
        await pilot.press("2", "enter")
        await settle(pilot, lambda: stage.top == "MonitorScreen")
        assert stage.controls.snapshot("one").name == "two2"
        await settle(pilot, lambda: "it is called two2 now" in stage.text())


async def test_where_the_run_has_nothing_to_change_it_says_so() -> None:
    stage = Stage("one")
    async with stage.app.run_test() as pilot:
        for key in ("a", "w", "W"):
            await pilot.press(key)
        await settle(pilot)
        assert type(stage.app.screen).__name__ == "MonitorScreen"
        assert "cannot be saved" in stage.text()


@pytest.mark.some(1)
async def test_help_says_first_what_can_be_done_now(stage: FormStage) -> None:
    stage.controls.show("one", state=State.ENDED)
    async with stage.app.run_test(size=(100, 30)) as pilot:
        await pilot.press("question_mark")
        await settle(pilot, lambda: "Start one." in stage.text())
        assert stage.text().index("Start one.") < stage.text().index("This pane")
        await pilot.press("end")
        await settle(pilot, lambda: "There is sound in them; dark is silence." in stage.text())
        await pilot.press("escape", "2", "z", "question_mark")
        await settle(pilot, lambda: "Turn the grey text of two into a line." in stage.text())
        assert "Back to all panes." in stage.text()
