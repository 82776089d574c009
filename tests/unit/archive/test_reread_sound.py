"""What sound a second reading sends: outages, what retention left, what is still recorded."""

from __future__ import annotations

import time
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from scribe_tui.archive import rereading
from scribe_tui.archive.kept_spans import KeptSpan
from scribe_tui.archive.rereading import read_again, wanted_spans
from scribe_tui.archive.second_reading import Request, SecondReading
from scribe_tui.archive.sound import read_sound
from scribe_tui.audio.format import AudioFormat
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
from scribe_tui.scribe.batch import RATE, BatchSettings, BatchTranscript
from tests.support.kept import coded
from tests.support.numbered import numbered_pcm
from tests.support.reread import AT, SECONDS, reread


async def test_parts_hold_every_sample_once_and_speakers_count_within_each(run):
    """The seams: no sound is left out and none is read twice, also where a reading goes on."""
    (journal,) = journals_of(run)
    spans = [replace(wanted_spans(journal, Window())[0], end_seconds=float(SECONDS))]
    asked = Request("talk", 0.0, float(SECONDS), BatchSettings())
    sent: list[bytes] = []

    def read_part(pcm: bytes) -> BatchTranscript:
        sent.append(pcm)
        seconds = len(pcm) / 2 / RATE
        return BatchTranscript("x", (Word("x", 0.0, seconds, speaker="speaker_0"),), "eng")

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
    first.add(0.0, 9.0, BatchTranscript("one", (), None))
    second = Request("talk", 0.0, 9.0, BatchSettings(), run=2)
    assert SecondReading.open(tmp_path, "talk", second).parts == []
    assert SecondReading.open(tmp_path, "talk", second).path != first.path
    assert len(SecondReading.open(tmp_path, "talk", first.request).parts) == 1


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


async def test_an_outage_longer_than_a_part_is_passed_over_and_what_follows_is_read(run):
    sound = str(run.parents[1] / "talk.pcm")
    spans = [
        KeptSpan(
            sound, SECONDS - 10.0, 0.0, 3620.0, AT, 1, "pcm_16000"
        ),  # its file ends after 10 s
        KeptSpan(sound, 0.0, 3620.0, 3630.0, AT + 3620, 1, "pcm_16000"),
    ]
    reading = SecondReading.open(run, "talk", Request("talk", 0.0, 3630.0, BatchSettings()))
    sent: list[float] = []

    def read_part(pcm: bytes) -> BatchTranscript:
        sent.append(len(pcm) / 2 / RATE)
        return BatchTranscript("x", (), "eng")

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
    def span(begin: float, end: float) -> KeptSpan:
        return KeptSpan("x", begin, begin, end, AT + begin, 1, "pcm_16000")

    spans = [span(0.1, 30.4), span(30.4, 41.7), span(50, 50.3), span(53, 60)]
    parts = list(rereading.parts_of(spans, 10.1))
    assert all(rereading.sent_seconds(part) < 10.2 for part in parts)
    assert [(part[0].start_seconds, part[-1].end_seconds) for part in parts][-1] == (50, 60)
    pieces = [piece for part in parts for piece in part]
    assert pieces[0].start_seconds == 0.1
    assert all(here.end_seconds <= there.start_seconds for here, there in pairwise(pieces))
    assert all(piece.offset_seconds == piece.start_seconds for piece in pieces)
    assert sum(map(rereading.sent_seconds, parts)) == pytest.approx(41.6 + 10)


def test_a_time_after_the_end_of_the_sound_is_said(run, service):
    done = reread(run, service, "--yes", "--from", "+99")
    assert "was not heard at that time any more" in str(done.exception)
    assert not list(run.glob("talk.reread.*"))
