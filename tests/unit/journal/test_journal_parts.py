"""Files set aside by size or day: no line lost, doubled or out of order, whatever the disk does."""

import errno
import fcntl
import itertools
import json
import os
import re
import time
from datetime import datetime
from pathlib import Path

import pytest

from scribe_tui.event_records import to_line, to_record
from scribe_tui.events import CommittedSegment, SegmentCommitted, SessionOpened
from scribe_tui.journal.file_names import file_stem
from scribe_tui.journal.retention import JournalPolicy, delete_old_runs, mend_last_runs, run_folders
from scribe_tui.journal.run_files import note
from scribe_tui.journal.run_folder import create_run
from scribe_tui.journal.writer import JournalWriter
from tests.support.waiting import wait_until

NOW = datetime(2026, 11, 23, 12, 0).timestamp()
DAY = 86400.0


def opened(session="news", at=NOW):
    return SessionOpened(
        name="news",
        session=session,
        at=at,
        source="radio.example",
        audio_format="pcm_16000",
        commit="vad",
        language="en",
    )


def said(number, session="news", at=NOW):
    segment = CommittedSegment(number, f"line {number}", at, number, number + 1.0)
    return SegmentCommitted(session=session, at=at, segment=segment)


class Book:
    """A journal with small parts, a clock that is set by hand, and what it told."""

    def __init__(self, run, **policy):
        self.run, self.told, self.now = run, [], NOW
        self.journal = JournalWriter(
            run,
            on_error=lambda error: self.told.append(error.title),
            on_recovered=lambda: self.told.append("well"),
            policy=JournalPolicy(**policy),
            retry_seconds=0.03,
            clock=lambda: self.now,
            ages=lambda: self.now,
        )

    def say(self, numbers, session="news"):
        for number in numbers:
            self.journal.receive(said(number, session))

    def records(self, stem="news"):
        """All records, in the order `cat STEM.*jsonl` has them; every line is whole.

        A file may have been made and not been written to yet.
        """
        contents = [path.read_bytes() for path in sorted(self.run.glob(f"{stem}.*jsonl"))]
        assert all(content.endswith(b"\n") for content in contents if content)
        return [json.loads(line) for content in contents for line in content.splitlines()]

    def numbers(self, stem="news"):
        return [item["number"] for item in self.records(stem) if item["type"] == "segment"]


@pytest.fixture
def book(tmp_path):
    """Makes the book of a new run; closed with the test."""
    made = []

    def make(**policy):
        made.append(Book(create_run(tmp_path / "logs", time.time()), **policy))
        return made[-1]

    yield make
    for each in made:
        each.journal.close(0.1)


def names(run):
    return sorted(path.name for path in run.iterdir())


def test_files_are_set_aside_by_size_and_the_name_itself_has_the_newest_lines(book):
    log = book(rotate_bytes=500)
    log.journal.receive(opened())
    log.say(range(1, 9))
    assert log.journal.close() == 0
    assert log.numbers() == list(range(1, 9))
    parts = sorted(path.name for path in log.run.glob("news.*jsonl"))
    assert parts[:2] == ["news.0001.jsonl", "news.0002.jsonl"]
    assert parts[-1] == "news.jsonl"
    assert '"line 8"' in (log.run / "news.jsonl").read_text()
    texts = [path.read_text() for path in sorted(log.run.glob("news.*txt"))]
    assert len(texts) == len(parts)
    assert re.findall(r"line (\d)", "".join(texts)) == list("12345678")


def test_each_later_file_says_by_itself_what_it_is_about(book):
    log = book(rotate_bytes=500)
    log.journal.receive(opened(at=NOW - 60))
    log.say(range(1, 9))
    log.journal.close()
    first = json.loads((log.run / "news.0002.jsonl").read_text().splitlines()[0])
    assert (first["type"], first["part"], first["session"]) == ("continued", 2, "news")
    assert (first["source"], first["language"]) == ("radio.example", "en")
    assert datetime.fromisoformat(first["opened_at"]).timestamp() == NOW - 60
    line = (log.run / "news.0002.txt").read_text().splitlines()[0]
    assert line == "[12:00:00 2026-11-23 news: radio.example, continued]"


