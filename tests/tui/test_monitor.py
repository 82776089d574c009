"""The keys do what they say, and panes show what the engine tells."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from textual.geometry import Region

from scribe_tui.events import AlertFailed, BudgetChanged, BudgetLevel, State
from scribe_tui.sanitize import harmless
from tests.tui.stage import NOW, Stage, settle, trouble


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


async def test_a_gap_is_named_with_its_times_and_cause() -> None:
    stage = Stage("one")
    async with stage.app.run_test() as pilot:
        stage.gap("one", "source dropped")
        await settle(pilot, lambda: len(stage.rows(1)[0]) > 0)
        line = "not heard 08:53:05 to 08:53:20 (14.2 s): source dropped"
        assert stage.rows(1)[0].strip() == line


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


async def test_status_tells_time_level_progress_and_what_is_wrong() -> None:
    stage = Stage("one")
    async with stage.app.run_test(size=(100, 20)) as pilot:

        def status() -> str:
            stage.app.monitor.sample()
            return stage.text().splitlines()[-3]

        await settle(pilot, lambda: "00:12:31" in status())
        assert "■" not in status()
        assert "·" not in status()
        stage.controls.show("one", level_dbfs=float("-inf"), last_event="connected")
        await settle(pilot, lambda: "········ 00:12:31  connected" in status())
        stage.controls.show(
            "one", level_dbfs=-20.0, position_seconds=60, duration_seconds=240,
            overruns=2, behind_seconds=3.21,
        )  # fmt: skip
        await settle(pilot, lambda: "25 %, 3:00 left" in status())
        assert "■■■■■■··" in status()
        assert "3.2 s behind  2 overruns" in status()
        sentence = "404 Not Found from radio.example. Check the address."
        fault = trouble(sentence, retry_at=NOW + 7.5, attempt=3)
        stage.controls.show("one", state=State.BACKOFF, trouble=fault)
        await settle(pilot, lambda: "next try in 8 s (3)" in status())
        await settle(pilot, lambda: sentence in stage.text())
        stage.controls.show("one", state=State.LIVE, trouble=None, paused=True)
        await settle(pilot, lambda: sentence not in status() + stage.text())
        assert "paused" in stage.text()


async def test_a_sentence_takes_the_rows_that_no_text_needs() -> None:
    sentence = "404 Not Found from icecast.example. Check the address in a browser."
    names = [f"pane {number}" for number in range(1, 13)]
    stage = Stage(*names)
    async with stage.app.run_test(size=(80, 24)) as pilot:
        fault = trouble(sentence, retry_at=NOW + 8, attempt=3)
        for name in names[:3]:
            stage.controls.show(name, trouble=fault)
        for name in names[:2]:
            stage.controls.show(name, state=State.BACKOFF)
        for name in names[1:3]:
            stage.commit(name, "the bridge over the river will be closed for repairs")
        await settle(pilot, lambda: stage.text().count("repairs") == 2)
        stage.app.monitor.sample()
        await settle(pilot, lambda: "browser." in stage.text())

        def pane(number: int) -> list[str]:
            x, y, width, height = stage.pane(number).region
            shown = [row.ljust(80)[x + 2 : x + width] for row in stage.text().splitlines()]
            return [row.strip() for row in shown[y + 1 : y + height]]

        assert pane(1) == [
            "404 Not Found from", "icecast.example. Check", "the address in a", "browser.",
            "○○○ next try in 8 s (3)",
        ]  # fmt: skip
        assert pane(2)[0].endswith("repairs")
        assert pane(2)[1:4] == [
            "404 Not Found from",
            "icecast.example. Check",
            "the address in a brows…",
        ]
        assert pane(3)[1].endswith("repairs")
        assert pane(3)[2] == "404 Not Found from"

        stage.controls.show(names[0], trouble=None, state=State.LIVE)
        stage.partial(names[0], "and here we are again")
        stage.app.monitor.sample()
        await settle(pilot, lambda: "here we are" in stage.text())


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


async def test_a_budget_and_an_alert_not_delivered_are_said_in_the_key_bar() -> None:
    stage = Stage("one", "two")
    used = BudgetChanged(
        session="one", at=NOW, level=BudgetLevel.STOPPED, for_all=False, spent=1.01, limit=1.0
    )
    async with stage.app.run_test(size=(120, 24)) as pilot:
        stage.app.bridge.receive(used)
        await settle(pilot, lambda: "one: Its budget for the day is used up" in stage.text())
        failed = AlertFailed(session="two", at=NOW, outlet="ntfy a.example", count=3, reason="no")
        stage.app.bridge.receive(failed)
        await settle(pilot, lambda: "3 alerts were not delivered to ntfy" in stage.text())
