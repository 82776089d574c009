"""runs, show, export, search and verify as their users run them."""

import json
import signal
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from scribe_tui.event_records import to_line
from scribe_tui.events import CommittedSegment, SegmentCommitted, SessionRenamed, TitleChanged
from scribe_tui.journal.reading import journals_of, summary
from scribe_tui.journal.retention.locks import RunLock
from scribe_tui.journal.writer import JournalWriter
from tests.support.journals import START, closed, opened, said, write
from tests.support.past import RUN, command
from tests.support.waiting import wait_until


@contextmanager
def followed(logs):
    """A run that goes on, its journal, and the program that follows it."""
    folder = logs / "2026-11-25T12-00-00"
    folder.mkdir()
    journal = JournalWriter(folder, on_error=print, on_recovered=print)
    journal.receive(opened())
    wait_until((folder / "news.jsonl").exists)
    with subprocess.Popen(
        command("show", "last", "--follow"),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        try:
            assert "radio.example" in process.stdout.readline()
            yield journal, process
        finally:
            process.kill()
            journal.close()


def test_runs_are_listed(logs, run):
    header, row = run("runs").splitlines()
    assert row.split()[:7] == [RUN, "2026-11-24", "12:00", "0:01:40", "3", "1", "0"]
    assert row.endswith("news, talk")
    record = json.loads(run("runs", "--json"))
    assert record["segments"] == 3
    assert record["sources"] == ["news", "talk"]
    assert "segments" in header


def test_a_run_is_shown_whole_by_source_and_by_time(logs, run):
    assert "12:00:10 the bridge is closed" in run("show", "last", "news").splitlines()
    assert "12:00:30 talk: a bridge too far" in run("show", RUN).splitlines()
    assert run("show", "last", "--from", "12:00:25", "--to", "+35").splitlines() == [
        "[2026-11-24]",
        "12:00:30 talk: a bridge too far",
    ]
    assert "call 555" not in run("show", "last", "--from", "-75s")
    records = [json.loads(line) for line in run("show", "last", "--json").splitlines()]
    assert [item["type"] for item in records].count("segment") == 3


def test_a_run_is_followed_until_it_is_over(logs):
    with followed(logs) as (journal, process):
        journal.receive(said(1, "just now"))
        assert "just now" in process.stdout.readline()
        journal.receive(closed())
        journal.close()
        assert "ended" in process.stdout.readline()
        assert process.wait(60) == 0


def test_search_finds_and_says_where(logs, run):
    found = run("search", "bridge AND clos*", "--source", "news", "--context", "1")
    assert "> 2026-11-24 12:00:10 news +10s: the bridge is closed" in found
    assert "call 555" in found
    assert json.loads(run("search", "far", "--json"))["name"] == "talk"
    assert run("search", "far", "--since", "2026-11-25", code=1) == ""
    assert run("search", "nothing", code=1) == ""
    assert "far" in run("search", "f[a-z]r$", "--regex")


def test_exports_go_beside_the_journal_to_a_folder_or_to_stdout(logs, tmp_path, run):
    assert run("export", "last", "news", "--format", "srt").strip() == str(logs / RUN / "news.srt")
    paths = run("export", "last", "--format", "vtt,csv", "--output", str(tmp_path / "out"))
    assert len(paths.splitlines()) == 4
    assert run("export", "last", "news", "--format", "vtt", "--output", "-").startswith("WEBVTT\n")
    page = run("export", "last", "--format", "html", "--output", "-")
    assert page.startswith("<!DOCTYPE html>")
    cut = run("export", "last", "news", "--format", "txt", "--output", "-", "--from", "+15")
    assert "555" in cut
    assert "bridge" not in cut


def test_a_file_that_is_refused_keeps_no_other_from_being_written(logs, both):
    (logs / RUN / "news.srt").write_text("mine", encoding="utf-8")
    (logs / RUN / "talk.vtt").write_text("mine", encoding="utf-8")
    out, err = both("export", "last", "--format", "srt,vtt,csv", "--from", "+5", code=1)
    names = [Path(line).name for line in out.splitlines()]
    assert names == ["talk.srt", "news.vtt", "news.csv", "talk.csv"]
    refused = [line for line in err.splitlines() if "is there already" in line]
    assert ["news.srt" in refused[0], "talk.vtt" in refused[1], len(refused)] == [True, True, 2]
    assert "Nothing was said" not in err
    both("export", "last", "news", "--format", "srt", code=2)


@pytest.mark.long
def test_a_reader_that_has_seen_enough_is_no_fault(logs):
    write(logs / RUN, (said(number, f"line {number}") for number in range(10, 20_000)))
    done = subprocess.run(
        f"{' '.join(command('show', 'last'))} | head -1",
        shell=True, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert done.stderr == ""


def test_several_sources_stand_in_the_order_in_which_they_were_said(logs, run):
    folder = logs / "2026-11-25T12-00-00"
    late = SegmentCommitted(
        session="news",
        at=START + 60,
        segment=CommittedSegment(1, "long ago", START + 5, 5.0, 50.0),
    )
    write(folder, [opened(), TitleChanged(session="news", at=START + 30, title="song"), late])
    write(folder, [opened("talk"), *(said(n, f"line {n}", "talk") for n in (1, 2, 3))])
    lines = [line.partition(": ")[2] for line in run("show", "last").splitlines() if "talk:" in line
             or "news:" in line]  # fmt: skip
    told = ["title: song]", "long ago", "line 1", "line 2", "line 3"]
    assert [line for line in lines if line in told] == told
    assert run("show", "last", "--follow").count("line") == 3


def test_ctrl_c_ends_following_quietly(logs):
    with followed(logs) as (_, process):
        process.send_signal(signal.SIGINT)
        assert process.wait(60) == 130
        assert process.stderr.read().strip() == ""


def test_a_source_is_found_and_told_by_the_name_it_was_given_last(logs, run):
    renamed = SessionRenamed(session="news", at=START + 60, name="Evening\x1b[2J News")
    write(logs / RUN, [renamed, said(7, "much later")])
    assert "Evening News" in run("runs")
    assert "much later" in run("show", RUN, "Evening News")
    assert "much later" in run("show", RUN, "news"), "its id finds it, too"
    exported = json.loads(run("export", RUN, "Evening News", "--format", "json", "--output", "-"))
    assert (exported["session"], exported["name"]) == ("news", "Evening News")


def test_several_sources_on_stdout_are_one_table_and_one_list(logs, run):
    table = run("export", "last", "--format", "csv", "--output", "-").splitlines()
    assert [line.startswith("session,") for line in table] == [True, *([False] * 4)]
    both = json.loads(run("export", "last", "--format", "json", "--output", "-"))
    assert [one["name"] for one in both] == ["news", "talk"]
    assert json.loads(run("export", "last", "talk", "--format", "json", "--output", "-"))["name"]


def test_what_a_journal_calls_a_source_acts_on_no_terminal(logs, run):
    folder = logs / "2026-11-25T12-00-00"
    name = "z\x1b[2J\x9b2J\n12:00:00 talk: forged"
    head = {"type": "odd", "v": 2, "session": "z", "at": "2026-11-25T12:00:00.000+00:00"}
    write(folder, [said(1, "zebra", "z")])
    file = folder / "z.jsonl"
    file.write_bytes(to_line({**head, "name": name}) + file.read_bytes())
    for words in (["runs"], ["show", "last"], ["search", "zebra"], ["search", "zebra", "--json"]):
        told = run(*words)
        assert "forged" in told
        assert not set("\x1b\x9b") & set(told)
        assert "\n12:00:00 talk" not in told
    for words in (["reread", "last", "z", "--yes"], ["show", "last", "nobody"]):
        assert "\x1b" not in run(*words, code=2)


def test_a_source_is_followed_by_the_name_it_was_given_last(logs, run):
    renamed = SessionRenamed(session="news", at=START + 60, name="Evening News")
    write(logs / RUN, [renamed])
    assert "the bridge is closed" in run("show", "last", "Evening News", "--follow")


def test_the_present_end_of_a_run_that_goes_on_is_now(tmp_path, monkeypatch):
    folder = write(tmp_path / RUN, [opened(), said(1, "one")])
    monkeypatch.setattr(time, "time", lambda: START + 600)
    begun, ended = summary.span_of(folder, journals_of(folder))
    assert ended - begun < 60
    lock = RunLock(folder)
    assert summary.span_of(folder, journals_of(folder)) == (begun, START + 600)
    lock.release()


@pytest.mark.some(1)
@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="a signal of POSIX systems")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_command_that_is_ended_says_so_by_its_code_and_leaves_no_half_of_a_file(logs, number):
    if signal.getsignal(number) is signal.SIG_IGN:
        pytest.skip("these tests run under nohup, and so would the command")
    with followed(logs) as (_, process):
        process.send_signal(number)
        assert process.wait(60) == 128 + number
        assert process.stderr.read().strip() == ""
