"""What all sessions come to, and how that is said at every width."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scribe_tui.events import (
    BudgetChanged,
    BudgetLevel,
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
from scribe_tui.session.status.snapshot import SessionSnapshot
from scribe_tui.tui.figures.display_status import DisplayStatus
from scribe_tui.tui.figures.summary import summary_row
from scribe_tui.tui.figures.totals import Summary, Totals
from scribe_tui.tui.finding.hits import KnownHits
from scribe_tui.tui.rendering.styled_rows import width_of
from tests.tui.stage import NOW, trouble


def snapshot(name: str, state: State = State.LIVE, **facts: Any) -> SessionSnapshot:
    return SessionSnapshot(name, name, "source", state, 1.0, **facts)


def hit(session: str, number: int) -> Event:
    return WatchHit(
        session=session, at=NOW, hit=number, watch="w", word="fire", heard="fire", tier=Tier.EXACT,
        status=HitStatus.CONFIRMED, segment_number=1, source_seconds=1.0, quote="fire",
    )  # fmt: skip


def said(text: str, start: float, end: float, session: str = "a") -> Event:
    segment = CommittedSegment(1, text, NOW, start, end)
    return SegmentCommitted(session=session, at=NOW, segment=segment)


def new_totals() -> Totals:
    return Totals(KnownHits())


def told(totals: Totals, *events: Event, now: float = 0.0) -> Totals:
    for event in events:
        totals.receive(event, now)
    return totals


def counted(*snapshots: SessionSnapshot) -> dict[DisplayStatus, int]:
    totals = new_totals()
    totals.look(snapshots, [0.0] * len(snapshots), 0.0)
    return dict(totals.summary(0).counts)


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
        DisplayStatus.LIVE: 1, DisplayStatus.DEAD_AIR: 1, DisplayStatus.DOWN: 3,
        DisplayStatus.FAILED: 1,
        DisplayStatus.PAUSED: 1, DisplayStatus.WAITING: 1,
    }  # fmt: skip


def test_a_session_off_by_its_schedule_waits_and_one_that_ended_does_not() -> None:
    off = ScheduleChanged(session="a", at=NOW, on=False, reason="", next_at=NOW + 60)
    totals = told(new_totals(), off)
    for state, how in (
        (State.ENDED, DisplayStatus.WAITING), (State.IDLE, DisplayStatus.WAITING),
        (State.LIVE, DisplayStatus.LIVE), (State.FAILED, DisplayStatus.FAILED),
    ):  # fmt: skip
        totals.look([snapshot("a", state), snapshot("b", State.ENDED)], [0.0, 0.0], 0.0)
        counts = totals.summary(0).counts
        assert counts[how] >= 1
        assert counts[DisplayStatus.ENDED] == 1
    assert totals.of("a").next_at == NOW + 60
    live = replace(off, next_at=None, follows_live=True)
    waits = told(new_totals(), live).of("a").waits_for(snapshot("a", State.IDLE), NOW)
    assert waits == "until it is live"
    told(totals, replace(off, on=True))
    assert totals.of("a").status_of(snapshot("a", State.ENDED)) is DisplayStatus.ENDED


def test_words_a_minute_are_told_once_half_a_minute_of_speech_is_known() -> None:
    totals = new_totals()
    for second in range(0, 200, 5):
        told(totals, said("one two three four five", second, second + 5), now=second + 5.0)
        if second == 25:
            assert totals.summary(39.0).words_per_minute is None
    assert totals.summary(200.0).words_per_minute == 60
    assert totals.summary(209.9).words_per_minute == 60


def test_words_a_minute_go_when_nobody_speaks() -> None:
    totals = told(new_totals(), said("one two three four five", 0, 5), now=100.0)
    assert totals.summary(129.9).words_per_minute is None
    assert totals.summary(130.0).words_per_minute == 10
    assert totals.summary(140.0).words_per_minute == 8
    assert totals.summary(160.0).words_per_minute == 5
    assert totals.summary(400.0).words_per_minute == 0


def test_sound_that_comes_at_once_was_not_spoken_at_once() -> None:
    """A burst at joining, or an outage caught up with: a minute's text within two seconds."""
    totals = new_totals()
    totals.look([snapshot("a", heard_seconds=60.0)], [0.0], 1000.0)
    for second in range(0, 60, 6):
        told(totals, said("one two three four five six", second, second + 6), now=1000.0)
    assert totals.summary(1002.0).words_per_minute == pytest.approx(60, abs=8)


