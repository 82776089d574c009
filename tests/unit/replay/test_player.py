"""A recording at the pace of a clock that the test moves."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from scribe_tui.events import Event, SegmentCommitted
from scribe_tui.replay import player as player_module
from scribe_tui.replay.past_run import PastRun
from scribe_tui.replay.player import EMPTY_SECONDS, LEAD_SECONDS, Player
from scribe_tui.replay.timeline_marks import ALL_KINDS, MarkKind
from tests.support.journals import START, opened, said, write
from tests.support.night import BEGUN, Night
from tests.support.virtual import VirtualTime


class Watched:
    """A player that plays, on virtual time, and what it published."""

    def __init__(self, run: Path, recording: PastRun, **options: float) -> None:
        self.time = VirtualTime()
        self.player = Player(recording, clock=self.time.clock, **options)
        self.events: list[Event] = []
        self.player.publish = self.events.append
        self.player.start()

    def pass_(self, seconds: float) -> None:
        """Let time go by in the steps of the player's own task."""
        for _ in range(round(seconds / 0.05)):
            self.time.pass_(0.05)
            self.player.advance()

    @property
    def past(self) -> float:
        """Seconds since the run began."""
        return self.player.now() - self.player.recording.begun_at

    def texts(self) -> list[str]:
        return [item.segment.text for item in self.events if isinstance(item, SegmentCommitted)]


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    return at_night(tmp_path)


def at_night(tmp_path: Path, hours: float = 2.0, **options: float) -> Watched:
    from scribe_tui.journal.reading import journals_of

    for name in ("news", "harbor"):
        Night(name, hours).write(tmp_path / "run")
    return Watched(tmp_path / "run", PastRun(journals_of(tmp_path / "run")), **options)


def of(run: Path) -> Watched:
    from scribe_tui.journal.reading import journals_of

    return Watched(run, PastRun(journals_of(run)))


def test_what_happened_comes_when_it_happened(watched: Watched) -> None:
    watched.pass_(9.9)
    assert watched.texts() == []
    watched.pass_(0.2)
    assert watched.texts() == ["harbor says number 1", "news says number 1"]
    watched.pass_(10)
    assert len(watched.texts()) == 4


def test_sources_stand_side_by_side_in_the_order_of_what_happened(watched: Watched) -> None:
    watched.player.change_speed(10)
    watched.pass_(20)
    instants = [event.at for event in watched.events]
    assert instants == sorted(instants)
    assert {event.session for event in watched.events} == {"news", "harbor"}


def test_it_stands_still_while_paused_and_goes_on_from_there(watched: Watched) -> None:
    watched.pass_(5)
    watched.player.toggle()
    watched.pass_(60)
    assert watched.past == pytest.approx(5, abs=0.1)
    watched.player.toggle()
    watched.pass_(5.1)
    assert watched.past == pytest.approx(10.1, abs=0.1)
    assert len(watched.texts()) == 2


def test_faster_and_slower(watched: Watched) -> None:
    watched.player.change_speed(1)
    assert watched.player.speed == 2
    watched.pass_(5)
    assert watched.past == pytest.approx(10, abs=0.2)
    watched.player.change_speed(-2)
    watched.pass_(5)
    assert watched.past == pytest.approx(12.5, abs=0.2)
    watched.player.change_speed(-20)
    assert watched.player.speed == 0.25
    watched.player.change_speed(99)
    assert watched.player.speed == 240


def test_a_speed_between_the_steps_goes_to_the_next_one(tmp_path: Path) -> None:
    watched = at_night(tmp_path, speed=5)
    assert watched.player.speed == 5
    watched.player.change_speed(1)
    assert watched.player.speed == 8


def test_a_night_in_minutes_loses_nothing(tmp_path: Path) -> None:
    watched = at_night(tmp_path, hours=1.0, speed=240)
    watched.pass_(20)
    assert watched.player.is_over
    said_at_night = 359 - 6 - 12
    assert len(watched.texts()) == 2 * said_at_night


def test_a_machine_that_was_suspended_does_not_run_ahead(watched: Watched) -> None:
    watched.time.pass_(3600)
    watched.player.advance()
    assert watched.past <= 1


