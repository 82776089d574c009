"""A second reading: its request, its file, its price, its stop and its going on."""

from __future__ import annotations

import asyncio
import json
import math
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from scribe_tui.archive import rereading
from scribe_tui.archive.comparison import Token, differences
from scribe_tui.archive.places import Span
from scribe_tui.archive.rereading import read_again, wanted_spans
from scribe_tui.archive.second_reading import Request, SecondReading
from scribe_tui.archive.sound import read_sound
from scribe_tui.audio.format import AudioFormat
from scribe_tui.cli.program import program
from scribe_tui.errors import Retry, SpeechError, UsageError
from scribe_tui.event_records import to_line, to_record
from scribe_tui.events import (
    CommittedSegment,
    SegmentCommitted,
    SessionClosed,
    SessionOpened,
    SoundKept,
    State,
    Word,
)
from scribe_tui.journal.reading import journals_of
from scribe_tui.journal.reading.times import Window
from scribe_tui.journal.retention.locks import RunLock
from scribe_tui.scribe.batch import RATE, BatchSettings, Reading, price, read_batch
from scribe_tui.scribe.connection import Endpoint
from tests.support.batch import KEY, BatchEndpoint
from tests.support.kept import coded
from tests.support.numbered import numbered_pcm
from tests.support.waiting import PATIENCE

AT = 1_795_000_000.0
SECONDS = 40


def hear(pcm: bytes) -> list[dict]:
    """A word for each half second, named by what is in it: the source's place."""
    words = []
    for at in range(0, len(pcm) - 16000 + 1, 16000):
        value = int.from_bytes(pcm[at + 8000 : at + 8002], "little", signed=True)
        start = at / 32000
        words.append(
            {
                "text": f"w{(value + 4) // 5} ",
                "start": start,
                "end": start + 0.4,
                "type": "word",
                "speaker_id": "speaker_0",
                "logprob": -0.1,
            }
        )
    return words


@pytest.fixture
def service():
    with BatchEndpoint(hear) as service:
        yield service


@pytest.fixture
def run(tmp_path):
    """A run whose source was a local file of raw numbered sound, heard as `w1 w2 WRONG w4 ...`."""
    sound = tmp_path / "talk.pcm"
    sound.write_bytes(b"".join(numbered_pcm(SECONDS)))
    os.utime(sound, (AT - 60, AT - 60))  # it was there before it was recorded from
    folder = tmp_path / "logs" / "2026-11-18T10-00-00"
    folder.mkdir(parents=True)
    words = [f"w{number}" for number in range(1, 2 * SECONDS + 1)]
    words[2] = "WRONG"
    base: dict[str, Any] = {"session": "talk"}
    events = [
        SessionOpened(
            **base, at=AT, name="talk", source=str(sound), audio_format="pcm_16000", commit="vad"
        ),
        SoundKept(
            **base, at=AT, file=str(sound), offset_seconds=0.0, start_seconds=0.0, started_at=AT
        ),
        SegmentCommitted(
            **base,
            at=AT + SECONDS,
            segment=CommittedSegment(1, " ".join(words), AT, 0.0, float(SECONDS)),
        ),
        SessionClosed(
            **base,
            at=AT + SECONDS,
            state=State.ENDED,
            heard_seconds=float(SECONDS),
            sent_seconds=float(SECONDS),
            segments=1,
        ),
    ]
    journal = folder / "talk.jsonl"
    journal.write_bytes(b"".join(to_line(to_record(event)) for event in events))
    return folder


def reread(run, service, *arguments, key=KEY):
    environment = {"ELEVENLABS_API_KEY": key, "HOME": str(run.parent)}
    argv = ["reread", str(run), "talk", "--endpoint", service.url, *arguments]
    return CliRunner().invoke(program, argv, env=environment)


def test_the_request_is_the_one_of_the_api_reference(service):
    settings = BatchSettings("en", ("Southwark", "Kew Gardens"))
    reading = read_batch(Endpoint(service.url, KEY), b"\1\0" * 16000, settings)
    (fields,) = service.requests
    assert service.faults == []
    assert fields["model_id"] == [b"scribe_v2"]
    assert fields["diarize"] == [b"true"]
    assert fields["keyterms"] == [b"Southwark", b"Kew Gardens"]
    assert fields["language_code"] == [b"en"]
    assert fields["file"] == [b"\1\0" * 16000]
    assert reading.words[0].speaker == "speaker_0"
    assert reading.language == "eng"


def test_a_thousand_key_terms_are_sent_and_one_more_is_refused(service):
    terms = tuple(f"term {number}" for number in range(1000))
    read_batch(Endpoint(service.url, KEY), bytes(3200), BatchSettings(None, terms))
    assert len(service.requests[0]["keyterms"]) == 1000
    with pytest.raises(UsageError, match="at most 1000"):
        BatchSettings(None, (*terms, "more"))
    for wrong in ("a" * 51, "one two three four five six", "a<b"):
        with pytest.raises(UsageError, match="key term"):
            BatchSettings(None, (wrong,))


