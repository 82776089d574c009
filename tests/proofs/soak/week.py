"""A week in minutes: the real engine, real connections and the real journal, in scaled time.

Twelve sessions hear numbered sound many times faster than real time; every connection is cut after
90 s of sound, every source after ten minutes. The days of the journal and its retention last
`day_seconds`; the panes' bound on lines is scaled alike.
"""

from __future__ import annotations

import asyncio
import gc
import json
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from scribe_tui.errors import JournalError, SourceError
from scribe_tui.events import ConnectionStarted, Event, SegmentCommitted, SourceStarted
from scribe_tui.journal.retention import (
    JournalPolicy,
    delete_old_runs,
    housekeeper,
    policy,
    run_folders,
)
from scribe_tui.journal.run_folder import create_run
from scribe_tui.journal.writer import JournalWriter
from scribe_tui.scribe.connection import Endpoint
from scribe_tui.session.state import OVER
from scribe_tui.session.supervisor import Supervisor
from scribe_tui.settings import SourceSettings, SpeechSettings
from scribe_tui.transcript import Transcript
from tests.support.endpoint import KEY
from tests.support.engine import timing, wired
from tests.support.profiles import speech_side
from tests.support.sources import Opening, Openings

DAYS = 7
SESSIONS = 12
PANE_LINES = 100
KEEP_DAYS = 2.0
KEEP_RUNS = 5
ROTATE_BYTES = 200_000
_OLD_LINE = '{"type": "session_start", "v": 2, "session": "old", "at": "2026-01-01T00:00:00Z"}\n'
"""A line by which a file counts as the program's own: no other file is ever deleted."""
STEADY_SHARE = 1.05
"""Largest ratio of the memory on day 7 to that on day 2."""
STEADY_BYTES = 2_000_000


@dataclass(frozen=True, slots=True)
class Day:
    """The state at the end of a day. `overdue` files should have been deleted a day before."""

    number: int
    rss: int
    descriptors: int
    tasks: int
    threads: int
    files: int
    log_bytes: int
    overdue: int
    old_runs: int
    segments: int
    connections: int
    openings: int

    def __str__(self) -> str:
        return (
            f"  day {self.number}: {self.rss / 1e6:6.1f} MB, {self.descriptors:3} descriptors, "
            f"{self.tasks:3} tasks, {self.threads} threads, {self.files:4} files of "
            f"{self.log_bytes / 1e6:5.1f} MB, {self.overdue} overdue, "
            f"{self.old_runs} runs, {self.segments:6} segments, "
            f"{self.connections:5} connections, {self.openings:4} openings of sources"
        )


class Panes:
    """A sink that keeps what panes keep, and counts."""

    def __init__(self) -> None:
        self.transcripts = {name: Transcript(max_lines=PANE_LINES) for name in _NAMES}
        self.counts: Counter[type[Event]] = Counter()

    def receive(self, event: Event) -> None:
        self.counts[type(event)] += 1
        self.transcripts[event.session].apply(event)


_NAMES = [f"station {number:02}" for number in range(1, SESSIONS + 1)]


class StandingErrors:
    """The journal's standing errors: a disk that is slow for a while may recover."""

    def __init__(self) -> None:
        self.standing: list[str] = []

    def told(self, error: JournalError) -> None:
        print(f"  the journal: {error.message}", flush=True)
        self.standing.append(error.message)

    def over(self) -> None:
        print("  the journal: well again", flush=True)
        self.standing.clear()


def _supervisor(url: str) -> Supervisor:
    dropped = SourceError("dropped", "The station dropped the line.")
    speech = SpeechSettings(audio_format="pcm_8000")
    station = Opening(seconds=600, error=dropped)
    services = wired(
        Endpoint(url, KEY),
        Openings(station, chunk_seconds=0.005, rate=8000),
        timing=timing(audio_buffer=120.0, roll_over_after=6.0),
    )
    named = [SourceSettings(name=name, address="mic", speech=speech, gain="off") for name in _NAMES]
    return Supervisor(named, services)


def _journal(run: Path, day_seconds: float, troubles: StandingErrors) -> JournalWriter:
    """Return a journal with short days; file times are real, so retention's day is short, too."""
    began = time.time()
    policy.DAY_SECONDS = day_seconds
    monkeypatch = pytest.MonkeyPatch()
    monkeypatch.setattr(
        housekeeper,
        "delete_old_runs",
        lambda live, kept, _: delete_old_runs(live, kept, time.time()),
    )
    return JournalWriter(
        run,
        on_error=troubles.told,
        on_recovered=troubles.over,
        policy=JournalPolicy(
            rotate_bytes=ROTATE_BYTES,
            rotate_daily=True,
            keep_days=KEEP_DAYS,
            keep_runs=KEEP_RUNS,
        ),
        clock=lambda: began + (time.time() - began) * 86400 / day_seconds,
        ages=lambda: began + (time.time() - began) * 86400 / day_seconds,
    )