def test_a_tick_is_bounded_and_nothing_is_lost_by_that(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(player_module, "MOST_EVENTS", 3)
    watched.player.change_speed(20)
    watched.events.clear()
    watched.time.pass_(1)
    watched.player.advance()
    assert len(watched.events) == 3
    assert watched.past < 240
    watched.pass_(20)
    assert [text for text in watched.texts() if text.startswith("news")][:2] == [
        "news says number 1",
        "news says number 2",
    ]


def test_a_jump_shows_the_text_before_it_and_clears_what_was_shown(watched: Watched) -> None:
    watched.player.on_jump = watched.events.clear
    watched.player.go_to(BEGUN + 1205)
    assert watched.texts()[-1] == "news says number 120"
    assert watched.texts()[0] == "harbor says number 1"
    watched.player.go_by(-600)
    assert watched.past == pytest.approx(605)
    assert watched.texts()[-1] == "news says number 60"
    watched.pass_(6)
    assert watched.texts()[-1] == "news says number 61"


def test_jumps_end_at_the_ends_of_the_run(watched: Watched) -> None:
    watched.player.go_by(-5000)
    assert watched.past == 0
    watched.player.go_by(50_000)
    assert watched.player.is_over
    watched.player.toggle()
    assert watched.past == 0
    assert not watched.player.paused


def test_from_mark_to_mark(watched: Watched) -> None:
    player = watched.player
    found = [player.go_to_mark(1, frozenset({MarkKind.GAP})) for _ in range(2)]
    assert [mark and mark.at - BEGUN for mark in found] == [1860, 1860 + 3600]
    assert player.paused
    assert player.go_to_mark(1, frozenset({MarkKind.GAP})) is None
    assert watched.past == 1860 + 3600
    error = player.go_to_mark(-1, frozenset({MarkKind.ERROR}))
    assert error is not None
    assert error.at - BEGUN == 1800 + 3600
    hit = player.go_to_mark(-1, frozenset({MarkKind.HIT}))
    assert hit is not None
    assert hit.at - BEGUN == 610 + 3600
    any_mark = player.go_to_mark(-1, ALL_KINDS)
    assert any_mark is not None
    assert any_mark.kind is MarkKind.GAP


def test_the_mark_before_while_it_plays_is_the_one_before_the_last(watched: Watched) -> None:
    player = watched.player
    player.go_to_mark(1, frozenset({MarkKind.HIT}))
    player.toggle()
    watched.pass_(0.5)
    assert player.go_to_mark(-1, frozenset({MarkKind.HIT})) is None


def test_hours_without_anything_recorded_are_skipped(tmp_path: Path) -> None:
    watched = of(write(tmp_path / "run", [opened(), said(1, "a"), said(2, "b", at=20_000)]))
    skips: list[tuple[float, float]] = []
    watched.player.on_skip = lambda since, until: skips.append((since, until))
    watched.pass_(13)
    (skip,) = skips
    assert skip[1] - skip[0] > 20_000 - EMPTY_SECONDS
    watched.pass_(LEAD_SECONDS + 0.1)
    assert watched.texts() == ["a", "b"]


def test_an_empty_wait_that_is_short_is_waited_for(tmp_path: Path) -> None:
    watched = of(write(tmp_path / "run", [opened(), said(1, "a"), said(2, "b", at=500)]))
    watched.pass_(60)
    assert watched.player.now() == pytest.approx(START + 60, abs=0.2)


async def test_its_task_plays_and_sleeps_while_it_stands(tmp_path: Path) -> None:
    watched = at_night(tmp_path)
    task = asyncio.create_task(watched.player.run())
    try:
        for _ in range(230):
            await asyncio.sleep(0)
            watched.time.pass_(0.05)
            await asyncio.sleep(0)
        assert "news says number 1" in watched.texts()
        watched.player.toggle()
        before = watched.past
        for _ in range(50):
            watched.time.pass_(0.05)
            await asyncio.sleep(0)
        assert watched.past == before
    finally:
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
