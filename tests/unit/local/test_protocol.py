"""One session sans-IO: what each client message brings."""

import base64
import json
from typing import Any

import pytest

from scribe_tui.local.protocol import Close, Commit, Recognise, Send, SessionProtocol
from scribe_tui.local.query import parse_query
from scribe_tui.local.recognition.messages import ClosedSegment, OpenText, SpokenWord


def exchange(query: str = "") -> SessionProtocol:
    return SessionProtocol(parse_query(query), "s-1")


def chunk(seconds: float = 0.0, commit: object = False, rate: int = 16000, **more: object) -> str:
    audio = base64.b64encode(bytes(round(seconds * rate) * 2)).decode()
    message = {"message_type": "input_audio_chunk", "audio_base_64": audio, "commit": commit}
    return json.dumps(message | {"sample_rate": rate} | more)


def kinds(steps) -> list[Any]:
    return [step.message["message_type"] for step in steps if isinstance(step, Send)]


def test_session_started_comes_first():
    (first,) = exchange().start()
    assert first.message["message_type"] == "session_started"
    assert first.message["session_id"] == "s-1"
    assert first.message["config"]["sample_rate"] == 16000


def test_audio_is_heard_and_a_commit_cuts_after_it():
    assert list(exchange().receive(chunk(0.5, commit=True))) == [Recognise(bytes(16000)), Commit()]


@pytest.mark.parametrize(
    ("frame", "says"),
    [
        ('{"message_type": "commit"}', "Unexpected message type: commit"),
        ("hello", "valid protocol message"),
        ("[]", "valid protocol message"),
        (b"\x00\x01", "valid protocol message"),
        (chunk(0.1, sample_rate=8000), "sample_rate"),
        (chunk(0.1, audio_base_64="%%%"), "base64"),
        (chunk(0.1, audio_base_64="AAAA"), "middle of a sample"),
        (chunk(0.1, commit="yes"), "commit"),
        ('{"message_type": "input_audio_chunk"}', "audio_base_64"),
    ],
)
def test_a_bad_message_is_an_input_error_and_the_session_goes_on(frame, says):
    session = exchange()
    (answer,) = session.receive(frame)
    assert answer.message["message_type"] == "input_error"
    assert says in answer.message["error"]
    assert list(session.receive(chunk(0.1))) == [Recognise(bytes(3200))]


def test_previous_text_goes_with_the_first_chunk_only():
    session = exchange()
    assert list(session.receive(chunk(previous_text="before"))) == []
    assert kinds(session.receive(chunk(previous_text="again"))) == ["input_error"]
    assert kinds(session.receive(chunk(previous_text=None))) == []


def test_a_commit_of_too_little_audio_ends_the_session():
    *_, throttled, end = exchange().receive(chunk(0.29, commit=True))
    assert throttled.message["message_type"] == "commit_throttled"
    assert end == Close(1000, "commit_throttled")


def test_each_commit_counts_from_the_one_before():
    session = exchange()
    assert Commit() in list(session.receive(chunk(0.3, commit=True)))
    assert Close(1000, "commit_throttled") in list(session.receive(chunk(0.2, commit=True)))


def test_a_vad_commit_counts_too():
    session = exchange("commit_strategy=vad")
    list(session.receive(chunk(2.0)))
    list(session.recognised(ClosedSegment((), 1.9)))
    assert Close(1000, "commit_throttled") in list(session.receive(chunk(0.1, commit=True)))


def test_manual_sessions_commit_by_themselves_at_36_seconds():
    session = exchange()
    cuts = [second for second in range(1, 80) if Commit() in session.receive(chunk(1.0))]
    assert cuts == [36, 72]


def test_vad_sessions_do_not():
    session = exchange("commit_strategy=vad")
    assert not any(Commit() in session.receive(chunk(1.0)) for _ in range(50))


def test_a_chunk_beyond_measure_ends_the_session():
    steps = list(exchange().receive(chunk(40.0)))
    assert kinds(steps) == ["chunk_size_exceeded"]
    assert isinstance(steps[-1], Close)


WORDS = (SpokenWord("engine", 12.34, 12.71), SpokenWord("two", 12.78, 13.0))


def test_a_segment_is_told_twice_when_timestamps_are_wanted():
    plain, timed = exchange("include_timestamps=true").recognised(ClosedSegment(WORDS, 14.0))
    assert plain.message == {"message_type": "committed_transcript", "text": "engine two"}
    assert timed.message["message_type"] == "committed_transcript_with_timestamps"
    assert timed.message["language_code"] == "en"
    assert [(word["text"], word["type"]) for word in timed.message["words"]] == [
        ("engine", "word"),
        (" ", "spacing"),
        ("two", "word"),
    ]
    assert timed.message["words"][1]["start"] == 12.71
    assert timed.message["words"][1]["end"] == 12.78
    assert all("logprob" not in word for word in timed.message["words"]), "no invented figure"


def test_language_detection_alone_brings_no_words():
    *_, timed = exchange("include_language_detection=true").recognised(ClosedSegment(WORDS, 14.0))
    assert timed.message["words"] is None


def test_without_either_it_is_told_once():
    assert kinds(exchange().recognised(ClosedSegment((), 1.0))) == ["committed_transcript"]
    assert kinds(exchange().recognised(OpenText("eng"))) == ["partial_transcript"]
