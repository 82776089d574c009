"""A second reading that is stopped, killed, refused or doubled: nothing is lost or paid twice."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import subprocess
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from scribe_tui.archive import rereading
from scribe_tui.archive.rereading import read_again, wanted_spans
from scribe_tui.archive.second_reading import Request, SecondReading
from scribe_tui.errors import UsageError
from scribe_tui.journal.reading import journals_of
from scribe_tui.journal.reading.times import Window
from scribe_tui.scribe.batch import RATE, BatchSettings, BatchTranscript
from tests.support.batch import KEY, BatchEndpoint
from tests.support.program import start
from tests.support.reread import SECONDS, hear, reread
from tests.support.waiting import PATIENCE


def lines_of(run):
    (file,) = run.glob("talk.reread.*.ndjson")
    return [json.loads(line) for line in file.read_text().splitlines()]


def sent_seconds(service):
    """How much sound each request held."""
    return [len(fields["file"][0]) / 2 / RATE for fields in service.requests]


class Stoppable:
    """`reread` of the whole run in a process of its own, and an endpoint that waits for leave."""

    def __init__(self, run, *arguments):
        self.gate, self.reached = threading.Event(), threading.Event()
        self.service = BatchEndpoint(self._hear)
        self._argv = [
            *("reread", str(run), "talk", "--yes"),
            *("--endpoint", "", *arguments),
        ]
        self._run = run

    def _hear(self, pcm):
        self.reached.set()
        self.gate.wait(PATIENCE)
        return hear(pcm)

    def __enter__(self):
        self.service.__enter__()
        self._argv[self._argv.index("")] = self.service.url
        return self

    def __exit__(self, *facts):
        self.gate.set()
        self.service.__exit__(*facts)

    def start(self):
        self.reached.clear()
        environment = {
            **os.environ,
            "ELEVENLABS_API_KEY": KEY,
            "HOME": str(self._run.parent),
            "PYTHONPATH": str(Path(__file__).parents[3]),
        }
        return start(
            self._argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
        )


def ended(process):
    out, err = process.communicate(timeout=PATIENCE)
    assert "Traceback" not in err
    return process.returncode, out, err


def test_a_stop_while_the_answer_is_awaited_keeps_it_and_nothing_is_sent_twice(run):
    with Stoppable(run) as stoppable:
        process = stoppable.start()
        assert stoppable.reached.wait(PATIENCE)
        process.send_signal(signal.SIGINT)
        assert "its answer is waited for" in until(process, "waited for")
        stoppable.gate.set()
        assert ended(process)[0] == 0, "it was the only part: all is read"
        assert reread(run, stoppable.service, "--yes").exit_code == 0
        assert sent_seconds(stoppable.service) == [float(SECONDS)]


@pytest.mark.some(1)
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL, signal.SIGTERM])
def test_who_leaves_at_once_is_told_next_time_what_may_be_charged_twice(run, how):
    with Stoppable(run) as stoppable:
        process = stoppable.start()
        assert stoppable.reached.wait(PATIENCE)
        if how != signal.SIGKILL:
            process.send_signal(how)
            until(process, "waited for")
            how = signal.SIGTERM if how == signal.SIGINT else signal.SIGINT
        process.send_signal(how)
        assert ended(process)[0] == (-how if how == signal.SIGKILL else 128 + how)
        assert [line["type"] for line in lines_of(run)] == ["reread", "sent"]
        stoppable.gate.set()
        done = reread(run, stoppable.service, "--yes")
        assert done.exit_code == 0
        assert "0.7 minutes were sent before whose answer never came" in done.output
        assert [line["type"] for line in lines_of(run)][-2:] == ["part", "end"]
        assert "sent before" not in reread(run, stoppable.service, "--yes").output


def test_a_refusal_costs_nothing_and_is_not_told_as_a_second_price(run, service):
    service.status = 429
    for _ in range(2):
        done = reread(run, service, "--yes")
        assert "429" in str(done.exception)
        assert "sent before" not in done.output
    service.status = 503  # it failed: what it charged nobody knows
    assert "503" in str(reread(run, service, "--yes").exception)
    service.status = None
    done = reread(run, service, "--yes")
    assert done.exit_code == 0
    assert "0.7 minutes were sent before" in done.output


def test_two_programs_do_not_pay_for_the_same_sound(run):
    with Stoppable(run) as stoppable:
        process = stoppable.start()
        assert stoppable.reached.wait(PATIENCE)
        refused = reread(run, stoppable.service, "--yes").exception
        assert "Another program is at the same second reading: nothing was sent." in str(refused)
        stoppable.gate.set()
        assert ended(process)[0] == 0
        assert len(stoppable.service.requests) == 1


def test_nothing_is_sent_where_the_answer_could_not_be_kept(run, service, monkeypatch):
    usage = shutil.disk_usage(run)._replace(free=1_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    done = reread(run, service, "--yes")
    assert "has only 1.0 MB left: nothing was sent" in str(done.exception)
    assert service.requests == []


async def test_an_answer_that_the_disk_refuses_is_written_when_it_takes_it(run, monkeypatch):
    (journal,) = journals_of(run)
    spans = [replace(wanted_spans(journal, Window())[0], end_seconds=float(SECONDS))]
    asked = Request("talk", 0.0, float(SECONDS), BatchSettings())
    reading = SecondReading.open(run, "talk", asked)
    monkeypatch.setattr(rereading, "RETRY_SECONDS", 0.01)
    sent, refusals = [], iter([True, True, False])
    append = SecondReading._append

    def refusing(self, line):
        if line["type"] == "part" and next(refusals):
            raise UsageError("reading", "cannot be written")
        append(self, line)

    def read_part(pcm: bytes) -> BatchTranscript:
        sent.append(pcm)
        return BatchTranscript("x", (), "eng")

    monkeypatch.setattr(SecondReading, "_append", refusing)
    assert [done async for done in read_again(spans, reading, read_part)] == [float(SECONDS)]
    assert len(sent) == 1
    assert reading.is_whole


async def test_a_stop_before_the_sound_is_sent_sends_nothing(run):
    (journal,) = journals_of(run)
    spans = [replace(wanted_spans(journal, Window())[0], end_seconds=float(SECONDS))]
    reading = SecondReading.open(run, "talk", Request("talk", 0.0, 40.0, BatchSettings()))
    stopping = asyncio.Event()
    stopping.set()
    parts = read_again(spans, reading, lambda pcm: pytest.fail("sent"), stopping=stopping)
    assert [done async for done in parts] == []
    assert not reading.path.exists()


def until(process, text):
    """What the process complained of, up to a line with `text`."""
    told = ""
    while text not in told:
        line = process.stderr.readline()
        assert line, told
        told += line
    return told
