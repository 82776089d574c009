"""What all sessions come to, and how that is said at every width."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scribe_tui.events import (
    CommittedSegment,
    ErrorCleared,
    ErrorRaised,
    Event,
    Gap,
    GapRecorded,
    Half,
    HitStatus,
    ScheduleChanged,
    SegmentCommitted,
    SessionRemoved,
    State,
    Tier,
    WatchHit,
)
from scribe_tui.session.state import SessionSnapshot
from scribe_tui.tui.rendering.styled_rows import width_of
from scribe_tui.tui.standing import Standing
from scribe_tui.tui.summary import summary_row
from scribe_tui.tui.wall import Summary, Wall
from tests.tui.stage import NOW, trouble


def snapshot(name: str, state: State = State.LIVE, **facts: Any) -> SessionSnapshot:
    return SessionSnapshot(name, name, "source", state, 1.0, **facts)


def hit(number: int, status: HitStatus, tier: Tier = Tier.EXACT, session: str = "a") -> Event:
    return WatchHit(
        session=session, at=NOW, hit=number, watch="w", word="fire", heard="fire", tier=tier,
        status=status, segment_number=1, source_seconds=1.0, quote="fire",
    )  # fmt: skip


def said(text: str, session: str = "a") -> Event:
    return SegmentCommitted(session=session, at=NOW, segment=CommittedSegment(1, text, NOW, 0, 1))


def told(wall: Wall, *events: Event, now: float = 0.0) -> Wall:
    for event in events:
        wall.receive(event, now)
    return wall


def counted(*snapshots: SessionSnapshot) -> dict[Standing, int]:
    wall = Wall()
    wall.look(snapshots, [0.0] * len(snapshots))
    return dict(wall.summary(0).counts)


def test_every_session_is_counted_once_by_what_matters_most() -> None:
    source_down = trouble("404", retry_at=NOW)
    assert counted(
        snapshot("1"),
        snapshot("2", dead_air=True),
        snapshot("3", State.BACKOFF),
        snapshot("4", trouble=source_down),
        snapshot("5", State.CONNECTING, trouble=source_down),
        snapshot("6", State.FAILED),
        snapshot("7", paused=True),
        snapshot("8", State.IDLE),
    ) == {
        Standing.LIVE: 1, Standing.DEAD_AIR: 1, Standing.DOWN: 3, Standing.FAILED: 1,
        Standing.PAUSED: 1, Standing.WAITING: 1,
    }  # fmt: skip


def test_a_session_off_by_its_schedule_waits_and_one_that_ended_does_not() -> None:
    off = ScheduleChanged(session="a", at=NOW, on=False, reason="", next_at=NOW + 60)
    wall = told(Wall(), off)
    for state, how in (
        (State.ENDED, Standing.WAITING), (State.IDLE, Standing.WAITING),
        (State.LIVE, Standing.LIVE), (State.FAILED, Standing.FAILED),
    ):  # fmt: skip
        wall.look([snapshot("a", state), snapshot("b", State.ENDED)], [0.0, 0.0])
        counts = wall.summary(0).counts
        assert counts[how] >= 1
        assert counts[Standing.ENDED] == 1
    assert wall.of("a").next_at == NOW + 60
    told(wall, replace(off, on=True))
    assert wall.of("a").standing_of(snapshot("a", State.ENDED)) is Standing.ENDED


def test_a_find_counts_once_and_not_if_it_is_withdrawn() -> None:
    wall = told(
        Wall(),
        hit(1, HitStatus.UNCONFIRMED), hit(1, HitStatus.CONFIRMED), hit(2, HitStatus.UNCONFIRMED),
        hit(3, HitStatus.CONFIRMED), hit(2, HitStatus.WITHDRAWN),
        hit(4, HitStatus.CONFIRMED, Tier.SOUNDS_LIKE), hit(1, HitStatus.CONFIRMED, session="b"),
    )  # fmt: skip
    assert (wall.summary(0).hits, wall.summary(0).new_hits) == (3, 3)
    wall.seen("a")
    assert (wall.summary(0).hits, wall.summary(0).new_hits) == (3, 1)
    told(wall, hit(5, HitStatus.UNCONFIRMED), hit(5, HitStatus.WITHDRAWN))
    assert (wall.summary(0).hits, wall.summary(0).new_hits) == (3, 1)


def test_words_a_minute_are_those_of_whole_spans_and_go_when_nobody_speaks() -> None:
    wall = told(Wall(), said("one two three four five"), now=100.0)
    assert wall.summary(105.0).words_per_minute is None
    assert wall.summary(110.0).words_per_minute == 30
    assert wall.summary(119.9).words_per_minute == 30
    assert wall.summary(120.0).words_per_minute == 15
    assert wall.summary(400.0).words_per_minute == 0


def test_what_was_not_heard_adds_up_and_stays_when_a_session_goes() -> None:
    gap = GapRecorded(session="a", at=NOW, gap=Gap(10, 40, NOW, NOW + 30, "dropped"))
    wall = told(Wall(), gap, gap, hit(1, HitStatus.CONFIRMED))
    assert wall.summary(0).not_heard_seconds == 60
    told(wall, SessionRemoved(session="a", at=NOW))
    assert wall.summary(0).not_heard_seconds == 60
    assert (wall.summary(0).hits, wall.summary(0).new_hits) == (1, 0)


def test_cost_is_counted_from_what_was_sent_at_the_price_of_its_time() -> None:
    wall = Wall()
    wall.look([snapshot("a", billed_seconds=3600), snapshot("b", dead_air=True)], [0.4, 0.6])
    assert wall.summary(0).cost == pytest.approx(0.4)
    assert wall.summary(0).cost_per_hour == pytest.approx(1.0), "silence is billed"
    wall.look([snapshot("a", State.ENDED, billed_seconds=7200)], [1.0])
    assert wall.summary(0).cost == pytest.approx(1.4)
    assert wall.summary(0).cost_per_hour == 0
    wall.look([], [])
    assert wall.summary(0).cost == pytest.approx(1.4)


def test_the_journal_is_saved_unless_one_cannot_be_written() -> None:
    error = ErrorRaised(session="a", at=NOW, half=Half.JOURNAL, title="full", message="Disk full.")
    wall = told(Wall(), error, replace(error, half=Half.SOURCE))
    assert not wall.summary(0).saved
    told(wall, ErrorCleared(session="a", at=NOW, half=Half.SOURCE))
    assert not wall.summary(0).saved
    told(wall, ErrorCleared(session="a", at=NOW, half=Half.JOURNAL))
    assert wall.summary(0).saved


DESK = Summary(
    counts={Standing.LIVE: 10, Standing.DOWN: 1, Standing.DEAD_AIR: 1},
    hits=3, new_hits=1, words_per_minute=214, not_heard_seconds=42, cost=1.87, cost_per_hour=3.51,
)  # fmt: skip


def line(width: int, summary: Summary) -> str:
    return "".join(piece.text for piece in summary_row(width, summary))


def test_the_summary_says_trouble_first_and_sheds_what_is_normal() -> None:
    assert line(120, DESK) == (
        " 12 sources  10 live  1 down  1 dead air │ hits 3, 1 new │ 214 words/min │ "
        "not heard 0:42 │ 1.87 USD, 3.51/h │ saved"
    )
    assert line(80, DESK) == (
        " 10 live  1 down  1 dead air │ hits 3, 1 new │ not heard 0:42 │ 1.87 USD │ saved"
    )
    assert line(60, DESK) == " 1 down  1 dead air │ 1 new hit │ not heard 0:42 │ saved"


def test_where_all_is_well_live_is_not_said() -> None:
    well = Summary(counts={Standing.LIVE: 4}, words_per_minute=90)
    assert line(80, well) == " 4 sources │ 90 words/min │ saved"
    assert "bad" not in {piece.part for piece in summary_row(80, well)}


@given(
    st.dictionaries(st.sampled_from(Standing), st.integers(1, 999)),
    st.integers(0, 9999), st.integers(0, 99999), st.floats(0, 10**6), st.booleans(),
    st.integers(60, 200),
)  # fmt: skip
def test_trouble_is_said_at_every_width(
    counts: dict[Standing, int], hits: int, words: int, seconds: float, saved: bool, width: int
) -> None:
    summary = Summary(counts, hits, hits, words, seconds, seconds / 100, 999.0, saved)
    row = summary_row(width, summary)
    assert width_of(row) <= width
    text = "".join(piece.text for piece in row)
    for how in (Standing.DOWN, Standing.FAILED):
        assert (f" {counts.get(how)} {how}" in text) == (how in counts)
    assert ("NOT SAVED" in text) == (not saved)