def test_files_are_set_aside_when_the_day_changes(book):
    log = book(rotate_daily=True)
    log.say([1, 2])
    file = log.run / "news.jsonl"
    # It is looked at while it is written: its last line may not be whole yet.
    wait_until(lambda: file.exists() and file.read_bytes().count(b"\n") == 2)
    log.now += DAY
    log.say([3])
    log.journal.close()
    assert names(log.run) == ["news.0001.jsonl", "news.0001.txt", "news.jsonl", "news.txt"]
    assert log.numbers() == [1, 2, 3]


def test_a_session_cannot_be_called_like_a_part(book):
    assert file_stem("news.0001") == "news_0001"
    assert file_stem("10.0.0.1") == "10.0.0.1"
    log = book(rotate_bytes=300)
    log.say(range(1, 5), "news.0001")
    log.say(range(1, 5), "news")
    assert log.journal.close() == 0
    assert log.numbers("news_0001") == log.numbers("news") == [1, 2, 3, 4]


def test_on_a_full_disk_nothing_is_set_aside_empty_lost_or_out_of_order(book, monkeypatch):
    disk = {"room": 700}
    write = os.write

    def limited(descriptor, data):
        if disk["room"] <= 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        written = write(descriptor, data[: disk["room"]])
        disk["room"] -= written
        return written

    monkeypatch.setattr(os, "write", limited)
    log = book(rotate_bytes=400)
    for number in range(1, 40):
        log.say([number])
        if number % 5 == 0:
            disk["room"] += 150
    wait_until(lambda: "log not saved" in log.told)
    tries = itertools.count()
    wait_until(lambda: next(tries) > 30)
    sizes = [path.stat().st_size for path in log.run.glob("news.0*")]
    assert sizes and all(sizes)
    disk["room"] = 10**9
    wait_until(lambda: log.told[-1] == "well")
    assert log.journal.close() == 0
    assert log.numbers() == list(range(1, 40))


