"""The JSON form of events: every event survives the round trip, nothing else breaks a reader."""

import json
import math
import types
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from typing import Any, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scribe_tui.event_records import TYPES, VERSION, from_record, to_line, to_record
from scribe_tui.events import (
    GapRecorded,
    HitStatus,
    SegmentCommitted,
    SegmentRedacted,
    SessionOpened,
    Tier,
    TitleChanged,
    WatchHit,
)
from scribe_tui.sanitize import harmless
from tests.support.left_to_ci import examples

texts = st.text(max_size=40).map(harmless)
seconds = st.integers(0, 10**9).map(lambda ms: ms / 1000)
instants = st.integers(0, 4 * 10**12).map(lambda ms: ms / 1000)


def values_of(hint: Any, name: str) -> st.SearchStrategy[Any]:
    """Anything that a field of that type may hold."""
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        inner = [arm for arm in get_args(hint) if arm is not type(None)]
        return st.none() | values_of(inner[0], name)
    if origin is tuple:
        return st.lists(values_of(get_args(hint)[0], ""), max_size=3).map(tuple)
    if is_dataclass(hint):
        return dataclasses_of(hint)
    if hint is float:
        return instants if name == "at" or name.endswith("_at") else seconds
    if isinstance(hint, type) and issubclass(hint, Enum):
        return st.sampled_from(hint)
    return {str: texts, int: st.integers(-(10**12), 10**12), bool: st.booleans()}[hint]


def dataclasses_of(kind: Any) -> st.SearchStrategy[Any]:
    """Any value of a dataclass."""
    hints = get_type_hints(kind)
    return st.builds(
        kind, **{item.name: values_of(hints[item.name], item.name) for item in fields(kind)}
    )


any_event = st.sampled_from(list(TYPES)).flatmap(dataclasses_of)
any_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


@settings(max_examples=examples(400), deadline=None)
@given(any_event)
def test_every_event_survives_the_round_trip(event):
    assert from_record(json.loads(to_line(to_record(event)))) == event


@settings(max_examples=examples(300), deadline=None)
@given(any_event, st.data())
def test_a_damaged_record_is_no_event_and_no_exception(event, data):
    record = json.loads(to_line(to_record(event)))
    field = data.draw(st.sampled_from(sorted(record)))
    record[field] = data.draw(any_json)
    found = from_record(record)
    assert found is None or type(found) in TYPES


@given(any_json)
def test_what_is_no_record_is_no_event(value):
    assert from_record(value) is None


def test_an_unknown_type_and_a_newer_version_are_passed_over():
    known = {"type": "title", "session": "a", "at": "2026-11-23T10:03:12.480+00:00", "title": "x"}
    assert from_record(known | {"v": VERSION}) is not None
    assert from_record(known | {"type": "hologram", "v": VERSION}) is None
    assert from_record(known | {"v": VERSION + 1}) is None


def test_fields_added_later_are_passed_over():
    record = {"type": "title", "v": VERSION, "session": "a", "title": "x", "mood": "blue"}
    assert from_record(record | {"at": "2026-11-23T10:03:12.480+00:00"}) is not None


