"""Times as users write them mean one thing in every command."""

import time
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scribe_tui.errors import UsageError
from scribe_tui.journal.reading.times import (
    Bound,
    Time,
    TimeKind,
    bound,
    parse_duration,
    parse_since,
    parse_time,
    window,
)

BEGUN = datetime(2026, 11, 26, 22, 0).timestamp()
ENDED = datetime(2026, 11, 27, 6, 0).timestamp()


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("10:30", Time(TimeKind.CLOCK, 37800)),
        ("9:05:30.5", Time(TimeKind.CLOCK, 32730.5)),
        ("+90", Time(TimeKind.SOURCE, 90)),
        ("+1.5h", Time(TimeKind.SOURCE, 5400)),
        ("-2h", Time(TimeKind.AGO, 7200)),
        ("-1h30m", Time(TimeKind.AGO, 5400)),
        ("2026-11-26T10:30", Time(TimeKind.INSTANT, datetime(2026, 11, 26, 10, 30).timestamp())),
        ("2026-11-26T10:30:00+00:00", Time(TimeKind.INSTANT, 1795689000.0)),
        ("2026-11-26", Time(TimeKind.INSTANT, datetime(2026, 11, 26).timestamp())),
    ],
)
def test_each_form_is_understood(text, time):
    assert parse_time(text) == time


@pytest.mark.parametrize(
    "text", ["", "25:00", "10:60", "noon", "+", "-", "-2x", "2026-13-01", "+1e9", "10:30:75", "²"]
)
def test_anything_else_is_refused_in_words(text):
    with pytest.raises(UsageError, match="is no time"):
        parse_time(text)


@given(st.text(max_size=20))
def test_any_text_is_a_time_or_refused(text):
    for parse in (parse_time, parse_duration, lambda text: parse_since(text, ENDED)):
        try:
            parse(text)
        except UsageError as error:
            assert error.sentence


def test_a_clock_time_is_the_first_one_in_the_run():
    assert bound(parse_time("23:00"), BEGUN, ENDED) == Bound(BEGUN + 3600)
    assert bound(parse_time("02:00"), BEGUN, ENDED) == Bound(BEGUN + 4 * 3600)
    assert bound(parse_time("12:00"), BEGUN, ENDED) == Bound(BEGUN - 10 * 3600)


def test_a_time_ago_counts_from_the_end_of_the_run():
    assert bound(parse_time("-2h"), BEGUN, ENDED) == Bound(ENDED - 7200)


def test_a_window_holds_what_lies_in_it_in_part():
    span = window("23:00", "+7200", BEGUN, ENDED)
    assert not span.holds((BEGUN, BEGUN + 3599), (0, 3599))
    assert span.holds((BEGUN + 3590, BEGUN + 3605), (3590, 3605))
    assert span.holds((BEGUN + 7000, BEGUN + 7005), (7000, 7005))
    assert not span.holds((BEGUN + 7201, BEGUN + 7205), (7201, 7205))


def test_since_is_a_length_or_a_time():
    now = BEGUN
    assert parse_since("3d", now) == now - 3 * 86400
    assert parse_since("-3d", now) == now - 3 * 86400
    assert parse_since("10:30", now) == now - 11.5 * 3600
    assert parse_since("2026-11-20", now) == datetime(2026, 11, 20).timestamp()
    with pytest.raises(UsageError, match="mean nothing"):
        parse_since("+90", now)


def test_a_span_may_end_on_the_next_day_and_since_means_the_last_time_of_its_kind():
    begun = datetime(2026, 11, 26, 0, 10).timestamp()
    ended = datetime(2026, 11, 27, 6, 0).timestamp()
    night = window("23:00", "01:00", begun, ended)
    assert night.start == Bound(instant=datetime(2026, 11, 26, 23).timestamp())
    assert night.end == Bound(instant=datetime(2026, 11, 27, 1).timestamp())
    now = datetime(2026, 11, 27, 2, 30).timestamp()
    assert parse_since("22:00", now) == datetime(2026, 11, 26, 22).timestamp()
    assert parse_since("02:00", now) == datetime(2026, 11, 27, 2).timestamp()


def test_of_an_hour_that_comes_twice_the_one_in_the_run_counts(monkeypatch):
    monkeypatch.setenv("TZ", "Europe/London")
    time.tzset()
    try:
        begun = datetime(2026, 10, 25, 1, 45).timestamp()
        assert datetime.fromtimestamp(begun + 2700).hour == 1, "the clock was put back"
        assert bound(parse_time("01:30"), begun, begun + 7200) == Bound(instant=begun + 2700)
    finally:
        monkeypatch.undo()
        time.tzset()
