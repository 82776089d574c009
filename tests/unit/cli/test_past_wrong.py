"""What cannot be meant or found in past runs is one sentence and an exit code."""

import subprocess
import time
import warnings

import pytest

from scribe_tui.archive.clip import working_folder
from scribe_tui.errors import UsageError
from scribe_tui.events import SessionRenamed
from tests.support.journals import START, opened, said, write
from tests.support.past import RUN, command


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


@pytest.mark.parametrize("query", ["%", "* * *", "(("])
def test_a_query_without_a_word_is_said_to_be_one(logs, both, query):
    assert "no word to search for" in both("search", query, code=1)[1]
    assert "no word" not in both("search", "bridge")[1]


def test_an_expression_that_python_warns_of_is_searched_without_a_word_of_it(logs, both):
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        assert both("search", "[[b]ridge", "--regex")[1] == ""
    assert warned == []


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


def test_a_working_folder_that_is_gone_is_said(logs, run, tmp_path, monkeypatch):
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert "No sound" in run("clip", "last", "news", code=2)
    assert "cannot be written" in run("export", "last", "--output", "out", code=2)
    with pytest.raises(UsageError, match="working folder cannot be found"):
        working_folder()


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
