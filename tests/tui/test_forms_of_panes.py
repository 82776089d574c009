"""What a pane, the watch words and the saved desk are set to by their forms."""

from __future__ import annotations

from pathlib import Path

import pytest

from scribe_tui.settings import WatchSettings
from tests.tui.form_stage import FormStage
from tests.tui.stage import settle


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


@pytest.mark.some(1)
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
