"""runs, show, export, search and verify as their users run them."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import warnings
from contextlib import contextmanager
from pathlib import Path

import pytest

from scribe_tui import cli
from scribe_tui.archive.clip import working_folder
from scribe_tui.errors import UsageError
from scribe_tui.event_records import to_line
from scribe_tui.events import CommittedSegment, SegmentCommitted, SessionRenamed, TitleChanged
from scribe_tui.journal.reading import Problems, follow, journals, journals_of, read, summary
from scribe_tui.journal.retention import JournalPolicy, tidy
from scribe_tui.journal.retention.locks import RunLock
from scribe_tui.journal.search import catch_up
from scribe_tui.journal.writer import JournalWriter
from scribe_tui.replay.recording import Recording
from tests.support.commands import run_each
from tests.support.journals import START, closed, missed, opened, said, write
from tests.support.requirements import need
from tests.support.waiting import wait_until

ROOT = Path(__file__).parents[3]
RUN = "2026-11-24T12-00-00"


@pytest.fixture
def logs(tmp_path, monkeypatch):
    """A log folder with one run of two sources."""
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("SCRIBE_LOG_DIR", str(tmp_path / "logs"))
    monkeypatch.setenv("TZ", "UTC")
    run = tmp_path / "logs" / RUN
    events = [said(1, "the bridge is closed"), said(2, "call 555"), missed(40, 54.2), closed()]
    write(run, [opened(), *events])
    write(run, [opened("talk"), said(3, "a bridge too far", "talk"), closed("talk")])
    return tmp_path / "logs"


def command(*words):
    return [sys.executable, "-m", "scribe_tui", *words]


@pytest.fixture
def both(logs, capfd):
    """Runs a command within this process: what it prints, and its complaints. It ends with the
    exit code `code`, and never with a traceback.
    """

    def called(*words, code=0):
        capfd.readouterr()
        with pytest.raises(SystemExit) as left:
            cli.main(words)
        out, err = capfd.readouterr()
        assert "Traceback" not in err
        assert left.value.code == code, err
        return out, err

    return called


@pytest.fixture
def run(both):
    """As `both`: what it prints, or its complaint where it was used wrongly."""
    return lambda *words, code=0: both(*words, code=code)[0 if code in (0, 1) else 1]


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


@pytest.mark.long
def test_an_expression_that_would_take_for_ever_is_broken_off(logs):
    write(logs / RUN, [said(9, "a" * 60, at=90)])
    begun = time.monotonic()
    done = subprocess.run(
        command("search", "(a+)+$x", "--regex"),
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert "broken off" in done.stderr
    assert "Traceback" not in done.stderr
    assert time.monotonic() - begun < 45


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


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("show", "nope"), "There is no run called nope"),
        (("show", "last", "sport"), "no source called sport"),
        (("show", "last", "--from", "25:99"), "is no time"),
        (("export", "last", "--format", "doc"), "txt, srt"),
        (("export", "last", "--format", "srt", "--output", "-"), "Name one of them"),
        (("search", "(", "--regex"), "no regular expression"),
        (("search", " "), "nothing to search"),
        (("search", "x", "--since", "soon"), "is no time"),
        (("verify", "nope"), "no run called"),
    ],
)
def test_what_is_wrong_is_a_sentence_and_exit_code_2(logs, words, told, run):
    assert told in run(*words, code=2)


def test_a_folder_without_runs_is_said(logs, tmp_path, run):
    empty = ("--log-dir", str(tmp_path / "none"))
    assert run("runs", *empty) == ""
    assert "There is no run" in run("show", "last", *empty, code=2)
    assert run("search", "x", *empty, code=1) == ""


@pytest.mark.long
def test_a_reader_that_has_seen_enough_is_no_fault(logs):
    write(logs / RUN, (said(number, f"line {number}") for number in range(10, 20_000)))
    done = subprocess.run(
        f"{' '.join(command('show', 'last'))} | head -1",
        shell=True, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    assert done.stderr == ""


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
    tidy(folder, policy, START)
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
    recording = Recording(journals_of(folder))
    recording.wind(recording.ended_at)
    assert recording.problems == told.sentences


def test_a_damaged_line_of_text_is_told_once_by_a_replay(logs):
    recording = Recording(journals_of(_damaged(logs)))
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


@pytest.mark.parametrize("query", ["%", "* * *", "(("])
def test_a_query_without_a_word_is_said_to_be_one(logs, both, query):
    assert "no word to search for" in both("search", query, code=1)[1]
    assert "no word" not in both("search", "bridge")[1]


def test_an_expression_that_python_warns_of_is_searched_without_a_word_of_it(logs, both):
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        assert both("search", "[[b]ridge", "--regex")[1] == ""
    assert warned == []


@pytest.mark.parametrize("name", ["..", "", "empty"])
def test_a_folder_without_a_journal_is_said(logs, both, name):
    (logs / "empty").mkdir()
    assert "There is no journal in" in both("show", name, code=2)[1]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("show", "last", "--from", "+30", "--to", "+10"), "--to (+10) is before --from (+30)"),
        (("show", "last", "--from", "-10s", "--to", "-1m"), "is before --from"),
        (("export", "last", "--from", "2026-11-25", "--to", "2026-11-24"), "is before --from"),
        (("clip", "last", "news", "--from", "+5", "--to", "+1"), "is before --from"),
        (("clip", "last", "news", "--before", "nan"), "'nan' is no number"),
        (("replay", "last", "--speed", "nan"), "'nan' is no number"),
        (("export", "last", "--format", "srt,txt", "--output", "-"), "takes one format"),
        (("export", "last", "news", "--format", "txt,csv", "--output", "-"), "takes one format"),
    ],
)
def test_what_cannot_be_meant_is_said(logs, run, words, told):
    assert told in run(*words, code=2)


@pytest.mark.parametrize("at", [("--from", "13:00"), ("--to", "2026-11-24"), ("--from", "+9999")])
def test_a_time_at_which_nothing_was_said_is_said(logs, both, tmp_path, at):
    for words in (("show", "last"), ("export", "last", "--output", str(tmp_path / "out"))):
        _, told = both(*words, *at)
        assert "Nothing was said at that time; the run went from 2026-11-24 12:00:00 to" in told
    assert both("show", "last", "--from", "+1")[1] == ""


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


def test_sources_of_one_name_are_told_apart_and_none_is_taken_for_the_other(logs, run):
    folder = logs / "2026-11-25T12-00-00"
    for session in ("one", "two"):
        renamed = SessionRenamed(session=session, at=START + 60, name="twin")
        write(folder, [opened(session), said(1, f"of {session}", session), renamed])
    for more in ((), ("--follow",)):
        shown = run("show", "last", "twin", *more)
        assert "twin (one): of one" in shown
        assert "twin (two): of two" in shown
    assert "called twin. Name one by its id: one, two." in run("clip", "last", "twin", code=2)
    assert "No sound" in run("clip", "last", "two", code=2)


def test_a_source_is_followed_by_the_name_it_was_given_last(logs, run):
    renamed = SessionRenamed(session="news", at=START + 60, name="Evening News")
    write(logs / RUN, [renamed])
    assert "the bridge is closed" in run("show", "last", "Evening News", "--follow")


def test_a_working_folder_that_is_gone_is_said(logs, run, tmp_path, monkeypatch):
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert "No sound" in run("clip", "last", "news", code=2)
    assert "cannot be written" in run("export", "last", "--output", "out", code=2)
    with pytest.raises(UsageError, match="working folder cannot be found"):
        working_folder()


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


def test_the_present_end_of_a_run_that_goes_on_is_now(tmp_path, monkeypatch):
    folder = write(tmp_path / RUN, [opened(), said(1, "one")])
    monkeypatch.setattr(time, "time", lambda: START + 600)
    begun, ended = summary.span_of(folder, journals_of(folder))
    assert ended - begun < 60
    lock = RunLock(folder)
    assert summary.span_of(folder, journals_of(folder)) == (begun, START + 600)
    lock.release()


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


def test_a_source_that_no_run_has_is_said_and_verify_tells_twins_apart(logs, both):
    assert (
        "No source of any run is called sport."
        in both("search", "bridge", "--source", "sport", code=1)[1]
    )
    assert "No source" not in both("search", "nothing", "--source", "news", code=1)[1]
    folder = logs / "2026-11-25T12-00-00"
    for session in ("one", "two"):
        write(folder, [opened(session), SessionRenamed(session=session, at=START, name="twin")])
    assert "twin (two): its 2 lines" in both("verify", "last", code=1)[0]


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="a signal of POSIX systems")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_command_that_is_ended_says_so_by_its_code_and_leaves_no_half_of_a_file(logs, number):
    if signal.getsignal(number) is signal.SIG_IGN:
        pytest.skip("these tests run under nohup, and so would the command")
    with followed(logs) as (_, process):
        process.send_signal(number)
        assert process.wait(60) == 128 + number
        assert process.stderr.read().strip() == ""


def test_a_copy_of_a_run_under_another_name_has_the_times_of_its_lines(logs, run, tmp_path):
    copy = tmp_path / "my run [1]"
    shutil.copytree(logs / RUN, copy)
    shown = run("show", str(copy), "--from", "12:00:25", "--to", "12:00:35").splitlines()
    assert shown == ["[2026-11-24]", "12:00:30 talk: a bridge too far"]
    assert run("show", str(copy), "--to", "12:00:05").endswith("radio.example]\n")
