"""Sources added, removed, renamed, changed, saved from the screen; watch words put in and out."""

from __future__ import annotations

import re
import time
import wave
from collections.abc import Collection
from pathlib import Path
from typing import Any, cast

import pytest
from textual import events
from textual.pilot import Pilot
from textual.widgets import Input

from scribe_tui.config.new_source import new_source
from scribe_tui.config.recent import RecentSources
from scribe_tui.config.write import save_toml
from scribe_tui.events import State
from scribe_tui.settings import Settings, SourceSettings, WatchSettings
from scribe_tui.tui.actions.saving import Present
from scribe_tui.tui.app import MonitorApp
from scribe_tui.tui.monitor_context import MonitorContext
from scribe_tui.tui.screens.question import QuestionScreen
from scribe_tui.watchwords.stage import WatchStage
from tests.tui.stage import NOW, Stage, settle

STATION = "http://radio.example/live.mp3"


class FormStage(Stage):
    """A monitor with everything that forms need."""

    def __init__(self, folder: Path, *names: str, state: State = State.LIVE) -> None:
        super().__init__(*names, state=state)
        self.saved: list[tuple[Path, list[str], bool]] = []
        self.watch = WatchStage([WatchSettings(words=("fire",))])
        self.recent = RecentSources(folder / "recent.json")
        self.app = MonitorApp(
            self.controls,
            clock=lambda: NOW,
            context=MonitorContext(self.watch, None, self._make, self._save, self.recent),
        )

    @property
    def top(self) -> str:
        return type(self.app.screen).__name__

    async def fill_in(self, pilot: Pilot[Any], text: str) -> None:
        """Put `text` in the place of what stands in the field, and press enter."""
        await settle(pilot, lambda: isinstance(self.app.focused, Input))
        assert isinstance(self.app.focused, Input)
        self.app.focused.value = text
        await pilot.press("enter")

    def _make(self, name: str, address: str, taken: Collection[str]) -> SourceSettings:
        return new_source(SourceSettings(name="new", address="mic"), name, address, taken)

    def _save(self, file: Path, present: Present, replacing: bool) -> None:
        save_toml(file, Settings(), present.sources, replace=replacing)
        self.present = present
        self.saved.append((file, [source.name for source in present.sources], replacing))


@pytest.fixture
def stage(tmp_path: Path) -> FormStage:
    return FormStage(tmp_path, "one", "two")


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


async def test_rename_and_a_name_that_is_taken(stage: FormStage) -> None:
    async with stage.app.run_test() as pilot:
        stage.controls.taken = {"two"}
        await pilot.press("R", *["backspace"] * 3, *"two", "enter")
        await settle(pilot, lambda: "called two already" in stage.text())
        await pilot.press("2", "enter")
        await settle(pilot, lambda: stage.top == "MonitorScreen")
        assert stage.controls.snapshot("one").name == "two2"
        await settle(pilot, lambda: "it is called two2 now" in stage.text())


async def test_lists_follow_a_pane_that_is_renamed(stage: FormStage) -> None:
    shared = WatchSettings(name="fires", words=("fire",), sources=("one", "two"))
    stage.watch.set_list(shared)
    async with stage.app.run_test(size=(120, 30)) as pilot:
        await pilot.press("R")
        await stage.fill_in(pilot, "evening")
        await settle(pilot, lambda: stage.controls.settings_of("one").name == "evening")
    (named,) = [one for one in stage.watch.lists if one.name == "fires"]
    assert named.sources == ("evening", "two")


async def test_the_settings_of_a_pane(stage: FormStage) -> None:
    async with stage.app.run_test() as pilot:
        await pilot.press("S", *"english", "enter")
        await settle(pilot, lambda: "two or three letter code" in " ".join(stage.text().split()))
        await pilot.press(*["backspace"] * 5, "tab", *["backspace"] * 3, *"20")
        await pilot.press("tab", *"bridge, closed road", "tab", *["backspace"] * 4, *"1.5", "enter")
        await settle(pilot, lambda: stage.top == "MonitorScreen")
        now = stage.controls.settings_of("one")
        assert (now.speech.language, now.speech.commit) == ("en", "20")
        assert (now.watch, now.price_per_hour) == (("bridge", "closed road"), 1.5)
        assert (
            WatchSettings(name="one", words=("bridge", "closed road"), sources=("one",))
            in stage.watch.lists
        )
        assert "changed one; from its next pause on" in stage.text()


@pytest.mark.some(2)
@pytest.mark.parametrize(
    ("line", "typed", "says"),
    [
        (1, "sometimes", "commit cannot be"),
        (1, "0", "commit cannot be"),
        (2, "xy" * 101, "watch words cannot be"),
        (3, "-1", "price an hour cannot be"),
        (3, "cheap", "price an hour cannot be"),
    ],
)
async def test_what_a_pane_cannot_be_set_to_is_said_and_nothing_is_changed(
    stage: FormStage, line: int, typed: str, says: str
) -> None:
    before = stage.controls.settings_of("one")
    async with stage.app.run_test(size=(100, 24)) as pilot:
        await pilot.press("S", *["tab"] * line)
        await stage.fill_in(pilot, typed)
        await settle(pilot, lambda: says in " ".join(stage.text().replace("│", " ").split()))
        assert stage.top == "FormScreen"
    assert stage.controls.settings_of("one") == before
    assert [one.name for one in stage.watch.lists] == ["words"]