@pytest.mark.parametrize("failing", ["rename", "open"])
def test_a_disk_that_refuses_a_new_file_costs_no_line(book, monkeypatch, failing):
    refuse = True
    rename, open_file = Path.rename, os.open

    def refused(*_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def new_file(path, flags, mode=0o777):
        fresh = flags & os.O_EXCL and Path(path).name == "news.jsonl"
        return refused() if fresh and refuse else open_file(path, flags, mode)

    log = book(rotate_bytes=300)
    log.say([1])
    wait_until(lambda: (log.run / "news.jsonl").exists() and log.numbers() == [1])
    if failing == "rename":
        monkeypatch.setattr(Path, "rename", lambda *given: refused() if refuse else rename(*given))
    else:
        monkeypatch.setattr(os, "open", new_file)
    log.say(range(2, 12))
    wait_until(lambda: log.told == ["log not saved"])
    refuse = False
    wait_until(lambda: log.told[-1] == "well")
    assert log.journal.close() == 0
    assert log.numbers() == list(range(1, 12))
    assert all(path.stat().st_size for path in log.run.iterdir())


def test_a_file_in_the_place_of_a_part_is_not_overwritten(book):
    log = book(rotate_bytes=300)
    (log.run / "news.0001.jsonl").write_text('{"type": "precious"}\n')
    log.say(range(1, 7))
    assert log.journal.close() == 0
    assert (log.run / "news.0001.jsonl").read_text() == '{"type": "precious"}\n'
    assert log.numbers() == list(range(1, 7))


LIVE = ("a.jsonl", "a.txt", "a.0001.jsonl", "a.0001.txt", "a.0002.jsonl", "a.0002.txt")


def old_run(logs, name, age_seconds=0.0, files=("news.jsonl", "news.txt")):
    run = logs / name
    run.mkdir(parents=True)
    for file in files:
        opening = to_line(to_record(opened(file.partition(".")[0], NOW - age_seconds)))
        (run / file).write_bytes(opening if file.endswith(".jsonl") else b"[08:00:00 mic]\n")
        os.utime(run / file, (NOW - age_seconds, NOW - age_seconds))
    return run


@pytest.fixture
def logs(tmp_path):
    folder = tmp_path / "logs"
    for day in range(10, 20):
        old_run(folder, f"2026-11-{day}T08-00-00", age_seconds=(23 - day) * DAY)
    return folder


@pytest.fixture
def live(logs):
    return old_run(logs, "2026-11-23T08-00-00", files=LIVE)


def test_only_the_newest_runs_are_kept(logs, live):
    delete_old_runs(live, JournalPolicy(keep_runs=3), NOW)
    assert [run.name[8:10] for run in run_folders(logs)] == ["23", "19", "18"]


def test_only_runs_of_the_last_days_are_kept(logs, live):
    delete_old_runs(live, JournalPolicy(keep_days=6.5), NOW)
    assert [run.name[8:10] for run in run_folders(logs)] == ["23", "19", "18", "17"]


def test_the_live_run_loses_old_parts_and_never_its_present_files(live):
    for path in live.iterdir():
        os.utime(path, (NOW - 9 * DAY, NOW - 9 * DAY))
    os.utime(live / "a.0002.jsonl", (NOW, NOW))
    delete_old_runs(live, JournalPolicy(keep_days=5, keep_runs=1), NOW)
    assert names(live) == ["a.0002.jsonl", "a.0002.txt", "a.jsonl", "a.txt"]


def test_what_is_not_ours_or_in_use_stays(logs, live, tmp_path):
    (logs / "2026-11-10T08-00-00" / "notes.md").touch()
    (logs / "2026-11-11T08-00-00" / "more").mkdir()
    (logs / "holiday").mkdir()
    (tmp_path / "elsewhere.jsonl").touch()
    (logs / "2026-11-12T08-00-00" / "x.jsonl").symlink_to(tmp_path / "elsewhere.jsonl")
    (logs / "2026-11-20T08-00-00").symlink_to(logs / "2026-11-13T08-00-00")
    (logs / "2026-11-21T08-00-00").mkdir()
    with (logs / "2026-11-14T08-00-00" / "news.jsonl").open("a") as used:
        fcntl.flock(used, fcntl.LOCK_SH)
        delete_old_runs(live, JournalPolicy(keep_runs=1, keep_days=0.01), NOW)
    left = {path.name.removesuffix("T08-00-00") for path in logs.iterdir()}
    days = {f"2026-11-{day}" for day in (10, 11, 12, 14, 20, 21, 23)}
    assert left == days | {"holiday"}
    assert (tmp_path / "elsewhere.jsonl").exists()


def test_a_run_that_is_being_written_is_in_use_for_other_processes(book, tmp_path):
    log = book()
    log.say([1])
    wait_until((log.run / "news.jsonl").exists)
    wait_until(lambda: log.numbers() == [1])
    other = create_run(tmp_path / "logs", time.time())
    delete_old_runs(other, JournalPolicy(keep_runs=1, keep_days=0.01), NOW + 100 * DAY)
    assert log.run.exists()
    log.journal.close()
    delete_old_runs(other, JournalPolicy(keep_days=0.01), NOW + 100 * DAY)
    assert not log.run.exists()


def test_without_a_bound_nothing_is_ever_deleted(logs, live):
    before = run_folders(logs)
    delete_old_runs(live, JournalPolicy(), NOW + 1000 * DAY)
    assert run_folders(logs) == before


def test_what_cannot_be_deleted_is_told_to_the_diagnostics(logs, live, monkeypatch, caplog):
    def refused(path):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(Path, "unlink", refused)
    delete_old_runs(live, JournalPolicy(keep_runs=10), NOW)
    assert "could not be deleted: Permission denied" in caplog.text
    assert len(run_folders(logs)) == 11


def test_a_start_mends_what_a_crash_tore_in_earlier_runs(logs, live):
    torn = logs / "2026-11-19T08-00-00"
    whole = (torn / "news.jsonl").read_text()
    for path in (torn / "news.jsonl", live / "a.jsonl"):
        path.write_text(path.read_text() + '{"type": "segm')
    mine = {torn / "news.txt": "08:00:00 corrected by ha", torn / "notes.txt": "call back"}
    for path, text in mine.items():
        path.write_text(text)
    mend_last_runs(live)
    assert (torn / "news.jsonl").read_text() == whole
    assert (live / "a.jsonl").read_text().endswith('{"type": "segm'), "it is in use"
    assert {path: path.read_text() for path in mine} == mine


def test_what_a_person_wrote_into_a_run_keeps_it(logs, live):
    """Notes, selections, corrected texts: not ours, whatever they are called."""
    run = {day: logs / f"2026-11-{day}T08-00-00" for day in range(10, 20)}
    segment = to_line(to_record(said(1, at=NOW - 12 * DAY)))
    for day in (12, 13, 14, 15):
        with (run[day] / "news.jsonl").open("ab") as file:
            file.write(segment)
    (run[10] / "notes.txt").write_text("call back")
    (run[11] / "hits.jsonl").write_bytes(segment)
    (run[12] / "news.txt").write_text("[08:00:00 mic]\n08:00:01 line one\n")
    (run[13] / "news.txt").write_text("[08:00:00 mic]\n08:00:01 line 1\n08:00:02 and more\n")
    (run[14] / "news.txt").write_text("[08:00:00 mic]\n08:00:01 line 1\n")
    (run[15] / "news.txt").write_text("[08:00:00 mic]\n08:00:01 lin")
    delete_old_runs(live, JournalPolicy(keep_runs=1), NOW)
    days = [path.name[8:10] for path in reversed(run_folders(logs))]
    assert days == [
        "10",
        "11",
        "12",
        "13",
        "23",
    ]


def test_files_written_beside_the_journals_go_with_them_unless_somebody_changed_them(logs, live):
    for day in (10, 11, 12):
        (logs / f"2026-11-{day}T08-00-00" / "news.srt").write_text("1")
    note(logs / "2026-11-10T08-00-00" / "news.srt")
    note(logs / "2026-11-11T08-00-00" / "news.srt")
    os.utime(logs / "2026-11-11T08-00-00" / "news.srt", (NOW, NOW))
    delete_old_runs(live, JournalPolicy(keep_runs=1), NOW)
    days = [path.name[8:10] for path in reversed(run_folders(logs))]
    assert days == ["11", "12", "23"]


def test_runs_are_ordered_by_instant_whatever_time_zone_they_were_started_in(tmp_path):
    """By name the first is the newest; it was begun 14 hours before the other."""
    in_tokyo = old_run(tmp_path, "2026-11-23T20-00-00")
    in_hawaii = old_run(tmp_path, "2026-11-23T15-00-00")
    hawaiian = "2026-11-23T15:00:00.000-10:00"
    for run, at in ((in_tokyo, "2026-11-23T20:00:00.000+09:00"), (in_hawaii, hawaiian)):
        line = (run / "news.jsonl").read_text()
        stamp = json.loads(line)["at"]
        (run / "news.jsonl").write_text(line.replace(stamp, at))
    assert run_folders(tmp_path) == [in_hawaii, in_tokyo]
    live = old_run(tmp_path, "2026-11-24T00-00-00")
    delete_old_runs(live, JournalPolicy(keep_runs=2), NOW)
    assert not in_tokyo.exists()
    assert in_hawaii.exists()


def test_a_file_moved_away_is_followed_by_a_new_one_without_an_alarm(book):
    """As logrotate does it, or a person: no line is lost, so nothing is wrong."""
    log = book()
    log.say([1, 2])
    wait_until(lambda: (log.run / "news.jsonl").exists() and log.numbers() == [1, 2])
    (log.run / "news.jsonl").rename(log.run / "news.jsonl.1")
    log.say([3])
    assert log.journal.close() == 0
    assert log.numbers() == [3]
    assert (log.run / "news.jsonl.1").read_text().count("\n") == 2
    assert log.told == []


def test_a_text_that_an_editor_replaced_while_recording_is_continued_and_not_cut(book):
    log = book()
    log.say([1])
    wait_until(lambda: (log.run / "news.txt").exists() and (log.run / "news.txt").read_text())
    (log.run / "new").write_text("12:00:00 corrected by hand")
    (log.run / "new").rename(log.run / "news.txt")
    log.say([2])
    assert log.journal.close() == 0
    lines = (log.run / "news.txt").read_text().splitlines()
    assert lines == ["12:00:00 corrected by hand", "12:00:00 line 2"]


def test_old_parts_go_while_the_run_goes_on(book):
    log = book(rotate_bytes=400, keep_days=1)
    log.say(range(1, 8))
    wait_until((log.run / "news.0002.txt").exists)
    for path in log.run.glob("news.0001.*"):
        os.utime(path, (NOW - 2 * DAY, NOW - 2 * DAY))
    log.say(range(8, 12))
    wait_until(lambda: not list(log.run.glob("news.0001.*")))
    assert log.journal.close() == 0
    assert log.numbers()[-1] == 11