async def live(folder: Path, day_seconds: float) -> list[str]:
    """Run the week, print each day; return what was wrong."""
    troubles = StandingErrors()
    for age in range(10):
        (create_run(folder, time.time() - 1000 - age) / "old.jsonl").write_text(_OLD_LINE)
    run = create_run(folder, time.time())
    panes = Panes()
    with speech_side("dropping") as service:
        supervisor = _supervisor(f"ws://127.0.0.1:{service.port}")
        journal = _journal(run, day_seconds, troubles)
        supervisor.add_sink(journal)
        supervisor.add_sink(panes)
        running = asyncio.create_task(supervisor.run())
        days = [await _day(number, run, panes, day_seconds) for number in range(1, DAYS + 1)]
        ended = [name for name in _NAMES if supervisor.snapshot(name).state in OVER]
        await supervisor.drain()
        await running
        lost = await asyncio.to_thread(journal.close)
    wrong = [f"{name} did not last" for name in ended]
    return wrong + troubles.standing + _verdict(days, lost) + _unbroken(run, panes)


async def _day(number: int, run: Path, panes: Panes, seconds: float) -> Day:
    await asyncio.sleep(seconds)
    day = _measure(number, run, panes, seconds)
    print(day, flush=True)
    return day


def _measure(number: int, run: Path, panes: Panes, day_seconds: float) -> Day:
    gc.collect()
    me = psutil.Process()
    found = [path.stat() for path in run.iterdir() if path.exists()]
    files = [one.st_size for one in found]
    due = time.time() - (KEEP_DAYS + 1) * day_seconds
    return Day(
        number,
        me.memory_info().rss,
        me.num_fds(),
        len(asyncio.all_tasks()),
        me.num_threads(),
        len(files),
        sum(files),
        sum(one.st_mtime < due for one in found),
        len(run_folders(run.parent)),
        panes.counts[SegmentCommitted],
        panes.counts[ConnectionStarted],
        panes.counts[SourceStarted],
    )


def _verdict(days: list[Day], lost: int) -> list[str]:
    early, last = days[1], days[-1]
    wrong = []
    if last.rss > early.rss * STEADY_SHARE + STEADY_BYTES:
        wrong.append(f"memory grew from {early.rss / 1e6:.1f} to {last.rss / 1e6:.1f} MB")
    # A day may end in the moment in which all sources are being opened again.
    if last.descriptors > max(day.descriptors for day in days[:3]) + SESSIONS:
        wrong.append("descriptors grew")
    if last.tasks > max(day.tasks for day in days[:3]) + 4 * SESSIONS:
        wrong.append("tasks grew")
    if any(day.overdue for day in days) or last.old_runs > KEEP_RUNS:
        wrong.append("retention did not hold the files")
    if last.files <= 2 * SESSIONS:
        wrong.append("nothing was set aside")
    if lost:
        wrong.append(f"{lost} lines lost")
    return wrong


def _unbroken(run: Path, panes: Panes) -> list[str]:
    """Return what is wrong: of each session the newest lines must be kept, none missing."""
    wrong = []
    for name in _NAMES:
        lines = [line for path in sorted(run.glob(f"{name}.*jsonl")) for line in _lines(path)]
        numbers = [item["number"] for item in lines if item["type"] == "segment"]
        if not numbers or numbers != list(range(numbers[0], numbers[-1] + 1)):
            wrong.append(f"{name}: segments missing in the log")
        newest = panes.transcripts[name]
        shown = [newest.line(number) for number in range(newest.first, newest.end)]
        if numbers[-1:] != [item.number for item in shown if hasattr(item, "number")][-1:]:
            wrong.append(f"{name}: the newest line is missing in the log")
    return wrong


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def report(folder: Path, day_seconds: float) -> bool:
    """Run the week and print the verdict; return whether it held."""
    print(f"a week of {DAYS * day_seconds:.0f} s, {SESSIONS} sessions:")
    wrong = asyncio.run(live(folder, day_seconds))
    print(f"  FAILED: {'; '.join(wrong)}" if wrong else "  passed", flush=True)
    return not wrong
