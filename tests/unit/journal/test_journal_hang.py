"""A disk that does not come back: told within two seconds, nothing grows without bound."""

import errno
import os
import resource
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from scribe_tui.event_records import to_line, to_record
from scribe_tui.events import (
    CommittedSegment,
    Gap,
    GapRecorded,
    SegmentCommitted,
    SessionRemoved,
    Word,
)
from scribe_tui.journal import syncer
from scribe_tui.journal import writer as journal_module
from scribe_tui.journal.bounded_queue import BoundedQueue, LinesLost, estimate
from scribe_tui.journal.open_file import OpenFile
from scribe_tui.journal.writer import HANG_SECONDS, JournalWriter
from tests.support.waiting import wait_until


def said(number, words=0):
    times = tuple(Word("word", 1.234, 2.345, logprob=-0.25) for _ in range(words))
    segment = CommittedSegment(number, "word " * words, time.time(), 0.0, 1.0, times)
    return SegmentCommitted(session="news", at=time.time(), segment=segment)


HUNG_SECONDS = 40.0
"""How long a call hangs if the test does not free it: what waits for it takes as long."""


class HungDisk:
    """Stands before `os.write`: while it hangs no call comes back."""

    def __init__(self, monkeypatch):
        self.free = threading.Event()
        self.calls = 0
        self._write = os.write
        monkeypatch.setattr(os, "write", self.write)

    def write(self, descriptor, data):
        self.calls += 1
        assert self.free.wait(HUNG_SECONDS)
        return self._write(descriptor, data)


@pytest.fixture
def disk(monkeypatch):
    disk = HungDisk(monkeypatch)
    yield disk
    disk.free.set()


def test_a_hanging_write_is_told_and_over_when_it_comes_back(tmp_path, disk, monkeypatch):
    monkeypatch.setattr(journal_module, "HANG_SECONDS", 0.2)
    told = []
    journal = JournalWriter(
        tmp_path,
        on_error=lambda error: told.append((time.monotonic(), error.message)),
        on_recovered=lambda: told.append((time.monotonic(), "well")),
    )
    begun = time.monotonic()
    journal.receive(said(1))
    wait_until(lambda: told)
    when, message = told[0]
    assert 0.2 < when - begun < HUNG_SECONDS / 2
    assert "does not answer" in message
    disk.free.set()
    wait_until(lambda: told[-1][1] == "well")
    assert journal.close() == 0
    assert len(told) == 2


def test_what_waits_behind_a_hanging_write_is_bounded_and_counted(tmp_path, disk, monkeypatch):
    monkeypatch.setattr(journal_module, "HANG_SECONDS", 0.2)
    told = []
    journal = JournalWriter(
        tmp_path,
        on_error=lambda error: told.append(error.title),
        on_recovered=lambda: told.append("well"),
        held_bytes=100_000,
    )
    journal.receive(said(0))
    wait_until(lambda: disk.calls)
    begun = time.monotonic()
    for number in range(1, 5001):
        journal.receive(said(number))
    assert time.monotonic() - begun < HUNG_SECONDS / 2, "putting waits for nobody"
    wait_until(lambda: told == ["log not saved", "log lines lost"])
    disk.free.set()
    wait_until(lambda: told[-1] == "well")
    assert journal.close() == 0
    lines = (tmp_path / "news.jsonl").read_text().splitlines()
    assert len(lines) < 200
    assert '"lines": ' in lines[-1]
    assert int(lines[-1].rpartition(" ")[2].rstrip("}")) == 5001 - (len(lines) - 1)


class SlowDisk:
    """Stands before `os.fsync`: each call takes 0.4 s, as on a network disk."""

    SECONDS = 0.4

    def __init__(self, monkeypatch):
        self.calls = 0
        self._fsync = os.fsync
        monkeypatch.setattr(os, "fsync", self.fsync)

    def fsync(self, descriptor):
        self.calls += 1
        threading.Event().wait(self.SECONDS)
        self._fsync(descriptor)


PANES = [f"pane{number}" for number in range(24)]


def lines_in(run):
    return sum(path.read_bytes().count(b"\n") for path in run.glob("*.jsonl"))


def test_slow_syncs_hold_up_no_line(tmp_path, monkeypatch):
    """24 panes: one after the other their syncs take ten seconds; lines must not wait for that."""
    SlowDisk(monkeypatch)
    told = []
    journal = JournalWriter(tmp_path, on_error=told.append, on_recovered=lambda: None)
    oldest = 0.0
    for number in range(40):
        for pane in PANES:
            journal.receive(replace(said(number), session=pane))
        begun = time.monotonic()
        wait_until(lambda number=number: lines_in(tmp_path) == (number + 1) * len(PANES))
        oldest = max(oldest, time.monotonic() - begun)
    assert oldest < SlowDisk.SECONDS * len(PANES) / 4, "lines waited for the syncs of other files"
    assert told == []
    assert journal.close(0.5) == 0, "what is written is not lost, synced or not"
    assert lines_in(tmp_path) == 40 * len(PANES)


def test_a_sync_that_hangs_is_told_and_holds_up_no_line(tmp_path, monkeypatch):
    monkeypatch.setattr(journal_module, "HANG_SECONDS", 0.2)
    monkeypatch.setattr(syncer, "CALM_SECONDS", 0.1)
    free = threading.Event()
    monkeypatch.setattr(os, "fsync", lambda _: free.wait(HUNG_SECONDS))
    told = []
    journal = JournalWriter(
        tmp_path,
        on_error=lambda error: told.append(error.message),
        on_recovered=lambda: told.append("well"),
    )
    journal.receive(said(1))
    wait_until(lambda: told)
    assert "does not answer" in told[0]
    journal.receive(said(2))
    wait_until(lambda: lines_in(tmp_path) == 2)
    free.set()
    wait_until(lambda: told[-1] == "well")
    assert journal.close() == 0


