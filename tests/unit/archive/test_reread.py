"""A second reading: its request, its file, its price, its stop and its going on."""

from __future__ import annotations

import json
import math

import pytest

from scribe_tui.archive import rereading
from scribe_tui.archive.comparison import TimedWord, differences
from scribe_tui.archive.kept_spans import KeptSpan
from scribe_tui.archive.second_reading import Request, SecondReading
from scribe_tui.errors import Retry, SpeechError, UsageError
from scribe_tui.scribe.batch import BatchSettings, price, read_batch
from scribe_tui.scribe.connection import Endpoint
from tests.support.batch import KEY, BatchEndpoint
from tests.support.reread import AT, SECONDS, reread


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
    span = KeptSpan(str(run.parents[1] / "talk.pcm"), 0.0, 0.0, SECONDS, AT, 1, "pcm_16000")
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
    first = [TimedWord("the", 1.0), TimedWord("Suthark", 1.5), TimedWord("bridge", 2.0)]
    second = [TimedWord("The", 1.0), TimedWord("Southwark", 1.5), TimedWord("bridge.", 2.0)]
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
