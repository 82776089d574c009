"""The last hour as 24 signs: speech, silence, what was missed, hits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scribe_tui.events import (
    CommittedSegment,
    Event,
    Gap,
    GapRecorded,
    HitStatus,
    SegmentCommitted,
    SessionRemoved,
    State,
    Tier,
    WatchHit,
)
from scribe_tui.session.status.snapshot import SessionSnapshot
from scribe_tui.tui.figures.hour import BARS, SLOT_SECONDS, SLOTS, Hour, Hours
from tests.support.memory import held_bytes
from tests.tui.stage import NOW, trouble

START = 1000 * SLOT_SECONDS
"""On the steady clock, where a slot begins."""


def said(seconds: float, ago: float = 0.0) -> Event:
    """Somebody spoke for so long and ended so long ago; the text has come just now."""
    segment = CommittedSegment(1, "words", NOW - ago - seconds, 100.0, 100.0 + seconds)
    return SegmentCommitted(session="a", at=NOW, segment=segment)


def hit(number: int, status: HitStatus, tier: Tier = Tier.EXACT) -> WatchHit:
    return WatchHit(
        session="a", at=NOW, hit=number, watch="w", word="fire", heard="fire", tier=tier,
        status=status, segment_number=1, source_seconds=1.0, quote="fire",
    )  # fmt: skip


def told(*events: Event, now: float = START + SLOT_SECONDS - 1) -> Hour:
    hours = Hours()
    for event in events:
        hours.receive(event, now, NOW)
    return hours.of("a")


def live(hours: Hours, start: float, end: float, **facts: object) -> None:
    """Look every half second."""
    shown = SessionSnapshot("a", "a", "source", State.LIVE, 1.0, **facts)  # type: ignore[arg-type]
    for half in range(int(start * 2), int(end * 2) + 1):
        hours.look([shown], half / 2)


def test_nothing_is_known_of_the_time_before() -> None:
    assert Hour().cells(START) == " " * SLOTS


@pytest.mark.parametrize(("seconds", "sign"), [(1, "▁"), (74, "▄"), (76, "▅"), (149, "█")])
def test_height_is_the_share_of_speech(seconds: float, sign: str) -> None:
    assert told(said(seconds)).cells(START + SLOT_SECONDS - 0.001)[-1] == sign


def test_speech_lies_in_the_slots_in_which_it_was_heard() -> None:
    hour = told(said(100, ago=150), now=START + 200)
    assert hour.cells(START + 200)[-3:] == "▃▃ ", "50 s before START and 50 s after it"


def test_silence_is_a_dot_and_speech_stands_over_it() -> None:
    hours = Hours()
    live(hours, START, START + 300)
    assert hours.of("a").cells(START + 299) == " " * (SLOTS - 2) + "··"
    hours.receive(said(60), START + 299, NOW)
    assert hours.of("a").cells(START + 299)[-2:] == "·▄"


def test_what_was_missed_is_a_dash_while_it_lasts_and_when_the_gap_is_told() -> None:
    hours = Hours()
    live(hours, START, START + 40)
    live(hours, START + 40, START + 100, trouble=trouble("404", retry_at=1.0))
    assert hours.of("a").cells(START + 100)[-1] == "─"
    gap = Gap(0, 20, NOW - 20, NOW, "dropped")
    hour = told(GapRecorded(session="a", at=NOW, gap=gap), said(100))
    assert hour.cells(START + SLOT_SECONDS - 1)[-1] == "─", "even where more was heard"
    short = Gap(0, 2, NOW - 2, NOW, "dropped")
    hour = told(GapRecorded(session="a", at=NOW, gap=short), said(100))
    assert hour.cells(START + SLOT_SECONDS - 1)[-1] in BARS


def test_a_hit_outweighs_all_and_is_gone_if_it_is_withdrawn() -> None:
    now = START + 10
    assert told(said(1), hit(1, HitStatus.CONFIRMED), now=now).cells(now)[-1] == "!"
    confirmed = told(hit(1, HitStatus.UNCONFIRMED), hit(1, HitStatus.CONFIRMED), now=now)
    assert confirmed.cells(now)[-1] == "!"
    gone = told(hit(1, HitStatus.UNCONFIRMED), hit(1, HitStatus.WITHDRAWN), now=now)
    assert "!" not in gone.cells(now)
    like = told(hit(1, HitStatus.CONFIRMED, Tier.SOUNDS_LIKE), now=now)
    assert "!" not in like.cells(now)


def test_a_narrow_line_has_the_hour_in_half_as_many_cells() -> None:
    hour = told(hit(1, HitStatus.CONFIRMED), said(75, ago=SLOT_SECONDS))
    assert hour.cells(START + SLOT_SECONDS - 1, 12)[-1] == "!"
    assert len(hour.cells(START, 12)) == 12


def test_after_an_hour_it_is_forgotten_and_so_is_a_session_that_is_gone() -> None:
    hours = Hours()
    hours.receive(said(60), START, NOW)
    assert hours.of("a").cells(START + 3600 + SLOT_SECONDS).strip() == ""
    hours.receive(said(60), START, NOW)
    hours.receive(SessionRemoved(session="a", at=NOW), START, NOW)
    assert hours.of("a").cells(START).strip() == ""


@given(st.lists(st.tuples(st.floats(-10.0, 1e7), st.floats(-1e6, 1e9)), max_size=30))
def test_it_is_bounded_whatever_the_times_are(spans: list[tuple[float, float]]) -> None:
    hour = Hour()
    now = START
    for step, seconds in spans:
        now += max(0.0, step)
        hour.spread("speech", now - step, seconds, now)
        assert len(hour.cells(now)) == SLOTS
        assert held_bytes(hour) <= SLOTS * 400
        assert 0 <= hour.speech(now) <= 1


def test_events_of_a_replay_that_come_late_lie_where_they_were() -> None:
    hours = Hours()
    hours.receive(said(60), NOW + 600, NOW + 600)
    assert hours.of("a").cells(NOW + 600)[-5:].rstrip() != ""
    assert hours.of("a").cells(NOW + 600)[-1] == " "