def test_a_sync_that_fails_is_told_and_done_again(tmp_path, monkeypatch):
    calls = []

    def fsync(descriptor):
        calls.append(descriptor)
        if len(calls) == 1:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "fsync", fsync)
    told = []
    journal = JournalWriter(
        tmp_path,
        on_error=lambda error: told.append(error.message),
        on_recovered=lambda: told.append("well"),
        retry_seconds=0.05,
    )
    journal.receive(said(1))
    wait_until(lambda: told and told[-1] == "well")
    assert "Input/output error" in told[0]
    assert len(calls) > 1
    assert journal.close() == 0


def test_a_writer_that_falls_behind_is_told_by_the_age_of_its_oldest_line(tmp_path, monkeypatch):
    """No single call is long: each write takes a while, and there are many."""
    monkeypatch.setattr(journal_module, "BEHIND_SECONDS", 0.3)
    write = os.write
    pause = threading.Event()

    def slow(descriptor, data):
        pause.wait(0.05)
        return write(descriptor, data)

    monkeypatch.setattr(os, "write", slow)
    told = []
    journal = JournalWriter(
        tmp_path,
        on_error=lambda error: told.append(error.message),
        on_recovered=lambda: told.append("well"),
    )
    for pane in PANES:
        journal.receive(replace(said(1), session=pane))
    wait_until(lambda: told and told[-1] == "well")
    assert "is behind" in told[0]
    assert journal.close() == 0


def test_leaving_while_the_disk_hangs_is_bounded_and_says_what_is_lost(tmp_path, disk):
    journal = JournalWriter(tmp_path, on_error=lambda _: None, on_recovered=lambda: None)
    for number in range(5):
        journal.receive(said(number))
    begun = time.monotonic()
    assert journal.close(0.1) == 5
    assert time.monotonic() - begun < HUNG_SECONDS / 2


def test_the_watch_is_quicker_than_the_promise():
    assert HANG_SECONDS + journal_module._WATCH_SECONDS < 2.0


@pytest.mark.parametrize("words", [0, 1, 20, 400])
def test_the_estimate_is_above_what_a_line_takes(words):
    assert estimate(said(10**6, words)) >= len(to_line(to_record(said(10**6, words))))
    gap = GapRecorded(session="s" * 60, at=1.0, gap=Gap(1.0, 2.0, 1.0, 2.0, "the source dropped"))
    assert estimate(gap) >= len(to_line(to_record(gap)))


def test_the_count_of_what_was_lost_stands_in_its_place_once_half_is_free():
    intake = BoundedQueue(10 * estimate(said(1)))
    for number in range(1, 16):
        intake.put(said(number))
    assert intake.unsaved == 15
    assert [item.segment.number for item in intake.take(0)] == list(range(1, 11))
    intake.hold(6 * estimate(said(1)))
    intake.put(said(16))
    assert intake.take(0) == []
    intake.hold(0)
    intake.put(said(17))
    lost, after = intake.take(0)
    assert lost == LinesLost("news", 6)
    assert after.segment.number == 17


def test_a_file_may_be_synced_again_while_a_sync_of_it_goes_on(tmp_path, monkeypatch):
    SlowDisk(monkeypatch)
    jobs = syncer.Syncer()
    with (tmp_path / "x").open("wb") as file:
        shared = OpenFile(os.dup(file.fileno()))
        for _ in range(3):
            jobs.submit(syncer.SyncJob(tmp_path / "x", shared.share()))
        assert jobs.wait(HUNG_SECONDS)
    assert jobs.waiting() == 0
    assert jobs.failure is None
    shared.let_go()


def test_without_a_thread_for_it_all_is_synced_all_the_same(tmp_path, monkeypatch):
    class NoThread:
        def __init__(self, **_):
            pass

        def start(self):
            raise RuntimeError("can't start new thread")

    told, synced = [], []
    fsync = os.fsync

    def watched(file):
        fsync(file)
        synced.append(file)

    monkeypatch.setattr(os, "fsync", watched)
    monkeypatch.setattr(syncer, "Thread", NoThread)
    journal = JournalWriter(
        tmp_path, on_error=lambda error: told.append(error.title), on_recovered=lambda: None
    )
    journal.receive(said(1))
    wait_until(lambda: synced)
    before = len(synced)
    journal.receive(said(2))
    assert journal.close() == 0
    assert len(synced) > before
    assert told == []


def test_the_files_of_a_removed_session_are_closed_and_it_may_come_back(tmp_path):
    journal = JournalWriter(tmp_path, on_error=print, on_recovered=print)
    mine = [tmp_path / "news.jsonl", tmp_path / "news.txt"]

    def is_open():
        links = Path("/proc/self/fd").iterdir()
        return any(os.path.realpath(link) in map(str, mine) for link in links)

    journal.receive(said(1))
    wait_until(is_open)
    journal.receive(SessionRemoved(session="news", at=1.0))
    wait_until(lambda: not is_open())
    journal.receive(said(2))
    assert journal.close() == 0
    assert lines_in(tmp_path) == 3


def test_out_of_descriptors_is_told_in_words_and_costs_no_line(tmp_path):
    told = []
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    journal = JournalWriter(
        tmp_path,
        on_error=lambda error: told.append(error.sentence),
        on_recovered=lambda: told.append("well"),
        retry_seconds=0.05,
    )
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (0, hard))
        journal.receive(said(1))
        wait_until(lambda: told)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert "Too many open files" in told[0]
    assert "ulimit" in told[0]
    wait_until(lambda: told[-1] == "well")
    assert journal.close() == 0
    assert lines_in(tmp_path) == 1
