"""The codec: every documented message, every reported variant, and nothing that breaks it."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scribe_tui.events import Entity, Word
from scribe_tui.sanitize import MAX_LINE_CHARS
from scribe_tui.scribe import codec
from scribe_tui.scribe.messages import (
    Committed,
    CommittedEntities,
    CommittedWithTimestamps,
    Edited,
    Informational,
    Malformed,
    Message,
    Partial,
    Redacted,
    ServiceError,
    ServiceWarning,
    SessionStarted,
    Unknown,
)
from scribe_tui.scribe.wire import ErrorKind
from tests.support.left_to_ci import examples

CATALOGUE: list[tuple[dict[str, Any], Any]] = [
    ({"message_type": "partial_transcript", "text": "Engine two"}, Partial("Engine two")),
    ({"message_type": "partial_transcript", "text": ""}, Partial("")),
    ({"message_type": "committed_transcript", "text": "Go."}, Committed("Go.")),
    (
        {"message_type": "committed_transcript", "text": "Go.", "segment_index": 3},
        Committed("Go."),
    ),
    (
        {
            "message_type": "committed_transcript_entities",
            "text": "Call Ann at nine.",
            "entities": [{"text": "Ann", "entity_type": "name", "start_char": 5, "end_char": 8}],
        },
        CommittedEntities("Call Ann at nine.", (Entity("Ann", "name", 5, 8),)),
    ),
    (
        {"message_type": "redacted_transcript", "text": "Call Ann.", "redacted_text": "Call [N]."},
        Redacted("Call Ann.", "Call [N]."),
    ),
    (
        {"message_type": "edited_transcript", "text": "call ann", "edited_text": "Call Ann."},
        Edited("call ann", "Call Ann."),
    ),
    (
        {"message_type": "warning", "warning": "no zero retention"},
        ServiceWarning("no zero retention"),
    ),
    ({"message_type": "final_transcript", "text": "x"}, Informational("final_transcript")),
    (
        {"message_type": "final_transcript_with_timestamps", "text": "x", "words": []},
        Informational("final_transcript_with_timestamps"),
    ),
    (
        {"message_type": "diarized_transcript", "segment_index": 3, "text": "x", "words": []},
        Informational("diarized_transcript"),
    ),
    (
        {"message_type": "speakers_merged", "from_speaker_id": "b", "to_speaker_id": "a"},
        Informational("speakers_merged"),
    ),
    ({"message_type": "of_the_future", "text": "x"}, Unknown("of_the_future")),
    ({"message_type": "future_error", "error": "why"}, ServiceError("future_error", "why")),
    (
        {"message_type": "unaccepted_terms_error", "error": "terms"},
        ServiceError("unaccepted_terms", "terms"),
    ),
    *[
        ({"message_type": kind.value, "error": "why"}, ServiceError(kind, "why"))
        for kind in ErrorKind
    ],
    ({"message_type": "auth_error"}, ServiceError("auth_error", "")),
    ({"message_type": "auth_error", "error": {"x": 1}}, ServiceError("auth_error", "")),
]


@pytest.mark.parametrize(("fields", "message"), CATALOGUE)
def test_each_message_of_the_wire_is_decoded(fields: dict, message: Message) -> None:
    assert codec.decode(json.dumps(fields)) == message
    assert codec.decode(json.dumps(fields).encode()) == message
    assert codec.decode_object(fields | {"unheard_of": [1]}) == message


def test_there_are_fourteen_error_types() -> None:
    assert len(ErrorKind) == 14


WIRE_WORD = {"text": "Engine", "start": 12.34, "end": 12.71, "type": "word", "logprob": -0.04}
WORD = Word("Engine", 12.34, 12.71, "word", -0.04)
OBJECTS = [{"text": "E", "start": 12.34, "end": 12.4}]


@pytest.mark.parametrize(
    ("items", "words"),
    [
        (None, ()),
        ("no list", ()),
        ([], ()),
        ([WIRE_WORD], (WORD,)),
        ([WIRE_WORD | {"characters": OBJECTS}], (WORD,)),
        ([WIRE_WORD | {"characters": ["E", "n"], "channel_index": None}], (WORD,)),
        ([WIRE_WORD | {"speaker_id": "s1"}], (Word("Engine", 12.34, 12.71, "word", -0.04, "s1"),)),
        ([WIRE_WORD, {"text": " ", "start": 12.71, "end": 12.78, "type": "spacing"}], (WORD,)),
        (
            [{"text": "(music)", "start": 1, "end": 2, "type": "audio_event"}],
            (Word("(music)", 1.0, 2.0, "audio_event"),),
        ),
        ([{"text": "a", "start": 1}], (Word("a", 1.0, 1.0),)),
        ([{"text": "a", "end": 1}], ()),
        ([WIRE_WORD, {"text": "b"}], (WORD, Word("b", 12.71, 12.71))),
        ([{"text": "a", "start": 2, "end": 1}], (Word("a", 2.0, 2.0),)),
        ([{"text": "a", "start": -1, "end": 1}], (Word("a", 0.0, 1.0),)),
        ([{"text": "a", "start": float("nan"), "end": 1}], ()),
        ([{"text": "a", "start": 10**400, "end": 1}], ()),
        ([{"text": "a", "start": True, "end": 1}], ()),
        ([{"text": "a", "start": "1", "end": 1}], ()),
        ([7, None, "a", {"text": 7, "start": 1}, {"text": "", "start": 1}], ()),
    ],
)
def test_words_are_decoded_or_left_out(items: object, words: tuple[Word, ...]) -> None:
    fields = {"message_type": "committed_transcript_with_timestamps", "text": "x", "words": items}
    assert codec.decode_object(fields) == CommittedWithTimestamps("x", words)


@pytest.mark.parametrize(("code", "language"), [("en", "en"), (None, None), ("", None), (7, None)])
def test_the_language_is_decoded_or_unknown(code: object, language: str | None) -> None:
    fields = {"message_type": "committed_transcript_with_timestamps", "language_code": code}
    assert codec.decode_object(fields) == CommittedWithTimestamps("", (), language)


LIVE_CONFIG = {
    "sample_rate": 16000,
    "language_code": None,
    "vad_commit_strategy": True,
    "vad_threshold": 0.4,
    "disable_logging": False,
    "keyterms": ["Tower Bridge"],
    "entity_detection": None,
}
SDK_CONFIG = {"sample_rate": 16000, "commit_strategy": "vad", "enable_logging": True}


@pytest.mark.parametrize("config", [LIVE_CONFIG, SDK_CONFIG, {}])
def test_both_shapes_of_the_configuration(config: dict) -> None:
    fields = {"message_type": "session_started", "session_id": "s-0f3a", "config": config}
    assert codec.decode(json.dumps(fields)) == SessionStarted("s-0f3a", config)


@pytest.mark.parametrize("config", [None, 7, [1], "x"])
def test_a_configuration_of_another_shape_is_left_out(config: object) -> None:
    fields = {"message_type": "session_started", "config": config}
    assert codec.decode_object(fields) == SessionStarted("", {})


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("", "not JSON"),
        ("Bad Gateway", "not JSON"),
        ('{"message_type":"partial_transcript"', "not JSON"),
        ("\ufeff{}", "not JSON"),
        ("1" * 5000, "not JSON"),
        ("[1]", "not a JSON object"),
        ("null", "not a JSON object"),
        ('"text"', "not a JSON object"),
        ("NaN", "not a JSON object"),
        ("{}", "no message type"),
        ('{"message_type":null}', "no message type"),
        ('{"message_type":["a"]}', "no message type"),
        ('{"error":"x"}', "no message type"),
        (b"\xff\xfe{}", "not UTF-8"),
        ("[" * 200_000, "nested too deeply"),
    ],
)
def test_what_is_no_message(raw: str | bytes, reason: str) -> None:
    assert codec.decode(raw) == Malformed(reason)


def test_an_object_without_a_type_says_what_it_gives_as_a_reason() -> None:
    assert codec.decode('{"detail":{"message":"no\\u001b[2J plan"}}').text == (
        "no message type: no plan"
    )
    assert codec.decode("{}").text == "no message type"


@pytest.mark.parametrize("time", ["1.797e308", "1e8", "-1e300", "1e400", "NaN", "9" * 400])
def test_a_time_that_no_connection_has_is_none(time: str) -> None:
    word = f'{{"text": "go", "type": "word", "start": {time}, "end": {time}, "logprob": 0}}'
    known = f'{{"text": "on", "type": "word", "start": 1.5, "end": {time}, "logprob": 0}}'
    kind = "committed_transcript_with_timestamps"
    raw = f'{{"message_type": "{kind}", "text": "go on", "words": [{word}, {known}]}}'
    message = codec.decode(raw)
    assert isinstance(message, CommittedWithTimestamps)
    assert [(w.text, w.start_seconds, w.end_seconds) for w in message.words] == [("on", 1.5, 1.5)]


@pytest.mark.parametrize("text", [None, 7, 1.5, ["x"], {"x": 1}, True])
def test_a_text_that_is_no_text_is_empty(text: object) -> None:
    raw = json.dumps({"message_type": "committed_transcript", "text": text})
    assert codec.decode(raw) == Committed("")


HOSTILE = "a\x1b[2J\x1b]0;title\x07b\u202ec\ud800d\x00e\nf"


def test_hostile_text_is_made_harmless_everywhere() -> None:
    words = [{"text": HOSTILE, "start": 1, "end": 2, "type": HOSTILE, "speaker_id": HOSTILE}]
    entity = {"text": HOSTILE, "entity_type": HOSTILE, "start_char": 0, "end_char": 1}
    everything = {
        "text": HOSTILE,
        "error": HOSTILE,
        "warning": HOSTILE,
        "redacted_text": HOSTILE,
        "edited_text": HOSTILE,
        "language_code": HOSTILE,
        "session_id": HOSTILE,
        "config": {HOSTILE: HOSTILE, "list": [HOSTILE]},
        "words": words,
        "entities": [entity],
    }
    kinds = {fields["message_type"] for fields, _ in CATALOGUE} | {
        "session_started",
        "committed_transcript_with_timestamps",
        HOSTILE,
    }
    for kind in kinds:
        shown = repr(codec.decode(json.dumps(everything | {"message_type": kind})))
        assert "\\" not in shown, shown  # repr writes whatever is not plain with one
        shown.encode()


def test_more_words_than_a_segment_can_hold_are_none() -> None:
    """Placing a hundred thousand words would hold up all sources for seconds."""
    items = [WIRE_WORD] * (codec.MAX_WORD_ITEMS + 1)
    fields = {"message_type": "committed_transcript_with_timestamps", "text": "x", "words": items}
    assert codec.decode_object(fields) == CommittedWithTimestamps("x", ())
    fields["words"] = items[1:]
    assert codec.decode_object(fields) == CommittedWithTimestamps("x", (WORD,) * (len(items) - 1))


def test_of_a_reason_of_megabytes_no_more_is_read_than_shown() -> None:
    error = "\x1b[2J\u3000é" * 2_000_000
    began = time.perf_counter()
    message = codec.decode_object({"message_type": "error", "error": error})
    assert isinstance(message, ServiceError)
    assert len(message.text) == MAX_LINE_CHARS
    assert time.perf_counter() - began < 1


def test_a_text_of_a_megabyte_is_kept_whole_and_in_time() -> None:
    text = "ñ" * 1_000_000
    began = time.perf_counter()
    assert codec.decode(
        json.dumps({"message_type": "partial_transcript", "text": text})
    ) == Partial(text)
    assert time.perf_counter() - began < 30


def test_a_chunk_is_encoded() -> None:
    assert json.loads(codec.encode_audio(b"\x00\x00\x01\x00\x02\x00", 16000)) == {
        "message_type": "input_audio_chunk",
        "audio_base_64": "AAABAAIA",
        "commit": False,
        "sample_rate": 16000,
    }


def test_audio_with_text_before_it_and_commit() -> None:
    raw = codec.encode_audio(b"\x00\x00", 8000, commit=True, previous_text="a\ud800\nb")
    assert json.loads(raw) == {
        "message_type": "input_audio_chunk",
        "audio_base_64": "AAA=",
        "commit": True,
        "sample_rate": 8000,
        "previous_text": "a b",
    }


@pytest.mark.parametrize("nothing", [None, ""])
def test_no_text_before_is_no_field(nothing: str | None) -> None:
    assert "previous_text" not in json.loads(codec.encode_audio(b"", 16000, previous_text=nothing))


def test_commit_is_a_chunk_without_audio() -> None:
    assert json.loads(codec.encode_commit(24000)) == {
        "message_type": "input_audio_chunk",
        "audio_base_64": "",
        "commit": True,
        "sample_rate": 24000,
    }


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["text", "start", "end", "type", "words", "error", "config", "logprob"])
            | st.text(max_size=4),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
KINDS = st.sampled_from(
    sorted(
        {fields["message_type"] for fields, _ in CATALOGUE}
        | {
            "session_started",
            "committed_transcript_with_timestamps",
        }
    )
)
FIELDS = ["text", "words", "config", "entities", "error", "language_code", "session_id"]


@settings(max_examples=examples(150), deadline=None)
@given(KINDS, st.dictionaries(st.sampled_from(FIELDS), JSON))
def test_fields_of_any_shape_become_a_message(kind: str, fields: dict) -> None:
    message = codec.decode(json.dumps(fields | {"message_type": kind}))
    assert isinstance(message, Message)
    assert not isinstance(message, Malformed)
    repr(message).encode()


@settings(max_examples=examples(100), deadline=None)
@given(st.binary(max_size=60) | st.text(max_size=60) | JSON.map(json.dumps))
def test_any_frame_becomes_a_message(raw: str | bytes) -> None:
    assert isinstance(codec.decode(raw), Message)
