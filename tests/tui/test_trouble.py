"""A pane tells how its session is, what is wrong, and what was not heard."""

from __future__ import annotations

from scribe_tui.events import AlertFailed, BudgetChanged, BudgetLevel, State
from tests.tui.stage import NOW, Stage, settle, trouble


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


async def test_a_gap_is_named_with_its_times_and_cause() -> None:
    stage = Stage("one")
    async with stage.app.run_test() as pilot:
        stage.gap("one", "source dropped")
        await settle(pilot, lambda: len(stage.rows(1)[0]) > 0)
        line = "not heard 08:53:05 to 08:53:20 (14.2 s): source dropped"
        assert stage.rows(1)[0].strip() == line


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
