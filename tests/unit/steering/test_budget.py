"""A budget by day: counted from sound sent, warned at 80 %, stopped at 100 %, free at midnight."""

from __future__ import annotations

import errno
import os
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from scribe_tui.cli.usage import UsageFile
from scribe_tui.clock import Clock
from scribe_tui.events import (
    BudgetChanged,
    BudgetLevel,
    Event,
    SessionClosed,
    State,
    StateChanged,
)
from scribe_tui.session.status.snapshot import SessionSnapshot
from scribe_tui.settings import SourceSettings
from scribe_tui.steering.budget import Budget

FREE, WARNED, STOPPED = BudgetLevel
TODAY = date(2026, 11, 26)
DAY = 86400


class Desk:
    """Sources at 1.00 an hour, so that an hour of sound is one of money."""

    def __init__(
        self, limit: float | None = None, on: str | None = None, **budgets: float | None
    ) -> None:
        self.wall = datetime(2026, 11, 26, 12, 0).timestamp()
        self.billed = dict.fromkeys(budgets, 0.0)
        self.states = dict.fromkeys(budgets, State.LIVE)
        self.durations: dict[str, float] = {}
        self.calls: list[tuple[str, str]] = []
        self.published: list[Event] = []
        self.before: dict[date, dict[str, float]] = {}
        self.sources = {
            name: SourceSettings(
                name=name, address="mic", source_budget=own, price_per_hour=1.0, on=on
            )
            for name, own in budgets.items()
        }
        self.limit = limit
        self.new_run()

    def new_run(self) -> None:
        """Begin to count, as a program that has just been started."""
        controls: Any = self
        self.budget = Budget(
            controls,
            self.published.append,
            self.limit,
            spent_before=lambda day: self.before.get(day, {}),
            clock=Clock(wall=lambda: self.wall),
        )

    @property
    def sessions(self) -> tuple[str, ...]:
        return tuple(self.sources)

    def settings_of(self, session: str) -> SourceSettings:
        return self.sources[session]

    def snapshot(self, session: str) -> SessionSnapshot:
        return SessionSnapshot(
            session=session, name=session, source="x", state=self.states[session],
            elapsed_seconds=0.0, billed_seconds=self.billed[session],
            duration_seconds=self.durations.get(session),
        )  # fmt: skip

    def start(self, session: str) -> None:
        self.calls.append(("start", session))
        self.states[session] = State.LIVE

    def stop(self, session: str) -> None:
        self.calls.append(("stop", session))
        self.states[session] = State.ENDED

    def send(self, **hours: float) -> list[tuple[str, BudgetLevel, bool]]:
        """What is published once so many hours more were sent."""
        self.published.clear()
        self.calls.clear()
        for name, sent in hours.items():
            self.billed[name] += 3600 * sent
        self.budget.look()
        return [
            (event.session, event.level, event.for_all)
            for event in self.published
            if isinstance(event, BudgetChanged)
        ]


def test_a_source_is_warned_then_stopped() -> None:
    desk = Desk(news=1.0, harbor=None)
    assert desk.send(news=0.79, harbor=5.0) == []
    assert desk.send(news=0.02) == [("news", WARNED, False)]
    assert desk.calls == []
    assert desk.send(news=0.2) == [("news", STOPPED, False)]
    assert desk.calls == [("stop", "news")]
    assert desk.send() == []
    (spent,) = [desk.budget.spent["news"]]
    assert round(spent, 6) == 1.01


def test_the_budget_of_all_stops_all() -> None:
    desk = Desk(2.0, news=None, harbor=None)
    assert desk.send(news=1.0, harbor=0.7) == [("news", WARNED, True), ("harbor", WARNED, True)]
    assert desk.send(news=0.3) == [("news", STOPPED, True), ("harbor", STOPPED, True)]
    assert desk.calls == [("stop", "news"), ("stop", "harbor")]


def test_one_that_is_started_all_the_same_is_stopped_again() -> None:
    desk = Desk(news=1.0)
    desk.send(news=1.0)
    desk.states["news"] = State.CONNECTING
    assert desk.send() == []
    assert desk.calls == [("stop", "news")]


def told(desk: Desk, event: Event) -> list[tuple[str, str]]:
    desk.calls.clear()
    desk.budget.receive(event)
    return list(desk.calls)


def begins(session: str, previous: State = State.ENDED) -> StateChanged:
    return StateChanged(session=session, at=1.0, state=State.CONNECTING, previous=previous)


