"""The journal on disk: written as it happens, synced, private, and whole whatever the disk does."""

import errno
import itertools
import json
import os
import shutil
import stat
import threading
import time
from pathlib import Path

import pytest

from scribe_tui.errors import UsageError
from scribe_tui.events import (
    CommittedSegment,
    Event,
    PartialChanged,
    SegmentCommitted,
    SessionOpened,
)
from scribe_tui.journal.run_folder import check_log_folder, create_run
from scribe_tui.journal.writer import JournalWriter
from tests.support.waiting import PATIENCE, wait_until

RETRY = 0.05


def opened(session: str = "news") -> Event:
    return SessionOpened(
        name="news",
        session=session,
        at=time.time(),
        source="mic",
        audio_format="pcm_16000",
        commit="vad",
    )


def said(number: int, session: str = "news", text: str = "") -> Event:
    now = time.time()
    segment = CommittedSegment(number, text or f"line {number}", now, number, number + 1.0)
    return SegmentCommitted(session=session, at=now, segment=segment)


def numbers(path: Path) -> list[int]:
    """The numbers of the segments in a journal; every line must be whole."""
    content = path.read_bytes()
    assert content.endswith(b"\n")
    records = [json.loads(line) for line in content.splitlines()]
    return [record["number"] for record in records if record["type"] == "segment"]


def is_whole(path: Path) -> bool:
    """Whether a file is there and its last line is ended."""
    return path.exists() and path.read_bytes().endswith(b"\n")


class Reports:
    """What a journal told of its troubles, in order."""

    def __init__(self):
        self.told = []

    def journal(self, run: Path, **options) -> JournalWriter:
        return JournalWriter(
            run,
            on_error=lambda error: self.told.append(error.title),
            on_recovered=lambda: self.told.append("well"),
            retry_seconds=RETRY,
            **options,
        )


@pytest.fixture
def reports():
    return Reports()


@pytest.fixture
def run(tmp_path):
    return create_run(tmp_path / "logs", time.time())


class FullDisk:
    """Stands before `os.write`: once `room` bytes are written the disk is full."""

    def __init__(self, monkeypatch, room: int, number: int = errno.ENOSPC):
        self.room = room
        self._number = number
        self._write = os.write
        monkeypatch.setattr(os, "write", self.write)

    def write(self, descriptor: int, data: bytes) -> int:
        if self.room <= 0:
            raise OSError(self._number, os.strerror(self._number))
        written = self._write(descriptor, data[: self.room])
        self.room -= written
        return written


def test_a_run_is_a_new_private_folder_named_after_its_start(tmp_path):
    start = time.mktime((2026, 11, 23, 16, 35, 0, 0, 0, -1))
    first = create_run(tmp_path / "a" / "b", start)
    second = create_run(tmp_path / "a" / "b", start)
    assert (first.name, second.name) == ("2026-11-23T16-35-00", "2026-11-23T16-35-00-2")
    assert stat.S_IMODE(first.stat().st_mode) == 0o700


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path):
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to("loop")
    for refused in (
        lambda: create_run(tmp_path / "file" / "x", 0.0),
        lambda: check_log_folder(Path("/proc/x")),
        lambda: check_log_folder(tmp_path / "file"),
        lambda: check_log_folder(tmp_path / "loop"),
    ):
        with pytest.raises(UsageError, match="cannot be written") as caught:
            refused()
        assert "--log-dir" in caught.value.remedy


def test_events_are_on_disk_as_they_happen_and_for_the_user_alone(run, reports):
    journal = reports.journal(run)
    journal.receive(opened())
    journal.receive(PartialChanged(session="news", at=1.0, text="li"))
    journal.receive(said(1))
    file = run / "news.jsonl"
    wait_until(lambda: file.exists() and file.read_bytes().count(b"\n") == 2)
    assert [json.loads(line)["type"] for line in file.read_text().splitlines()] == [
        "session_start",
        "segment",
    ]
    wait_until(lambda: (run / "news.txt").read_text().endswith(" line 1\n"))
    assert {stat.S_IMODE(path.stat().st_mode) for path in run.iterdir()} == {0o600}
    assert journal.close() == 0
    assert reports.told == []


def test_sessions_have_files_of_their_own(run, reports):
    journal = reports.journal(run)
    for session in ("a/b", "a:b", "A_B"):
        journal.receive(said(1, session))
    assert journal.close() == 0
    assert sorted(path.name for path in run.glob("*.jsonl")) == [
        "A_B-3.jsonl",
        "a_b-2.jsonl",
        "a_b.jsonl",
    ]


def test_a_file_that_is_there_already_is_never_touched(run, reports):
    (run / "news.jsonl").write_text("precious")
    journal = reports.journal(run)
    journal.receive(said(1))
    wait_until(lambda: reports.told == ["log not saved"])
    assert journal.close(0.1) == 1
    assert (run / "news.jsonl").read_text() == "precious"


def test_a_commit_is_synced_within_a_second(run, reports, monkeypatch):
    synced = threading.Event()
    fsync = os.fsync

    def watched(descriptor: int) -> None:
        fsync(descriptor)
        if os.fstat(descriptor).st_size and stat.S_ISREG(os.fstat(descriptor).st_mode):
            synced.set()

    monkeypatch.setattr(os, "fsync", watched)
    journal = reports.journal(run)
    journal.receive(said(1))
    assert synced.wait(1.0)
    journal.close()


