"""When a source is on, and when that changes next; also where clocks are put forward or back."""

from __future__ import annotations

import time
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scribe_tui.errors import UsageError
from scribe_tui.settings.schedule import Schedule, parse_schedule

BERLIN = ZoneInfo("Europe/Berlin")


def at(text: str, fold: int = 0) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN, fold=fold).timestamp()


def schedule(text: str) -> Schedule:
    return parse_schedule(f"{text} Europe/Berlin")


def wall(instant: float | None) -> str:
    assert instant is not None
    return datetime.fromtimestamp(instant, BERLIN).strftime("%a %d %H:%M %z")


@pytest.mark.parametrize(
    ("text", "moment", "on"),
    [
        ("Mon-Fri 05:55-09:05", "2026-11-26T05:55", True),
        ("Mon-Fri 05:55-09:05", "2026-11-26T05:54:59", False),
        ("Mon-Fri 05:55-09:05", "2026-11-26T09:05", False),
        ("Mon-Fri 05:55-09:05", "2026-11-28T06:00", False),
        ("06:00-07:00", "2026-11-28T06:00", True),
        ("daily 06:00-07:00", "2026-11-28T06:00", True),
        ("Mon - Fri 05:55 – 09:05", "2026-11-26T06:00", True),
        ("Mon - Fri 05:55 – 09:05", "2026-11-28T06:00", False),
        ("weekdays 06:00-07:00", "2026-11-26T06:00", True),
        ("Weekends 06:00-07:00", "2026-11-26T06:00", False),
        ("Weekends 06:00-07:00", "2026-11-28T06:00", True),
        ("Sat 22:00-02:00", "2026-11-29T01:59", True),
        ("Sat 22:00-02:00", "2026-11-28T01:59", False),
        ("Fri-Mon 10:00-11:00", "2026-11-29T10:30", True),
        ("Mon,Wed 09:00-10:00 14:00-15:00", "2026-11-25T14:30", True),
        ("Mon-Fri 09:00-10:00, Sat 11:00-12:00", "2026-11-28T09:30", False),
        ("Mon-Fri 09:00-10:00; saturday 11:00-12:00", "2026-11-28T11:30", True),
        ("00:00-24:00", "2026-11-28T23:59", True),
        # Over midnight and round the end of the week: Friday to Monday, each until two.
        ("Fri-Mon 22:00-02:00", "2026-11-27T01:59", False),
        ("Fri-Mon 22:00-02:00", "2026-11-27T22:00", True),
        ("Fri-Mon 22:00-02:00", "2026-11-30T00:00", True),
        ("Fri-Mon 22:00-02:00", "2026-11-30T12:00", False),
        ("Fri-Mon 22:00-02:00", "2026-12-01T01:59", True),
        ("Fri-Mon 22:00-02:00", "2026-12-01T02:00", False),
        ("Fri-Mon 22:00-02:00", "2026-12-01T22:30", False),
    ],
)
def test_on_or_off(text: str, moment: str, on: bool) -> None:
    assert schedule(text).is_on(at(moment)) is on


@pytest.mark.parametrize(
    ("text", "moment", "change"),
    [
        ("Mon-Fri 05:55-09:05", "2026-11-26T03:00", "Thu 26 05:55 +0100"),
        ("Mon-Fri 05:55-09:05", "2026-11-26T05:55", "Thu 26 09:05 +0100"),
        ("Mon-Fri 05:55-09:05", "2026-11-27T09:05", "Mon 30 05:55 +0100"),
        ("Mon 06:00-07:00", "2026-11-30T07:00", "Mon 07 06:00 +0100"),
        ("06:00-07:00 07:00-08:00", "2026-11-26T06:30", "Thu 26 08:00 +0100"),
        # Clocks go forward on 29 March 2026 from 02:00 to 03:00.
        ("Sun 01:30-03:30", "2026-03-29T01:30", "Sun 29 03:30 +0200"),
        ("Sun 02:30-04:00", "2026-03-29T00:00", "Sun 29 03:00 +0200"),
        ("Sun 02:30-03:30", "2026-03-29T00:00", "Sun 29 03:00 +0200"),
        ("Sun 02:30-03:30", "2026-03-29T03:00", "Sun 29 03:30 +0200"),
        ("Sun 02:10-02:20", "2026-03-29T00:00", "Sun 29 03:00 +0200"),
        ("Sun 05:55-09:05", "2026-03-28T12:00", "Sun 29 05:55 +0200"),
        # Clocks go back on 25 October 2026 from 03:00 to 02:00.
        ("Sun 02:30-02:45", "2026-10-25T00:00", "Sun 25 02:30 +0200"),
        ("Sun 02:30-02:45", "2026-10-25T02:30", "Sun 25 02:45 +0100"),
        ("Sun 05:55-09:05", "2026-10-25T05:55", "Sun 25 09:05 +0100"),
        # Over midnight and over those hours, round the end of the week.
        ("Sat 22:00-02:30", "2026-03-28T23:00", "Sun 29 03:30 +0200"),
        ("Sat 22:00-02:30", "2026-10-24T23:00", "Sun 25 02:30 +0100"),
        ("Fri-Mon 22:00-02:00", "2026-10-25T01:30", "Sun 25 02:00 +0100"),
        ("Fri-Mon 22:00-02:00", "2026-11-30T23:00", "Tue 01 02:00 +0100"),
        ("Fri-Mon 22:00-02:00", "2026-12-01T02:00", "Fri 04 22:00 +0100"),
    ],
)
def test_the_next_change(text: str, moment: str, change: str) -> None:
    assert wall(schedule(text).next_change(at(moment))) == change


def test_always_on_never_changes() -> None:
    assert schedule("00:00-24:00").next_change(at("2026-11-26T10:00")) is None


@given(
    st.sampled_from(["Mon-Fri 05:55-09:05", "Sun 01:00-03:15", "02:00-02:30 Sat 23:00-04:00"]),
    st.integers(int(at("2026-01-01T00:00")), int(at("2027-01-01T00:00"))),
)
def test_between_two_changes_nothing_changes(text: str, moment: int) -> None:
    plan = schedule(text)
    change = plan.next_change(moment)
    assert change is not None
    assert change > moment
    assert plan.is_on(change) is not plan.is_on(moment)
    for part in range(1, 10):
        assert plan.is_on(moment + (change - moment) * part / 10) is plan.is_on(moment)


def test_without_a_zone_it_is_this_machine_s_time() -> None:
    moment = datetime(2026, 11, 26, 6, 0).timestamp()
    assert parse_schedule("Thu 05:55-09:05").is_on(moment)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
def test_no_time_of_a_day_is_lost_where_this_machine_s_clock_goes_forward(
    monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        begun = datetime(2026, 1, 1).timestamp()
        for day in range(365):
            plan, noon = parse_schedule("02:15-03:20"), begun + day * 86400 + 43200
            change = plan.next_change(noon)
            assert change is not None
            assert change - noon < 86400
            assert plan.is_on(change + 60)
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize(
    "text",
    ["", "Mon", "Mon-Fri", "25:00-26:00", "05:60-06:00", "06:00-06:00", "Mox 05:00-06:00",
     "M 05:00-06:00",
     "05:00-06:00 Mars/Olympus", "05:00-06:00 ../../passwd", "05:00-06:00 Sat", "5-6", "\x1b[2J"],
)  # fmt: skip
def test_what_is_no_schedule_is_refused_in_words(text: str) -> None:
    with pytest.raises(UsageError, match="is no schedule"):
        parse_schedule(text)