def test_one_that_begins_with_nothing_left_is_stopped_before_it_sends_and_told_so() -> None:
    desk = Desk(news=1.0, harbor=None)
    assert told(desk, begins("news", State.IDLE)) == []
    desk.before = {TODAY: {"news": 1.0}}
    desk.new_run()
    assert told(desk, begins("news", State.IDLE)) == [("stop", "news")]
    assert told(desk, begins("news", State.BACKOFF)) == [], "it runs already: the look stops it"
    assert told(desk, begins("harbor")) == []
    (said,) = [event for event in desk.published if isinstance(event, BudgetChanged)]
    assert said.sentence.endswith("1.00 of 1.00. Nothing more is sent until midnight.")
    assert desk.send() == [], "it is said already"
    desk.wall += 12 * 3600 + 1
    desk.send()
    assert desk.calls == [("start", "news")]


def test_one_with_a_plan_is_left_to_its_plan_on_the_next_day() -> None:
    desk = Desk(on="Mon-Sun 00:00-24:00", news=1.0)
    desk.send(news=1.5)
    assert desk.calls == [("stop", "news")]
    desk.wall += 12 * 3600 + 1
    assert desk.send() == [("news", FREE, False)]
    assert desk.calls == []


def test_a_source_that_is_renamed_takes_along_what_it_spent() -> None:
    desk = Desk(news=1.0, harbor=1.0)
    desk.send(news=0.7)
    desk.sources["news"] = replace(desk.sources["news"], name="evening news")
    assert desk.send(news=0.2) == [("news", WARNED, False)]
    assert desk.budget.spent == pytest.approx({"news": 0.7, "evening news": 0.2})
    desk.sources["news"] = replace(desk.sources["news"], name="news")
    assert desk.send(news=0.2) == [("news", STOPPED, False)]
    assert desk.send(harbor=0.5) == []


def test_what_a_renamed_source_spent_is_not_that_of_the_next_one_of_its_name() -> None:
    desk = Desk(news=1.0)
    desk.send(news=0.9)
    desk.sources["news"] = replace(desk.sources["news"], name="evening news")
    desk.send()
    desk.sources["news-2"] = replace(desk.sources["news"], name="news")
    desk.billed["news-2"], desk.states["news-2"] = 0.0, State.LIVE
    assert desk.send() == []
    assert desk.budget.may_start("news-2")
    del desk.sources["news"]
    desk.sources["news-3"] = replace(desk.sources["news-2"], name="evening news")
    desk.billed["news-3"], desk.states["news-3"] = 0.0, State.LIVE
    assert desk.send() == [("news-3", WARNED, False)], "it is the removed one come again"


def test_a_station_waits_for_the_new_day_and_a_recording_does_not() -> None:
    desk = Desk(news=1.0, talk=1.0)
    desk.durations["talk"] = 600.0
    desk.send(news=1.0, talk=1.0)
    assert desk.calls == [("stop", "news"), ("stop", "talk")]
    assert desk.budget.waits_for_day("news")
    assert not desk.budget.waits_for_day("talk"), "it would begin anew and be paid for twice"
    desk.wall += 12 * 3600
    desk.send()
    assert desk.calls == [("start", "news")]
    assert not desk.budget.waits_for_day("news")


def test_a_file_that_was_refused_before_it_was_opened_does_not_wait_either() -> None:
    desk = Desk(news=1.0)
    desk.sources["news"] = replace(desk.sources["news"], address="talk.wav")
    desk.send(news=1.0)
    assert not desk.budget.waits_for_day("news")


def test_what_was_sent_up_to_the_end_of_a_session_counts() -> None:
    desk = Desk(2.0, news=None, harbor=None)
    desk.send(news=1.0)
    desk.billed["news"] += 0.5 * 3600
    closed = SessionClosed(
        session="news", at=1.0, state=State.ENDED, heard_seconds=1, sent_seconds=1, segments=1
    )
    desk.budget.receive(closed)
    del desk.sources["news"]
    assert desk.send(harbor=0.2) == [("harbor", WARNED, True)]
    assert desk.budget.spent == pytest.approx({"news": 1.5, "harbor": 0.2})


def test_a_new_day_is_free_and_starts_what_was_stopped() -> None:
    desk = Desk(news=1.0)
    desk.send(news=1.5)
    desk.wall += 12 * 3600 + 1
    assert desk.send() == [("news", FREE, False)]
    assert desk.calls == [("start", "news")]
    assert desk.budget.spent == {}


@pytest.mark.parametrize("step", [DAY, -DAY, 30 * DAY])
def test_a_clock_that_is_set_and_set_back_gives_no_budget_twice(step: int) -> None:
    desk = Desk(news=1.0, harbor=2.0)
    desk.send(news=1.1, harbor=0.5)
    desk.wall += step
    assert desk.send() == [("news", FREE, False)]
    assert desk.calls == [("start", "news")]
    assert desk.send(harbor=0.3) == []
    desk.wall -= step
    assert desk.send() == [("news", STOPPED, False)]
    assert desk.calls == [("stop", "news")]
    assert desk.send(harbor=1.2) == [("harbor", WARNED, False)], "the 0.3 are of the other day"
    assert desk.budget.spent == pytest.approx({"news": 1.1, "harbor": 1.7})