def test_a_journal_of_version_1_is_read():
    """Lines as the program of that version wrote them."""
    opened = from_record(
        {
            "type": "session_start",
            "session": "news",
            "at": "2026-11-23T10:00:00.000+00:00",
            "source": "https://radio.example/news.mp3",
            "audio_format": "pcm_16000",
            "commit": "vad",
            "language": None,
        }
    )
    assert isinstance(opened, SessionOpened)
    assert (opened.session, opened.name) == ("news", "news")
    segment = from_record(
        json.loads(
            '{"type": "segment", "session": "news", "at": "2026-11-23T10:03:12.480+00:00", '
            '"number": 7, "text": "Engine two is on scene.", '
            '"started_at": "2026-11-23T10:03:09.110+00:00", "start_seconds": 189.11, '
            '"end_seconds": 191.02, "words": [{"text": "Engine", "start_seconds": 189.11, '
            '"end_seconds": 189.48, "kind": "word", "logprob": -0.04}]}'
        )
    )
    assert isinstance(segment, SegmentCommitted)
    assert segment.segment.number == 7
    assert segment.segment.words[0].logprob == -0.04
    gap = from_record(
        {
            "type": "gap",
            "session": "news",
            "at": "2026-11-23T10:03:26.000+00:00",
            "start_seconds": 191.02,
            "end_seconds": 205,
            "started_at": "2026-11-23T10:03:11.130+00:00",
            "ended_at": "2026-11-23T10:03:25.110+00:00",
            "cause": "source dropped",
        }
    )
    assert isinstance(gap, GapRecorded)
    redacted = from_record(
        {
            "type": "redaction",
            "session": "news",
            "at": "2026-11-23T10:03:26.000+00:00",
            "text": "Call Ann.",
            "redacted_text": "Call [NAME_1].",
        }
    )
    assert isinstance(redacted, SegmentRedacted)
    assert redacted.segment_number == 0


@pytest.mark.parametrize("number", [math.inf, 10**400, "1", True, None])
def test_a_number_that_is_none_makes_no_event(number):
    record = {"type": "gap", "v": VERSION, "session": "a", "cause": "x"}
    times = dict.fromkeys(("at", "started_at", "ended_at"), "2026-11-23T10:03:26.000+00:00")
    assert from_record(record | times | {"start_seconds": 0.0, "end_seconds": number}) is None


def test_texts_of_an_edited_journal_cannot_act_on_a_terminal():
    record = {"type": "title", "v": VERSION, "session": "a", "at": "2026-11-23T10:03:26.000+00:00"}
    found = from_record(record | {"title": "\x1b]0;gone\x07fine"})
    assert isinstance(found, TitleChanged)
    assert found.title == "fine"


def test_a_hit_has_the_names_that_others_read_it_by():
    hit = WatchHit(
        session="news", at=1_760_000_000.0, hit=3, watch="places", word="Southwark",
        heard="Suthark", tier=Tier.CLOSE, status=HitStatus.CONFIRMED, segment_number=7,
        source_seconds=189.114, quote="The bridge at Suthark will close tonight.", alert=True,
    )  # fmt: skip
    record = to_record(hit)
    assert datetime.fromisoformat(record.pop("at")).timestamp() == hit.at
    assert record == {
        "type": "hit", "v": VERSION, "session": "news", "hit": 3, "watch": "places",
        "word": "Southwark", "heard": "Suthark", "tier": "close", "status": "confirmed",
        "segment_number": 7, "source_seconds": 189.114,
        "quote": "The bridge at Suthark will close tonight.", "alert": True,
    }  # fmt: skip
    assert from_record(json.loads(to_line(to_record(hit)))) == hit
    assert {tier.value for tier in Tier} == {"exact", "close", "sounds_like"}
    assert {status.value for status in HitStatus} == {"unconfirmed", "confirmed", "withdrawn"}


@pytest.mark.parametrize("seconds", [1e300, -1e11, float("inf")])
@pytest.mark.parametrize("year", ["2026", "0001", "9999"])
def test_what_no_calendar_holds_is_damage(seconds, year):
    at = f"{year}-12-31T10:03:26.000+00:00"
    word = {"text": "hi", "start_seconds": 1.0, "end_seconds": 2.0}
    record = {
        "type": "segment", "v": VERSION, "session": "a", "at": at, "started_at": at,
        "number": 1, "text": "hi", "start_seconds": 1.0, "end_seconds": 2.0, "words": [word],
    }  # fmt: skip
    assert (from_record(record) is not None) == (year == "2026")
    assert from_record(record | {"end_seconds": seconds}) is None
    assert from_record(record | {"words": [word | {"end_seconds": seconds}]}) is None
