"""A run that is still being recorded: what comes is taken in and played on."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from scribe_tui.event_records import to_line, to_record
from scribe_tui.events import Event, SegmentCommitted
from scribe_tui.journal.reading import journals_of
from scribe_tui.replay.past_run import PastRun
from scribe_tui.replay.player import Player
from scribe_tui.replay.timeline_marks import ALL_KINDS, MarkKind
from tests.support.journals import START, missed, opened, said, write
from tests.support.virtual import VirtualTime


def texts(events: list[Event]) -> list[str]:
    return [event.segment.text for event in events if isinstance(event, SegmentCommitted)]


def rest(recording: PastRun) -> list[Event]:
    events = []
    while recording.next_at is not None:
        events.append(recording.take())
    return events


@pytest.fixture
def run(tmp_path: Path) -> Path:
    return write(tmp_path, [opened(), said(1, "one")])


def test_what_is_written_later_comes_over_rotations_and_half_lines(run: Path) -> None:
    recording = PastRun(journals_of(run), grows=True)
    assert texts(rest(recording)) == ["one"]
    assert not recording.grow(journals_of(run))
    line = to_line(to_record(said(2, "two")))
    with (run / "news.jsonl").open("ab") as file:
        file.write(line[:40])
    assert not recording.grow(journals_of(run))
    with (run / "news.jsonl").open("ab") as file:
        file.write(line[40:])
    assert recording.grow(journals_of(run))
    assert texts(rest(recording)) == ["two"]
    (run / "news.jsonl").rename(run / "news.0001.jsonl")
    write(run, [opened(), said(3, "three"), missed(40, 44)])
    assert recording.grow(journals_of(run))
    assert texts(rest(recording)) == ["three"]
    assert recording.marks.counts[MarkKind.GAP] == 1
    assert texts(recording.wind(START + 25)) == ["one", "two"]
    assert texts(rest(recording)) == ["three"]
    assert recording.problems == []


def test_a_source_that_comes_later_is_another_tape(run: Path) -> None:
    recording = PastRun(journals_of(run), grows=True)
    rest(recording)
    write(run, [opened("talk"), said(5, "hello", "talk")])
    assert recording.grow(journals_of(run))
    assert list(recording.tapes) == ["news", "talk"]
    assert texts(rest(recording)) == ["hello"]


def test_at_the_end_of_the_run_a_half_line_is_torn(run: Path) -> None:
    with (run / "news.jsonl").open("ab") as file:
        file.write(b'{"type": "segm')
    recording = PastRun(journals_of(run), grows=True)
    assert recording.problems == []
    recording.grow(journals_of(run), grows=False)
    assert not recording.grows
    assert "torn" in recording.problems[0]


def test_deleted_parts_do_not_end_the_following(run: Path) -> None:
    (run / "news.jsonl").rename(run / "news.0001.jsonl")
    write(run, [opened(), said(2, "two")])
    recording = PastRun(journals_of(run), grows=True)
    assert texts(rest(recording)) == ["one", "two"]
    (run / "news.0001.jsonl").unlink()
    write(run, [said(3, "three")])
    assert recording.grow(journals_of(run))
    assert texts(rest(recording)) == ["three"]
    assert texts(recording.wind(START + 25)) == ["two"]
    assert recording.problems == ["news.0001.jsonl cannot be read: No such file or directory."]


def test_a_part_that_is_set_aside_before_it_is_read_is_read_under_its_new_name(run: Path) -> None:
    (run / "news.jsonl").rename(run / "news.0001.jsonl")
    write(run, [opened(), said(2, "two")])
    listed = journals_of(run)
    (run / "news.jsonl").rename(run / "news.0002.jsonl")
    write(run, [opened(), said(3, "three " * 99)])
    recording = PastRun(listed, grows=True)
    assert texts(rest(recording)) == ["one"]
    assert recording.grow(journals_of(run))
    assert texts(rest(recording)) == ["two", "three " * 99]
    assert recording.problems == []


async def test_the_player_goes_on_where_the_run_does(run: Path) -> None:
    time = VirtualTime()
    recording = PastRun(journals_of(run), grows=True)
    player = Player(recording, clock=time.clock, at=recording.ended_at)
    published: list[Event] = []
    player.publish = published.append
    player.start()
    assert player.is_over
    goes_on = asyncio.Event()
    goes_on.set()
    grow = lambda: recording.grow(journals_of(run), grows=goes_on.is_set())  # noqa: E731
    tasks = [asyncio.create_task(player.run()), asyncio.create_task(player.follow(grow))]

    async def until(text: str) -> None:
        async with asyncio.timeout(10):
            while text not in texts(published):
                time.pass_(0.05)
                await asyncio.sleep(0)

    write(run, [said(2, "two")])
    await until("two")
    write(run, [said(3, "three")])
    await until("three")
    goes_on.clear()
    async with asyncio.timeout(10):
        while not tasks[1].done():
            time.pass_(0.5)
            await asyncio.sleep(0)
    assert player.go_to_mark(-1, ALL_KINDS) is None
    tasks[0].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert not recording.grows
