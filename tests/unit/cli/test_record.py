"""`record` as its users run it: NDJSON on stdout, a journal on disk, and no Textual anywhere."""

import json
import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest

from tests.support import program
from tests.support.background import InBackground
from tests.support.endpoint import KEY, StrictEndpoint
from tests.support.numbered import numbered_pcm, words_in
from tests.support.requirements import IN_CI
from tests.support.script import Script
from tests.support.waiting import wait_until

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def service():
    with InBackground(StrictEndpoint()) as service:
        yield service


@pytest.fixture
def clip(tmp_path):
    path = tmp_path / "clip.pcm"
    path.write_bytes(b"".join(numbered_pcm(3)))
    return path


@pytest.fixture
def without_textual(home):
    (home / "sitecustomize.py").write_text("import sys\nsys.modules['textual'] = None\n")


@pytest.fixture
def start(service, tmp_path, home, request):
    """Start `record` against the strict endpoint; ended with the test at the latest."""
    started = []
    if IN_CI:
        request.getfixturevalue("without_textual")

    def run(*arguments, url=None):
        url = service.endpoint().url if url is None else url
        endpoint = ["--endpoint", url] if url else []
        environment = {**os.environ, "ELEVENLABS_API_KEY": KEY, "SCRIBE_TRANSPORT": "websocket"}
        changed = f"{home}:" if (home / "sitecustomize.py").exists() else ""
        process = program.start(
            ["record", *endpoint, "--log-dir", str(tmp_path / "logs"), *map(str, arguments)],
            env={**environment, "PYTHONPATH": f"{changed}{ROOT}"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield run
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


def journal(tmp_path):
    (file,) = tmp_path.glob("**/clip.jsonl")
    return [json.loads(line) for line in file.read_text().splitlines()]


def spoken(records):
    texts = [record["text"] for record in records if record["type"] == "segment"]
    return " ".join(texts).split()


def test_a_file_ends_in_the_same_words_on_stdout_and_on_disk(
    without_textual, start, clip, tmp_path
):
    process = start("--speed", "8", clip)
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 0
    told = [json.loads(line) for line in output.splitlines()]
    assert errors == ""
    assert spoken(told) == words_in(3)
    assert journal(tmp_path) == [record for record in told if record["type"] != "partial"]
    assert told[0]["type"] == "session_start"
    assert told[-1]["type"] == "session_end"
    (text,) = (tmp_path / "logs").glob("*/clip.txt")
    assert " w1 w2 w3 w4\n" in text.read_text()


def test_the_exit_code_says_that_it_failed(start, clip):
    with InBackground(StrictEndpoint(Script(http_status=401))) as strict:
        refused = start(clip, url=strict.endpoint().url)
        output, _ = refused.communicate(timeout=60)
    assert refused.returncode == 1
    assert [json.loads(line) for line in output.splitlines()][-1]["state"] == "failed"


BROKEN_JOURNAL = """
import scribe_tui.journal.writer as module
def bug(*_):
    raise RuntimeError
module.JournalWriter.receive = bug
"""


def test_after_a_bug_in_the_journal_the_recording_goes_on_and_ends_with_1(start, clip, home):
    (home / "sitecustomize.py").write_text(BROKEN_JOURNAL)
    process = start(clip)
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 1, errors
    assert spoken([json.loads(line) for line in output.splitlines()]) == words_in(3)
    assert "A part of the program (JournalWriter) failed and was stopped." in errors


@pytest.mark.some(1)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_drains_and_saves(start, clip, tmp_path, number):
    process = start(clip)
    for line in process.stdout:
        if json.loads(line)["type"] == "partial":
            process.send_signal(number)
            break
    process.communicate(timeout=60)
    assert process.returncode == 0
    records = journal(tmp_path)
    assert records[-1]["type"] == "session_end"
    words = spoken(records)
    assert words
    assert words == words_in(3)[: len(words)]


def test_it_stops_by_itself_after_the_seconds_asked_for(start, clip, tmp_path):
    process = start("--seconds", "0.5", "--speed", "0.5", clip)
    process.communicate(timeout=60)
    assert process.returncode == 0
    assert journal(tmp_path)[-1]["heard_seconds"] < 2


def test_sources_of_a_file_have_endpoints_and_times_of_their_own(start, service, clip, tmp_path):
    file = tmp_path / "two.toml"
    with InBackground(StrictEndpoint()) as other:
        urls = service.endpoint().url, other.endpoint().url
        file.write_text(
            f'endpoint = "{urls[0]}"\n[[source]]\nsource = "whole={clip}"\nspeed = 8\n'
            f'[[source]]\nsource = "part={clip}"\nendpoint = "{urls[1]}"\nseconds = 0.5\n'
        )
        before = service.handshakes
        output, errors = start("--config", file, url="").communicate(timeout=30)
        assert (service.handshakes - before, other.handshakes) == (1, 1)
    assert errors == ""
    told = [json.loads(line) for line in output.splitlines()]
    assert spoken([record for record in told if record["session"] == "whole"]) == words_in(3)
    ends = {item["session"]: item for item in told if item["type"] == "session_end"}
    assert ends["part"]["heard_seconds"] < 2 < ends["whole"]["heard_seconds"]


def test_a_reader_that_leaves_ends_it_quietly(start, clip, tmp_path):
    process = start(clip)
    process.stdout.readline()
    process.stdout.close()
    process.wait(timeout=60)
    told = process.stderr.read().splitlines()
    late = "is behind: its oldest line"  # as on a machine that did something else for a second
    assert [line for line in told if late not in line] == []
    assert process.returncode == 0
    assert journal(tmp_path)[-1]["type"] == "session_end"
    process.stdout = None


def test_a_lost_journal_is_told_as_it_happens_and_cleared_when_it_is_back(start, clip, tmp_path):
    process = start("--speed", "0.5", clip)
    wait_until(lambda: list(tmp_path.glob("logs/*/clip.jsonl")))
    errors = []
    for line in process.stdout:
        record = json.loads(line)
        if record["type"] == "partial" and not errors:
            (run,) = (tmp_path / "logs").iterdir()
            run.rename(tmp_path / "lost")  # at once, unlike a removal of one file after the other
            shutil.rmtree(tmp_path / "lost")
        if record.get("half") == "journal":
            errors.append(record["type"])
        if errors == ["error", "error_cleared"]:
            break
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    assert process.returncode == 0
    assert journal(tmp_path)[-1]["type"] == "session_end"


def test_a_recording_may_be_numbered_hold_partials_and_write_subtitles(start, clip, tmp_path):
    process = start("--log-chain", "--log-partials", "--live", "srt,vtt", clip)
    process.communicate(timeout=60)
    assert process.returncode == 0
    (run,) = (tmp_path / "logs").iterdir()
    records = [json.loads(line) for line in (run / "clip.jsonl").read_text().splitlines()]
    assert [record["line"] for record in records] == list(range(1, len(records) + 1))
    assert any(record["type"] == "partial" for record in records)
    verified = program.run(["verify", str(run)], capture_output=True, text=True)
    assert verified.returncode == 0
    assert "none changed" in verified.stdout
    said = [record["text"] for record in records if record["type"] == "segment"]
    for kind in ("srt", "vtt"):
        content = (run / f"clip.{kind}").read_text()
        assert all(word in content for text in said for word in text.split())