def test_a_refused_key_and_a_busy_service_are_told_apart_and_no_key_is_shown(service):
    with pytest.raises(SpeechError, match="refused the API key") as refused:
        read_batch(Endpoint(service.url, "wrong-key"), bytes(3200), BatchSettings())
    assert refused.value.retry is Retry.NEVER
    service.status = 503
    with pytest.raises(SpeechError, match="503") as busy:
        read_batch(Endpoint(service.url, KEY), bytes(3200), BatchSettings())
    assert busy.value.retry is Retry.BACKOFF
    assert KEY not in busy.value.sentence


def test_the_price_counts_key_terms_and_the_least_length():
    assert price([1800, 1800], BatchSettings()) == pytest.approx(0.22)
    assert price([1800], BatchSettings(None, ("x",))) == pytest.approx(0.132)
    hundred = tuple(f"x{number}" for number in range(100))
    assert price([1800, 2], BatchSettings(None, hundred)) == pytest.approx(0.132 * 1802 / 1800)
    more = BatchSettings(None, (*hundred, "y"))
    assert price([1800, 2], more) == pytest.approx(0.132 * 1820 / 1800)


def test_nothing_is_sent_before_the_price_is_agreed_to(run, service):
    done = reread(run, service)
    assert isinstance(done.exception, UsageError)
    assert "--yes" in done.exception.remedy
    assert "$0.00" in done.output
    assert service.requests == []


def test_a_reading_is_a_file_of_its_own_and_the_first_stays(run, service):
    before = (run / "talk.jsonl").read_bytes()
    done = reread(run, service, "--from", "+10", "--to", "+20", "--yes")
    assert done.exit_code == 0, done.output
    assert (run / "talk.jsonl").read_bytes() == before
    (file,) = run.glob("talk.reread.*.ndjson")
    head, sent, part, end = map(json.loads, file.read_text().splitlines())
    assert sent == {"type": "sent", "start_seconds": 10.0, "end_seconds": 20.0}
    assert (head["from_seconds"], head["to_seconds"]) == (10.0, 20.0)
    assert part["words"][0]["text"].strip() == "w21"
    assert part["words"][0]["start_seconds"] == pytest.approx(10.0)
    assert end == {"type": "end"}
    again = reread(run, service, "--from", "+10", "--to", "+20", "--diff")
    assert again.exit_code == 0, again.output
    assert len(service.requests) == 1
    other = reread(run, service, "--from", "+0", "--to", "+5", "--yes")
    assert other.exit_code == 0
    assert len(list(run.glob("talk.reread.*.ndjson"))) == 2


def test_diff_shows_both(run, service):
    done = reread(run, service, "--from", "+0", "--to", "+10", "--yes", "--diff")
    assert "  - WRONG" in done.output
    assert "  + w3" in done.output


async def test_it_goes_on_where_it_stopped(run, service, monkeypatch):
    monkeypatch.setattr(rereading, "_SEAM_SECONDS", 1.0)
    span = Span(str(run.parents[1] / "talk.pcm"), 0.0, 0.0, SECONDS, AT, 1, "pcm_16000")
    request = Request("talk", 0.0, float(SECONDS), BatchSettings())
    endpoint = Endpoint(service.url, KEY)

    async def go() -> list[float]:
        reading = SecondReading.open(run, "talk", request)
        parts = rereading.read_again(
            [span], reading, lambda pcm: read_batch(endpoint, pcm, BatchSettings()), 10.0
        )
        return [done async for done in parts]

    service.fail_after = 2
    with pytest.raises(SpeechError):
        await go()
    service.fail_after = None
    stopped = SecondReading.open(run, "talk", request)
    assert len(stopped.parts) == 2
    assert 17.5 <= stopped.done_until <= 20
    with stopped.path.open("ab") as file:
        file.write(b'{"type": "part", "torn')
    steps = await go()
    assert steps[-1] == pytest.approx(SECONDS)
    whole = SecondReading.open(run, "talk", request)
    assert whole.is_whole
    ends = [part.end_seconds for part in whole.parts]
    assert [part.start_seconds for part in whole.parts] == pytest.approx([0.0, *ends[:-1]])
    heard = sum(len(fields["file"][0]) for fields in service.requests)
    assert heard == SECONDS * 32000


def test_differences_are_told_by_time():
    first = [Token("the", 1.0), Token("Suthark", 1.5), Token("bridge", 2.0)]
    second = [Token("The", 1.0), Token("Southwark", 1.5), Token("bridge.", 2.0)]
    assert list(differences(first, second)) == [
        "0:00:01 … The […] bridge. …",
        "  - Suthark",
        "  + Southwark",
    ]


