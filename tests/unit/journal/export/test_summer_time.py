"""A night in which the clock is put on or back: every export and `show` have the time of the wall.

In Berlin it is put on from 02:00 to 03:00 (28 March 2027) and back from 03:00 to 02:00
(31 October 2027), both at 01:00 UTC.
"""

import csv
import json
import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import srt
import webvtt

from scribe_tui.cli import main
from scribe_tui.events import SegmentCommitted
from tests.support.journals import START, missed, opened, said, write

SPRING, AUTUMN = datetime(2027, 3, 28, tzinfo=UTC), datetime(2027, 10, 31, tzinfo=UTC)
HOURS = (0.5, 1.5, 2.5)
"""After midnight UTC: before the change, in the hour after it, later."""
ON_THE_WALL = {SPRING: ("01:30", "03:30", "04:30"), AUTUMN: ("02:30", "02:30", "03:30")}
OFFSETS = {SPRING: ("+01:00", "+02:00", "+02:00"), AUTUMN: ("+02:00", "+01:00", "+01:00")}


@pytest.fixture(params=[SPRING, AUTUMN], ids=["spring", "autumn"])
def night(request, tmp_path, monkeypatch):
    """(the day, a log folder with one run over its change)."""
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    begun = request.param.timestamp()
    events = [opened(), *(said(n, f"text {n}", at=h * 3600) for n, h in enumerate(HOURS, 1))]
    events.append(missed(2.6 * 3600, 2.7 * 3600))
    write(tmp_path / f"{request.param:%Y-%m-%d}T01-00-00", [moved(e, begun) for e in events])
    yield request.param, tmp_path
    monkeypatch.undo()
    time.tzset()


def moved(event, begun):
    """The same event in a run that begins at another instant."""
    event = replace(event, at=event.at - START + begun)
    if isinstance(event, SegmentCommitted):
        at = event.segment.started_at - START + begun
        return replace(event, segment=replace(event.segment, started_at=at))
    if hasattr(event, "gap"):
        begin, end = (at - START + begun for at in (event.gap.started_at, event.gap.ended_at))
        return replace(event, gap=replace(event.gap, started_at=begin, ended_at=end))
    return event


def exported(log_dir, kind, capsys, *options):
    command = ["export", "last", "--format", kind, "--output", "-", "--log-dir", str(log_dir)]
    return printed([*command, *options], capsys)


def printed(command, capsys):
    with pytest.raises(SystemExit) as end:
        main(command)
    assert end.value.code == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("kind", ["srt", "vtt"])
def test_cues_have_the_time_of_the_wall(night, kind, capsys):
    day, log_dir = night
    content = exported(log_dir, kind, capsys, "--times", "clock")
    if kind == "srt":
        starts = [item.start.total_seconds() for item in srt.parse(content)]
    else:
        starts = [item.start_in_seconds for item in webvtt.from_string(content).captions]
        gap = {SPRING: "04:36:00.000 to 04:42:00.000", AUTUMN: "03:36:00.000 to 03:42:00.000"}
        assert gap[day] in content
    assert starts == sorted(starts)
    told = [f"{int(at // 3600):02}:{int(at % 3600 // 60):02}" for at in starts]
    assert tuple(told) == ON_THE_WALL[day]


@pytest.mark.parametrize("command", ["show", "txt"])
def test_lines_have_the_time_of_the_wall(night, command, capsys):
    day, log_dir = night
    if command == "txt":
        content = exported(log_dir, "txt", capsys)
    else:
        content = printed(["show", "last", "--log-dir", str(log_dir)], capsys)
    told = [line[:5] for line in content.splitlines() if " text " in line]
    assert tuple(told) == ON_THE_WALL[day]


@pytest.mark.parametrize("kind", ["json", "csv"])
def test_instants_have_the_offset_of_their_hour(night, kind, capsys):
    day, log_dir = night
    content = exported(log_dir, kind, capsys)
    if kind == "json":
        instants = [item["started_at"] for item in json.loads(content)["segments"]]
    else:
        rows = list(csv.DictReader(content.splitlines()))
        instants = [row["started_at"] for row in rows if row["kind"] == "segment"]
    assert tuple(at[11:16] for at in instants) == ON_THE_WALL[day]
    assert tuple(at[-6:] for at in instants) == OFFSETS[day]
    seconds = [datetime.fromisoformat(at).timestamp() - day.timestamp() for at in instants]
    assert seconds == [hour * 3600 for hour in HOURS]