async def test_words_of_a_pane_do_not_take_the_place_of_a_list_of_its_name(
    stage: FormStage,
) -> None:
    shared = WatchSettings(name="one", words=("storm",))
    stage.watch.set_list(shared)
    async with stage.app.run_test(size=(100, 24)) as pilot:
        await pilot.press("S", "tab", "tab", *"fire", "enter")
        await settle(pilot, lambda: "There is a watch list one already" in stage.text())
    assert shared in stage.watch.lists


async def test_own_words_are_shown_as_they_are_listened_for_and_stay_taught(
    stage: FormStage,
) -> None:
    own = WatchSettings(name="one", words=("fire", "Southwark"), sources=("one",))
    stage.watch.set_list(own)
    stage.watch.add_heard_form("one", "Southwark", "Suthark")
    stage.watch.remove_word("fire", "one")
    async with stage.app.run_test(size=(100, 24)) as pilot:
        await pilot.press("S")
        await settle(pilot, lambda: "Southwark" in stage.text())
        assert "fire" not in stage.text()
        await pilot.press("tab", "tab", *", bridge", "enter")
        await settle(pilot, lambda: stage.top == "MonitorScreen")
        await pilot.press("R", *"2", "enter")
        await settle(pilot, lambda: stage.top == "MonitorScreen")
    (now,) = [one for one in stage.watch.lists if one.name == "one2"]
    assert (now.words, now.heard_as) == (
        ("Southwark", "bridge"),
        (("Southwark", "Suthark"),),
    )
    assert now.sources == ("one2",)
    assert "one" not in [one.name for one in stage.watch.lists]


async def test_settings_left_as_they_are_change_nothing(stage: FormStage) -> None:
    async with stage.app.run_test() as pilot:
        await pilot.press("S", "enter")
        await settle(pilot, lambda: stage.top == "MonitorScreen")
        assert stage.controls.calls == []


async def test_watch_words_in_and_out(stage: FormStage) -> None:
    async with stage.app.run_test() as pilot:
        await pilot.press("w", *"closed road", "enter")
        await settle(pilot, lambda: stage.watch.lists[0].words == ("fire", "closed road"))
        await settle(pilot, lambda: "closed road" in stage.text())
        await pilot.press("down", "delete")
        await settle(pilot, lambda: stage.watch.lists[0].words == ("closed road",))
        await pilot.press("shift+tab", "enter")  # it came back into the line
        await settle(pilot, lambda: stage.watch.lists[0].words == ("closed road", "fire"))
        await pilot.press("escape")
        await settle(pilot, lambda: stage.top == "MonitorScreen")


async def test_a_word_taken_out_by_a_slip_goes_back_to_its_list_as_it_was(
    stage: FormStage,
) -> None:
    stage.watch.remove_list("words")
    named = WatchSettings(
        name="places", words=("Southwark",), heard_as=(("Southwark", "Suthark"),), level="info",
        sources=("two",),
    )  # fmt: skip
    stage.watch.set_list(named)
    async with stage.app.run_test() as pilot:
        await pilot.press("w", "down", "delete")
        await settle(pilot, lambda: stage.watch.lists == ())
        await pilot.press("shift+tab", "enter")
        await settle(pilot, lambda: stage.watch.lists == (named,))


async def test_a_word_put_in_is_listened_for_everywhere(stage: FormStage) -> None:
    stage.watch.set_list(WatchSettings(words=("fire",), sources=("two",)))
    async with stage.app.run_test() as pilot:
        await pilot.press("w", *"flood", "enter")
        await settle(pilot, lambda: len(stage.watch.lists) == 2)
    assert [(one.words, one.sources) for one in stage.watch.lists] == [
        (("fire",), ("two",)),
        (("flood",), ()),
    ]


async def test_saving_asks_before_a_file_is_replaced(
    stage: FormStage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scribe_tui.tui.screens.source_keys.ANSWER_SECONDS", 0.0)
    file = tmp_path / "set.toml"
    async with stage.app.run_test(size=(120, 30)) as pilot:
        await pilot.press("W")
        await stage.fill_in(pilot, str(file))
        await settle(pilot, lambda: stage.saved == [(file, ["one", "two"], False)])
        await settle(pilot, lambda: stage.top == "MonitorScreen")
        await pilot.press("W")
        await stage.fill_in(pilot, str(file))
        await settle(
            pilot, lambda: "Enter once more replaces it." in " ".join(stage.text().split())
        )
        assert len(stage.saved) == 1
        await pilot.press("enter")
        await settle(pilot, lambda: stage.saved[-1] == (file, ["one", "two"], True))


async def test_a_place_that_cannot_be_is_said_in_the_form(stage: FormStage) -> None:
    async with stage.app.run_test(size=(120, 30)) as pilot:
        await pilot.press("W")
        await stage.fill_in(pilot, "x" * 300)
        await settle(pilot, lambda: "File name too long" in stage.text())
        await pilot.press("escape", "a")
        await stage.fill_in(pilot, "x" * 300 + ".m3u")
        await settle(pilot, lambda: "File name too long" in stage.text())
        assert not stage.app.faults.standing


async def test_what_is_saved_is_how_the_screen_is_now(stage: FormStage, tmp_path: Path) -> None:
    async with stage.app.run_test(size=(120, 30)) as pilot:
        await pilot.press("l", "l", "O")
        stage.app.theme = "dark"
        await pilot.press("W")
        await stage.fill_in(pilot, str(tmp_path / "set.toml"))
        await settle(pilot, lambda: bool(stage.saved))
    shown = stage.present.layout, stage.present.order, stage.present.theme
    assert shown == ("focus", "trouble", "dark")


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