def test_a_full_disk_is_told_and_every_line_is_written_in_order_when_there_is_room(
    run, reports, monkeypatch
):
    disk = FullDisk(monkeypatch, room=250)
    journal = reports.journal(run)
    for number in range(1, 30):
        journal.receive(said(number))
    wait_until(lambda: reports.told == ["log not saved"])
    assert not (run / "news.jsonl").read_bytes().endswith(b"\n"), "a line is half written"
    for number in range(30, 60):
        journal.receive(said(number))
    disk.room = 10**9
    wait_until(lambda: reports.told == ["log not saved", "well"])
    assert journal.close() == 0
    assert numbers(run / "news.jsonl") == list(range(1, 60))
    assert (run / "news.txt").read_text().count("\n") == 60, "the day and 59 texts"


@pytest.mark.parametrize(
    ("number", "told"),
    [
        (errno.ENOSPC, "cannot be written: No space left on device. Make room on that disk."),
        (errno.EDQUOT, "cannot be written: Disk quota exceeded. Make room within your quota."),
        (errno.EROFS, "cannot be written: Read-only file system. That disk has become read-only."),
        (errno.EIO, "cannot be written: Input/output error. Lines wait in memory"),
    ],
    ids=["full", "quota", "read-only", "broken"],
)
def test_each_refusal_has_its_own_words_and_costs_no_line(run, monkeypatch, number, told):
    disk = FullDisk(monkeypatch, room=0, number=number)
    heard = []
    journal = JournalWriter(
        run,
        on_error=lambda error: heard.append(error.sentence),
        on_recovered=lambda: heard.append("well"),
        retry_seconds=RETRY,
    )
    journal.receive(said(1))
    wait_until(lambda: heard)
    assert told in heard[0]
    assert heard[0].endswith("Lines wait in memory and are written when it can be again.")
    disk.room = 10**9
    wait_until(lambda: heard[-1] == "well")
    assert journal.close() == 0
    assert numbers(run / "news.jsonl") == [1]


def test_one_file_in_trouble_does_not_keep_the_others_back(run, reports):
    (run / "ill.jsonl").mkdir()
    journal = reports.journal(run)
    journal.receive(said(1, "ill"))
    journal.receive(said(1, "well"))
    wait_until((run / "well.jsonl").exists)
    wait_until(lambda: (run / "well.jsonl").read_bytes() != b"")
    journal.close(0.1)
    assert numbers(run / "well.jsonl") == [1]


def test_beyond_the_bound_new_lines_are_counted_and_the_count_is_written(run, reports, monkeypatch):
    disk = FullDisk(monkeypatch, room=0)
    journal = reports.journal(run, held_bytes=3000)
    sent = itertools.count(1)

    def losing():
        journal.receive(said(next(sent)))
        return reports.told == ["log not saved", "log lines lost"]

    wait_until(losing)
    disk.room = 10**9
    wait_until(lambda: "well" in reports.told)
    wait_until(lambda: b"lines_lost" in (run / "news.jsonl").read_bytes())
    last = next(sent)
    journal.receive(said(last))
    assert journal.close() == 0
    lines = [json.loads(line) for line in (run / "news.jsonl").read_text().splitlines()]
    heard = 0
    for line in lines:
        if line["type"] == "lines_lost":
            heard += line["lines"]
        else:
            heard += 1
            assert line["number"] == heard, "the count stands where the lines would have been"
    assert heard == last
    assert "lines of this log were lost]" in (run / "news.txt").read_text()


def test_a_lost_folder_is_told_at_rest_and_made_again(run, reports):
    journal = reports.journal(run)
    journal.receive(said(1))
    wait_until(lambda: is_whole(run / "news.txt"))  # the second of its files
    shutil.rmtree(run)
    wait_until(lambda: reports.told == ["log not saved", "well"])
    journal.receive(said(2))
    assert journal.close() == 0
    assert numbers(run / "news.jsonl") == [2]


def test_lines_wait_while_the_whole_log_folder_is_away_and_a_torn_one_is_written_anew(
    run, reports, tmp_path, monkeypatch
):
    disk = FullDisk(monkeypatch, room=200)
    journal = reports.journal(run)
    journal.receive(said(1))
    journal.receive(said(2))
    wait_until(lambda: reports.told == ["log not saved"])
    run.parent.rename(tmp_path / "elsewhere")
    disk.room = 10**9
    journal.receive(said(3))
    looked = threading.Event()
    looked.wait(RETRY * 4)
    assert not run.parent.exists(), "a folder in place of an unmounted disk would hide the lines"
    (tmp_path / "elsewhere").rename(run.parent)
    wait_until(lambda: reports.told == ["log not saved", "well"])
    assert journal.close() == 0
    assert numbers(run / "news.jsonl") == [1, 2, 3]


def test_closing_is_bounded_and_says_how_many_lines_it_could_not_save(run, reports, monkeypatch):
    FullDisk(monkeypatch, room=0)
    journal = reports.journal(run)
    for number in range(1, 6):
        journal.receive(said(number))
    begun = time.monotonic()
    assert journal.close(0.3) == 5
    assert time.monotonic() - begun < PATIENCE, "it would wait for ever"


def test_a_fault_of_the_writer_itself_is_told(run, reports, monkeypatch):
    def broken(event: Event) -> bytes:
        raise KeyError(event.session)

    monkeypatch.setattr("scribe_tui.journal.parts.to_record", broken)
    journal = reports.journal(run)
    journal.receive(said(1))
    wait_until(lambda: reports.told == ["log broken"])
    journal.receive(said(2))
    assert journal.close(0.1) >= 1
