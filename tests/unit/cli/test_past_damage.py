"""Damaged, spoilt, unreadable and missing parts of past runs are named, and the rest is read."""

import json
import os
import shutil

import pytest

from scribe_tui.event_records import to_line
from scribe_tui.events import TitleChanged
from scribe_tui.journal.reading import Problems, follow, journals, journals_of, read
from scribe_tui.journal.retention import JournalPolicy, delete_old_runs
from scribe_tui.journal.search import catch_up
from scribe_tui.journal.writer import JournalWriter
from scribe_tui.replay.past_run import PastRun
from tests.support.commands import run_each
from tests.support.journals import START, closed, opened, said, write
from tests.support.past import RUN
from tests.support.requirements import need


def test_a_numbered_run_is_verified(logs, run):
    folder = logs / "2026-11-25T12-00-00"
    folder.mkdir()
    journal = JournalWriter(
        folder, on_error=print, on_recovered=print, policy=JournalPolicy(chained=True)
    )
    for event in [opened(), said(1, "one"), said(2, "two"), closed()]:
        journal.receive(event)
    assert journal.close() == 0
    assert "none changed, dropped or cut inside" in run("verify", "last")
    file = folder / "news.jsonl"
    file.write_text(file.read_text().replace('"text": "one"', '"text": "on"'))
    assert "NOT as it was written: line 2 is not as it was" in run("verify", "last", code=1)
    assert "not numbered" in run("verify", RUN, code=1)
    assert json.loads(run("verify", "last", "--json", code=1))["findings"]


def test_parts_that_retention_deleted_are_not_missing_and_others_are(logs, run):
    folder = logs / "2026-11-25T12-00-00"
    folder.mkdir()
    policy = JournalPolicy(chained=True, rotate_bytes=500, keep_days=1)
    journal = JournalWriter(folder, on_error=print, on_recovered=print, policy=policy)
    for event in [opened(), *(said(number, "one " * 20) for number in range(1, 9)), closed()]:
        journal.receive(event)
    assert journal.close() == 0
    parts = sorted(folder.glob("news.0*.jsonl"))
    for part in parts[:3]:
        os.utime(part, (START - 9e5, START - 9e5))
    delete_old_runs(folder, policy, START)
    assert [part.exists() for part in parts[:4]] == [False, False, False, True]
    told = run("verify", "last")
    assert "none changed, dropped or cut inside; lines 1 to" in told
    assert "before them were deleted by retention" in told
    assert json.loads(run("verify", "last", "--json"))["deleted"] > 3
    parts[3].unlink()  # by somebody else
    assert "are missing" in run("verify", "last", code=1)


@pytest.mark.parametrize("spoilt", ["first byte", "all of it", "its source"])
def test_a_source_whose_beginning_is_spoilt_is_not_passed_over(logs, run, spoilt):
    folder = logs / "2026-11-25T12-00-00"
    folder.mkdir()
    journal = JournalWriter(
        folder, on_error=print, on_recovered=print, policy=JournalPolicy(chained=True)
    )
    for session in ("news", "talk"):
        for event in [opened(session), said(1, "one", session), closed(session)]:
            journal.receive(event)
    assert journal.close() == 0
    file = folder / "news.jsonl"
    written = file.read_bytes()
    if spoilt == "first byte":
        file.write_bytes(b"X" + written[1:])
        assert "one" in run("show", "last", "news")
        assert "[" in run("search", "one", "--json", "--source", "news")
        assert "news: NOT as it was written" in run("verify", "last", code=1)
        return
    file.write_bytes(bytes(len(written)) if spoilt == "all of it" else b"")
    if spoilt == "its source":
        file.write_bytes(written.replace(b'"news"', b'"other"'))
    assert "news.jsonl: NOT a journal" in run("verify", "last", code=1)
    found = [json.loads(line) for line in run("verify", "last", "--json", code=1).splitlines()]
    assert [line["file"] for line in found if "file" in line] == ["news.jsonl"]


def _damaged(logs):
    """A run of twelve segments with lines of every damage, among them segments 4 and 9 to 11."""
    folder = write(
        logs / "2026-11-25T12-00-00",
        [opened(), *(said(number, f"line {number} end") for number in range(1, 13)), closed()],
    )
    file = folder / "news.jsonl"
    lines = file.read_bytes().splitlines(keepends=True)
    whole, _, cut = lines[4].partition(b'"words": [')
    lines[4] = whole + cut[20:]
    lines[7:7] = [b"\0" * 5000 + b"\n"]
    lines[10:13] = []
    file.write_bytes(b"".join(lines))
    return folder


def test_lines_that_cannot_be_read_are_counted_by_file_wherever_a_run_is_read(logs, tmp_path, both):
    folder = _damaged(logs)
    (folder / "talk.jsonl").write_bytes(b"\0" * 4096)
    for words in (["show", "last"], ["export", "last", "--output", str(tmp_path / "out")]):
        _, told = both(*words)
        assert told.count("Damaged lines, passed over: 2 in news.jsonl.") == 1
        assert "Segments missing, by their numbers" in told
        assert "talk.jsonl was passed over" in told
    assert (tmp_path / "out" / "news.export.txt").read_text().count(" end\n") == 8
    for _ in range(2):  # read, and from the index
        found, told = both("search", "end")
        assert found.count("end") == 8
        assert "Damaged lines, not looked at: 2 in 2026-11-25T12-00-00/news.jsonl." in told