def test_a_clock_that_is_put_right_after_the_start_finds_what_the_right_day_has_cost() -> None:
    desk = Desk(news=1.0)
    desk.before = {TODAY: {"news": 1.0}}
    right, desk.wall = desk.wall, 0.0
    desk.new_run()
    assert desk.send() == []
    desk.wall = right
    assert desk.send() == [("news", STOPPED, False)]
    assert desk.calls == [("stop", "news")]


def test_one_stopped_on_two_days_starts_when_there_is_something_left() -> None:
    desk = Desk(news=1.0)
    desk.before = {date(2026, 11, 27): {"news": 5.0}}
    desk.send(news=1.1)
    desk.wall += DAY
    assert desk.send() == []
    assert desk.calls == []
    desk.wall += DAY
    assert desk.send() == [("news", FREE, False)]
    assert desk.calls == [("start", "news")]


def test_what_earlier_runs_of_the_day_spent_counts(tmp_path: Path) -> None:
    day = date(2026, 11, 26)
    first, second = UsageFile(tmp_path), UsageFile(tmp_path)
    assert first.save(day, {"news": 0.9, "harbor": 0.1})
    assert first.save(day, {"news": 1.9, "harbor": 0.1})
    assert second.of_others(day) == {"news": 1.9, "harbor": 0.1}
    assert first.of_others(day) == {}
    assert second.of_others(date(2026, 11, 27)) == {}
    desk = Desk(news=1.0)
    desk.before = {day: second.of_others(day)}
    desk.new_run()
    assert desk.send() == [("news", STOPPED, False)]


def test_what_another_program_spends_meanwhile_counts_too() -> None:
    desk = Desk(news=1.0)
    assert desk.send(news=0.5) == []
    desk.budget.others_spent(date(2026, 11, 25), {"news": 9.0})
    assert desk.send() == []
    desk.budget.others_spent(TODAY, {"news": 0.3})
    assert desk.send() == [("news", WARNED, False)]
    desk.budget.others_spent(TODAY, {"news": 0.6})
    assert desk.send() == [("news", STOPPED, False)]


def test_a_thousand_starts_in_a_day_all_count(tmp_path: Path) -> None:
    for number in range(1_000):
        (tmp_path / f"{TODAY}.{number}-1.json").write_text('{"news": 0.5}')
    assert UsageFile(tmp_path).of_others(TODAY) == {"news": 500.0}


def test_earlier_runs_are_asked_for_once_there_is_a_limit() -> None:
    desk = Desk(news=None)
    desk.before = {TODAY: {"news": 5.0}}
    assert desk.send(news=1.0) == []
    desk.sources["news"] = replace(desk.sources["news"], source_budget=1.0)
    assert desk.send() == [("news", STOPPED, False)]
    desk.sources["news"] = replace(desk.sources["news"], source_budget=None)
    assert desk.send() == [("news", FREE, False)]


def test_a_full_disk_keeps_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(path: Path, *_: object, **__: object) -> None:
        path.touch()
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    usage = UsageFile(tmp_path)
    monkeypatch.setattr(Path, "write_text", full)
    assert not usage.save(TODAY, {"news": 0.5})
    assert list(tmp_path.iterdir()) == []


def test_only_time_that_passes_makes_files_old(tmp_path: Path) -> None:
    """The record of a day is not deleted because somebody sets the clock forward."""
    for name in ("1-1.json", "2-1.part"):
        (tmp_path / f"{TODAY}.{name}").write_text('{"news": 0.5}')
    made_at = (tmp_path / f"{TODAY}.1-1.json").stat().st_mtime
    assert UsageFile(tmp_path, lambda: made_at + 3600).save(TODAY, {})
    assert UsageFile(tmp_path).of_others(TODAY) == {"news": 0.5}
    assert UsageFile(tmp_path, lambda: made_at + 8 * 86400).save(TODAY, {})
    assert list(tmp_path.iterdir()) == []


def test_a_pipe_among_the_files_of_usage_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / f"{TODAY}.1-1.json")
    assert UsageFile(tmp_path).of_others(TODAY) == {}


def test_a_broken_file_of_usage_counts_nothing(tmp_path: Path) -> None:
    day = date(2026, 11, 26)
    for number, text in enumerate(["", "[1]", '{"a": "x", "b": -1, "c": NaN}', "{" * 5000]):
        (tmp_path / f"{day}.{number}.json").write_text(text)
    assert UsageFile(tmp_path).of_others(day) == {}
    assert not UsageFile(Path("/proc/none")).save(day, {"a": 1.0})
