"""The next pane in trouble or with news, what is new since somebody looked, and standing still."""

from __future__ import annotations

from scribe_tui.events import HitStatus, State, Tier, WatchHit
from scribe_tui.tui.attention import AWAY_SECONDS
from tests.tui.stage import NOW, Stage, settle, trouble


def number(stage: Stage) -> int:
    focused = stage.app.focused
    return next(pane.number for pane in stage.app.monitor.grid.panes if pane is focused)


async def test_t_goes_round_the_panes_in_trouble_and_says_if_there_is_none() -> None:
    stage = Stage(*"abcdef")
    async with stage.app.run_test(size=(120, 30)) as pilot:
        await pilot.press("t")
        assert number(stage) == 1
        await settle(pilot, lambda: "No pane is in trouble." in stage.text())
        stage.controls.show("c", state=State.FAILED)
        stage.controls.show("e", trouble=trouble("404", retry_at=NOW))
        stage.controls.show("f", dead_air=True)
        stage.controls.show("b", paused=True)
        seen = []
        for _ in range(4):
            await pilot.press("t")
            seen.append(number(stage))
        assert seen == [3, 5, 6, 3]


async def test_u_goes_to_new_hits_first_then_to_new_lines() -> None:
    stage = Stage(*"abcd")
    async with stage.app.run_test(size=(120, 30)) as pilot:
        await pilot.press("u")
        await settle(pilot, lambda: "No other pane has news." in stage.text())
        stage.commit("b", "Said in b.")
        hit = WatchHit(
            session="d", at=NOW, hit=1, watch="w", word="fire", heard="fire", tier=Tier.EXACT,
            status=HitStatus.CONFIRMED, segment_number=1, source_seconds=1.0, quote="fire",
        )  # fmt: skip
        stage.app.bridge.receive(hit)
        await settle(pilot, lambda: stage.pane(2).transcript.unread == 1)
        stage.app.monitor.sample()
        await settle(pilot, lambda: "hits 1, 1 new" in stage.text())
        await pilot.press("u")
        assert number(stage) == 4
        await pilot.press("u")
        assert number(stage) == 2
        stage.app.monitor.sample()
        await settle(pilot, lambda: "hits 1 " in stage.text())
        await pilot.press("u")
        assert number(stage) == 2
        assert "No other pane has news." in stage.text()


async def test_a_line_stands_over_what_came_since_the_pane_was_left() -> None:
    stage = Stage("one", "two")
    async with stage.app.run_test(size=(120, 30)) as pilot:
        stage.commit("one", "before")
        await settle(pilot, lambda: "before" in stage.text())
        await pilot.press("tab")
        assert "new since" not in stage.text()
        stage.commit("one", "after")
        await settle(pilot, lambda: "─ new since 08:53 (1) ─" in stage.text())
        stage.commit("one", "and more")
        await settle(pilot, lambda: "─ new since 08:53 (2) ─" in stage.text())
        rows = [row.strip() for row in stage.rows(1) if row]
        assert [row.split()[-1] for row in rows] == ["before", rows[1].split()[-1], "after", "more"]
        await pilot.press("tab")
        await settle(pilot)
        assert "new since 08:53 (2)" in stage.text(), "it stands while it is read"
        await pilot.press("tab")
        await settle(pilot, lambda: "new since" not in stage.text())


async def test_what_came_while_nobody_pressed_a_key_is_new() -> None:
    now = NOW
    stage = Stage("one", clock=lambda: now)
    async with stage.app.run_test(size=(80, 20)) as pilot:
        await pilot.press("k")
        stage.commit("one", "while away")
        await settle(pilot, lambda: "while away" in stage.text())
        now += AWAY_SECONDS + 1
        await pilot.press("k")
        await settle(pilot, lambda: "new since 08:53 (1)" in stage.text())


async def test_a_pane_that_is_held_stands_still_until_it_is_let_go() -> None:
    stage = Stage("one")
    async with stage.app.run_test(size=(80, 20)) as pilot:
        stage.commit("one", "said")
        stage.partial("one", "and then")
        await settle(pilot, lambda: "and then" in stage.text())
        await pilot.press("H")
        before = stage.rows(1)
        assert "held, End: live" in stage.text()
        stage.partial("one", "and then this")
        stage.commit("one", "And then this.")
        heard = stage.pane(1).transcript.transcript
        await settle(pilot, lambda: heard.end == 2)
        stage.app.monitor.sample()
        await settle(pilot, lambda: "1 new line" in stage.text())
        assert stage.rows(1) == before
        await pilot.press("j")
        await settle(pilot, lambda: "And then this." in stage.text())
        stage.commit("one", "Later.")
        await settle(pilot, lambda: heard.end == 3)
        assert "Later." not in stage.text()
        await pilot.press("H")
        await settle(pilot, lambda: "Later." in stage.text())
        await pilot.press("H", "escape")
        stage.commit("one", "Last.")
        await settle(pilot, lambda: "Last." in stage.text())