def test_a_hostile_answer_is_harmless():
    def hostile(_):
        return [
            {"text": "\x1b[2Jx", "start": 0.0, "end": 1.0, "type": "word", "logprob": 0.0},
            {"text": "y", "start": -5.0, "end": 1.0, "type": "word", "logprob": 0.0},
            {"text": "z", "start": None, "end": None, "type": "word", "logprob": 0.0},
        ]

    with BatchEndpoint(hostile) as service:
        reading = read_batch(Endpoint(service.url, KEY), bytes(3200), BatchSettings())
    assert "\x1b" not in reading.text
    assert len(reading.words) == 1
    assert all(math.isfinite(word.start_seconds) for word in reading.words)


async def test_parts_hold_every_sample_once_and_speakers_count_within_each(run):
    """The seams: no sound is left out and none is read twice, also where a reading goes on."""
    (journal,) = journals_of(run)
    spans = [replace(wanted_spans(journal, Window())[0], end_seconds=float(SECONDS))]
    asked = Request("talk", 0.0, float(SECONDS), BatchSettings())
    sent: list[bytes] = []

    def read_part(pcm: bytes) -> Reading:
        sent.append(pcm)
        seconds = len(pcm) / 2 / RATE
        return Reading("x", (Word("x", 0.0, seconds, speaker="speaker_0"),), "eng")

    first = SecondReading.open(run, "talk", asked)
    async for done in read_again(spans, first, read_part, part_seconds=SECONDS / 3):
        assert done < SECONDS
        break
    first.close()
    again = SecondReading.open(run, "talk", asked)
    assert again.done_until == pytest.approx(done)
    async for _ in read_again(spans, again, read_part, part_seconds=SECONDS / 3):
        pass
    assert len(again.parts) >= 3
    whole = (await read_sound(run, spans, AudioFormat.parse("pcm_16000"))).pcm
    assert b"".join(sent) == whole
    ends = [part.end_seconds for part in again.parts]
    assert [part.start_seconds for part in again.parts] == pytest.approx([0.0, *ends[:-1]])
    assert again.is_whole