def test_several_sources_add_up() -> None:
    totals = new_totals()
    for second in range(0, 100, 10):
        for session in "abcd":
            told(totals, said("word " * 20, second, second + 9.9, session), now=second + 10.0)
    assert totals.summary(100.0).words_per_minute == pytest.approx(480, rel=0.1)


def test_hits_are_those_of_the_list() -> None:
    hits = KnownHits()
    totals = Totals(hits)
    assert (totals.summary(0).hits, totals.summary(0).new_hits) == (0, 0)
    hits.receive(hit("a", 1))
    hits.receive(hit("b", 1))
    hits.looked_at("a")
    assert (totals.summary(0).hits, totals.summary(0).new_hits) == (2, 1)


def test_what_was_not_heard_adds_up_and_stays_when_a_session_goes() -> None:
    gap = GapRecorded(session="a", at=NOW, gap=Gap(10, 40, NOW, NOW + 30, "dropped"))
    totals = told(new_totals(), gap, gap)
    assert totals.summary(0).not_heard_seconds == 60
    told(totals, SessionRemoved(session="a", at=NOW))
    assert totals.summary(0).not_heard_seconds == 60


def test_cost_is_counted_from_what_was_sent_at_the_price_of_its_time() -> None:
    totals = new_totals()
    totals.look([snapshot("a", billed_seconds=3600)], [0.4], 0.0)
    assert totals.summary(0).cost == pytest.approx(0.4)
    totals.look([snapshot("a", State.ENDED, billed_seconds=7200)], [1.0], 1.0)
    assert totals.summary(0).cost == pytest.approx(1.4)
    totals.look([], [], 2.0)
    assert totals.summary(0).cost == pytest.approx(1.4)


class Till:
    """A totals that looks twice a second at sessions which send so many seconds a second."""

    def __init__(self) -> None:
        self.totals = new_totals()
        self.now = 1000.0
        self.billed = {"a": 0.0, "b": 0.0}

    def go(self, seconds: float, **rates: tuple[float, dict[str, Any]]) -> float | None:
        for _ in range(round(seconds * 2)):
            self.now += 0.5
            for name, (rate, _facts) in rates.items():
                self.billed[name] += rate / 2
            shown = [
                snapshot(name, billed_seconds=self.billed[name], **facts)
                for name, (_rate, facts) in rates.items()
            ]
            self.totals.look(shown, [1.0] * len(shown), self.now)
        return self.totals.summary(self.now).cost_per_hour


def test_cost_an_hour_is_that_of_sound_really_sent() -> None:
    till = Till()
    live: tuple[float, dict[str, Any]] = (1.0, {})
    silent: tuple[float, dict[str, Any]] = (1.0, {"dead_air": True})
    assert till.go(5, a=live, b=silent) is None, "not enough to tell"
    assert till.go(30, a=live, b=silent) == pytest.approx(2.0, abs=0.05), "silence is billed"
    waiting: tuple[float, dict[str, Any]] = (0.0, {"state": State.IDLE})
    assert till.go(1, a=live, b=waiting) == pytest.approx(1.0, abs=0.05)
    paused: tuple[float, dict[str, Any]] = (0.0, {"paused": True})
    assert till.go(1, a=paused, b=waiting) == 0.0, "what is paused costs nothing"
    assert till.go(60, a=paused, b=waiting) == 0.0
    assert till.go(30, a=live, b=waiting) == pytest.approx(1.0, abs=0.05)
    kept_open: tuple[float, dict[str, Any]] = (0.05, {"paused": True})
    assert till.go(30, a=kept_open, b=waiting) == pytest.approx(0.05, abs=0.01)