def test_what_follows_a_line_that_is_too_long_is_read_shown_and_found(logs, run, monkeypatch):
    for module in (journals, follow, catch_up):
        monkeypatch.setattr(module, "MAX_LINE_BYTES", 100_000)
    folder = write(logs / "2026-11-25T12-00-00", [opened(), said(1, "before it")])
    with (folder / "news.jsonl").open("ab") as file:
        file.write(b"x" * 1_000_000 + b"\n")
    write(folder, [said(2, "behind it"), closed()])
    for words in (["show", "last"], ["show", "last", "--follow"], ["search", "it"]):
        assert "behind it" in run(*words)
    told = Problems()
    assert len(list(read(journals_of(folder)[0], told))) == 4
    assert told.sentences == ["Damaged lines, passed over: 1 in news.jsonl."]
    recording = PastRun(journals_of(folder))
    recording.wind(recording.ended_at)
    assert recording.problems == told.sentences


def test_a_damaged_line_of_text_is_told_once_by_a_replay(logs):
    recording = PastRun(journals_of(_damaged(logs)))
    for _ in range(3):
        recording.wind(recording.ended_at)
    assert recording.problems == ["Damaged lines, passed over: 2 in news.jsonl."]


def test_a_session_begun_anew_or_lines_lost_to_a_full_disk_are_no_missing_segments(logs):
    lost = to_line({"type": "lines_lost", "session": "news", "at": "2026-11-24T12:00:04.000+00:00",
                    "lines": 3})  # fmt: skip
    folder = write(logs / "2026-11-25T12-00-00", [opened(), said(1, "a"), said(2, "b"), closed()])
    write(folder, [opened(), said(1, "c"), said(2, "d")])
    with (folder / "news.jsonl").open("ab") as file:
        file.write(lost)
    write(folder, [said(6, "e"), closed()])
    told = Problems()
    list(read(journals_of(folder)[0], told))
    assert told.sentences == []


@pytest.mark.parametrize("name", ["..", "", "empty"])
def test_a_folder_without_a_journal_is_said(logs, both, name):
    (logs / "empty").mkdir()
    assert "There is no journal in" in both("show", name, code=2)[1]


def test_a_hit_withdrawn_at_the_end_is_no_missing_end(logs, run):
    folder = logs / "2026-11-25T12-00-00"
    folder.mkdir()
    journal = JournalWriter(
        folder, on_error=print, on_recovered=print, policy=JournalPolicy(chained=True)
    )
    title = TitleChanged(session="news", at=START + 101, title="late")
    for event in [opened(), said(1, "one"), closed(), title]:
        journal.receive(event)
    assert journal.close() == 0
    assert "end of the session is missing" not in run("verify", "last")
    file = folder / "news.jsonl"
    file.write_bytes(b"".join(file.read_bytes().splitlines(keepends=True)[:2]))
    assert "end of the session is missing" in run("verify", "last")


def closed_to_us():
    """Words to start a program with as a user for whom modes of files count: root's do not."""
    no = "-dac_override,-dac_read_search"
    return [need("setpriv"), f"--bounding-set={no}", f"--inh-caps={no}"]


def test_what_cannot_be_read_is_named_and_the_rest_is_shown(logs, tmp_path):
    shut, closed = logs / "2026-11-25T12-00-00", tmp_path / "closed"
    write(shut, [opened(), said(1, "behind")])
    (closed / "logs").mkdir(parents=True)
    journal = logs / RUN / "talk.jsonl"
    here = [["runs"], ["show", RUN], ["export", RUN, "--output", str(tmp_path / "out")]]
    there = [
        [*asked, "--log-dir", str(folder)]
        for folder in (closed, closed / "logs")
        for asked in (["runs"], ["show", "last"], ["search", "x"])
    ]
    no_folder = ["runs", "--log-dir", str(journal)]
    for path in (closed, shut, journal):
        path.chmod(0)
    try:
        listed, shown, exported, verified, *others, wrong = run_each(
            [*here, ["verify", RUN], *there, no_folder], closed_to_us()
        )
    finally:
        for path in (closed, shut, journal):
            path.chmod(0o700)
    assert RUN in listed.stdout
    assert f"{shut} cannot be read: Permission denied." in listed.stderr
    assert listed.returncode == 0
    for done in (shown, exported):
        assert "talk.jsonl was passed over: it cannot be read" in done.stderr
    assert "talk.jsonl: NOT verified: it cannot be read" in verified.stdout
    for words, done in zip(there, others, strict=True):
        assert f"{words[-1]} cannot be read" in done.stderr, words
        assert (done.returncode, done.stdout) == (2, "")
    assert "cannot be read: Not a directory" in wrong.stderr


def test_a_copy_of_a_run_under_another_name_has_the_times_of_its_lines(logs, run, tmp_path):
    copy = tmp_path / "my run [1]"
    shutil.copytree(logs / RUN, copy)
    shown = run("show", str(copy), "--from", "12:00:25", "--to", "12:00:35").splitlines()
    assert shown == ["[2026-11-24]", "12:00:30 talk: a bridge too far"]
    assert run("show", str(copy), "--to", "12:00:05").endswith("radio.example]\n")