def test_the_same_span_of_two_runs_of_a_session_are_two_readings(tmp_path):
    first = SecondReading.open(tmp_path, "talk", Request("talk", 0.0, 9.0, BatchSettings()))
    first.add(0.0, 9.0, Reading("one", (), None))
    second = Request("talk", 0.0, 9.0, BatchSettings(), run=2)
    assert SecondReading.open(tmp_path, "talk", second).parts == []
    assert SecondReading.open(tmp_path, "talk", second).path != first.path
    assert len(SecondReading.open(tmp_path, "talk", first.request).parts) == 1


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
            *(sys.executable, "-m", "scribe_tui", "reread", str(run), "talk", "--yes"),
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
        return subprocess.Popen(
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
        assert ended(stoppable.start())[0] == 0
        assert sent_seconds(stoppable.service) == [float(SECONDS)]


@pytest.mark.some(2)
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
        code, _, told = ended(stoppable.start())
        assert code == 0
        assert "0.7 minutes were sent before whose answer never came" in told
        assert [line["type"] for line in lines_of(run)][-2:] == ["part", "end"]
        assert "sent before" not in ended(stoppable.start())[2]


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
        code, _, told = ended(stoppable.start())
        assert code == 2
        assert "Another program is at the same second reading: nothing was sent." in told
        stoppable.gate.set()
        assert ended(process)[0] == 0
        assert len(stoppable.service.requests) == 1


def test_nothing_is_sent_where_the_answer_could_not_be_kept(run, service, monkeypatch):
    usage = shutil.disk_usage(run)._replace(free=1_000_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage)
    done = reread(run, service, "--yes")
    assert "has only 1 MB left: nothing was sent" in str(done.exception)
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

    def read_part(pcm: bytes) -> Reading:
        sent.append(pcm)
        return Reading("x", (), "eng")

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


def test_what_is_still_being_recorded_is_read_to_an_end_that_is_named(run, service):
    journal = run / "talk.jsonl"
    lines = journal.read_bytes().splitlines(keepends=True)
    journal.write_bytes(b"".join(lines[:-1]))
    lock = RunLock(run)
    at = AT + SECONDS + 5
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(time, "time", lambda: at)
        done = reread(run, service, "--yes")
        assert "still being recorded" in str(done.exception)
        assert "--to, at most +40" in done.exception.remedy
        assert reread(run, service, "--yes", "--to", "+30").exit_code == 0
    lock.release()
    assert len(service.requests) == 1


def until(process, text):
    """What the process complained of, up to a line with `text`."""
    told = ""
    while text not in told:
        line = process.stderr.readline()
        assert line, told
        told += line
    return told


async def test_an_outage_longer_than_a_part_is_passed_over_and_what_follows_is_read(run):
    sound = str(run.parents[1] / "talk.pcm")
    spans = [
        Span(sound, SECONDS - 10.0, 0.0, 3620.0, AT, 1, "pcm_16000"),  # its file ends after 10 s
        Span(sound, 0.0, 3620.0, 3630.0, AT + 3620, 1, "pcm_16000"),
    ]
    reading = SecondReading.open(run, "talk", Request("talk", 0.0, 3630.0, BatchSettings()))
    sent: list[float] = []

    def read_part(pcm: bytes) -> Reading:
        sent.append(len(pcm) / 2 / RATE)
        return Reading("x", (), "eng")

    async for _ in read_again(spans, reading, read_part, part_seconds=100.0):
        pass
    assert sent == pytest.approx([10.0, 10.0])
    times = [(part.start_seconds, part.end_seconds) for part in reading.parts]
    assert times == [pytest.approx((0.0, 10.0)), pytest.approx((3620.0, 3630.0))]
    assert reading.is_whole


@pytest.fixture
def station(run, ffmpeg):
    """A run of a station that was down twice: three files of 10 s, at 0, 15 and 3625 s."""
    pcm = b"".join(numbered_pcm(SECONDS))[: 2 * RATE * 10]
    sound = coded(
        ffmpeg, pcm, "-b:a", "64k", "-write_xing", "0", "-id3v2_version", "0", "-f", "mp3"
    )
    base: dict[str, Any] = {"session": "talk"}
    events: list[Any] = [
        SessionOpened(
            **base, at=AT, name="talk", source="x", audio_format="pcm_16000", commit="vad"
        )
    ]
    for number, start in enumerate((0.0, 14.0, 3625.0), start=1):
        file = f"talk.sound.{number:04d}.mp3"
        (run / file).write_bytes(sound)
        at = AT + start
        kept = SoundKept(
            **base, at=at, file=file, offset_seconds=0.0, start_seconds=start, started_at=at
        )
        said = SegmentCommitted(
            **base, at=at + 9, segment=CommittedSegment(number, "x", at, start, start + 10)
        )
        events += [kept, said]
    end = SessionClosed(
        **base, at=AT + 3635, state=State.ENDED, heard_seconds=3635, sent_seconds=3635, segments=3
    )
    lines = (to_line(to_record(event)) for event in (*events, end))
    (run / "talk.jsonl").write_bytes(b"".join(lines))
    return run


def test_an_outage_costs_nothing_for_it_is_not_sent(station, service):
    done = reread(station, service)
    assert "0.6 minutes of sound will cost about $0.00" in done.output  # 24 and 10 s, not an hour
    done = reread(station, service, "--yes")
    sent = [len(each["file"][0]) / 2 / RATE for each in service.requests]
    assert sent == [pytest.approx(24, abs=0.2), pytest.approx(10, abs=0.2)]
    assert "0.4 of 0.6 minutes are read" in done.output


def test_what_retention_left_is_read_and_the_rest_is_named(station, service):
    (station / "talk.sound.0001.mp3").unlink()
    done = reread(station, service, "--yes")
    assert done.exit_code == 0
    assert "talk.sound.0001.mp3 is not there any more: what is left is read." in done.output
    assert "0.4 minutes of sound will cost" in done.output
    assert len(service.requests) == 2
    for path in station.glob("*.mp3"):
        path.unlink()
    done = reread(station, service, "--yes")  # that it was read is still known
    assert done.exit_code == 0
    assert "are not there any more" not in done.output
    done = reread(station, service, "--yes", "--from", "+1")
    assert "0003.mp3 are not there any more." in str(done.exception)
    assert len(service.requests) == 2


def test_what_is_sent_together_holds_every_second_once_and_no_outage():
    def span(begin: float, end: float) -> Span:
        return Span("x", begin, begin, end, AT + begin, 1, "pcm_16000")

    spans = [span(0.1, 30.4), span(30.4, 41.7), span(50, 50.3), span(53, 60)]
    parts = list(rereading.parts_of(spans, 10.1))
    assert all(rereading.length_of(part) < 10.2 for part in parts)
    assert [(part[0].start_seconds, part[-1].end_seconds) for part in parts][-1] == (50, 60)
    pieces = [piece for part in parts for piece in part]
    assert pieces[0].start_seconds == 0.1
    assert all(here.end_seconds <= there.start_seconds for here, there in pairwise(pieces))
    assert all(piece.offset_seconds == piece.start_seconds for piece in pieces)
    assert sum(map(rereading.length_of, parts)) == pytest.approx(41.6 + 10)


def test_a_time_after_the_end_of_the_sound_is_said(run, service):
    done = reread(run, service, "--yes", "--from", "+99")
    assert "was not heard at that time any more" in str(done.exception)
    assert not list(run.glob("talk.reread.*"))