def test_cost_an_hour_stays_calm_when_an_outage_is_caught_up_with() -> None:
    till = Till()
    till.go(120, a=(1.0, {}))
    down: dict[str, Any] = {"state": State.BACKOFF}
    figures = [till.go(1, a=(0.0, down)) for _ in range(15)]
    figures += [till.go(1, a=(4.0, {})) for _ in range(5)]
    figures += [till.go(1, a=(1.0, {})) for _ in range(60)]
    assert all(figure is not None and 0.7 < figure < 1.3 for figure in figures)
    assert len(set(figures)) <= 9, "it changes every ten seconds at most"


def test_the_journal_is_saved_unless_one_cannot_be_written() -> None:
    error = ErrorRaised(session="a", at=NOW, half=Half.JOURNAL, title="full", message="Disk full.")
    totals = told(new_totals(), error, replace(error, half=Half.SOURCE))
    assert not totals.summary(0).saved
    told(totals, ErrorCleared(session="a", at=NOW, half=Half.SOURCE))
    assert not totals.summary(0).saved
    told(totals, ErrorCleared(session="a", at=NOW, half=Half.JOURNAL))
    assert totals.summary(0).saved


DESK = Summary(
    counts={DisplayStatus.LIVE: 10, DisplayStatus.DOWN: 1, DisplayStatus.DEAD_AIR: 1},
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
    well = Summary(counts={DisplayStatus.LIVE: 4}, words_per_minute=90)
    assert line(80, well) == " 4 sources │ 90 words/min │ saved"
    assert "bad" not in {piece.part for piece in summary_row(80, well)}


def test_sessions_that_the_service_warns_are_counted_where_nothing_worse_is_told_of_them() -> None:
    totals = new_totals()
    late = "The service warns: text comes late."
    down = trouble("404", retry_at=NOW)
    totals.look(
        [snapshot("1", warning=late), snapshot("2"), snapshot("3", warning=late, trouble=down)],
        [0.0] * 3,
        0.0,
    )
    assert line(80, totals.summary(0)) == " 3 sources  2 live  1 down  1 warned │ saved"


@given(
    st.dictionaries(st.sampled_from(DisplayStatus), st.integers(1, 999)),
    st.integers(0, 9999), st.integers(0, 99999), st.floats(0, 10**6), st.booleans(),
    st.integers(60, 200), st.integers(0, 999),
)  # fmt: skip
def test_trouble_is_said_at_every_width(
    counts: dict[DisplayStatus, int],
    hits: int,
    words: int,
    seconds: float,
    saved: bool,
    width: int,
    warned: int,
) -> None:
    summary = Summary(counts, hits, hits, words, seconds, seconds / 100, 999.0, saved, warned)
    row = summary_row(width, summary)
    assert width_of(row) <= width
    text = "".join(piece.text for piece in row)
    for how in (DisplayStatus.DOWN, DisplayStatus.FAILED):
        assert (f" {counts.get(how)} {how}" in text) == (how in counts)
    assert ("NOT SAVED" in text) == (not saved)


def test_what_a_budget_stopped_says_so_until_there_is_one_again() -> None:
    totals = new_totals()
    ended, live = snapshot("a", State.ENDED), snapshot("a")

    def receive(level: BudgetLevel, for_all: bool) -> str:
        totals.receive(
            BudgetChanged(session="a", at=NOW, level=level, for_all=for_all, spent=1, limit=1), NOW
        )
        return totals.of("a").waits_for(ended, NOW)

    assert receive(BudgetLevel.WARNED, False) == ""
    assert receive(BudgetLevel.STOPPED, False) == "the day's budget is used up"
    assert totals.of("a").waits_for(live, NOW) == ""
    assert receive(BudgetLevel.STOPPED, True) == "the day's budget is used up"
    assert receive(BudgetLevel.FREE, False) == "the day's budget is used up"
    assert receive(BudgetLevel.FREE, True) == ""
