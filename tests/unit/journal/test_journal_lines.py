"""What stands in a line of the journal, for machines and for people, and under what name."""

import dataclasses
import json
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scribe_tui import events
from scribe_tui.event_records import TYPES, to_line, to_record
from scribe_tui.events import (
    CommittedSegment,
    ErrorRaised,
    Gap,
    GapRecorded,
    Half,
    SegmentCommitted,
    SessionOpened,
    State,
    StateChanged,
    TitleChanged,
    Word,
)
from scribe_tui.journal.file_names import MAX_STEM_BYTES, Stems, file_stem
from scribe_tui.journal.readable import clock, to_readable

NOON = 1795521600.25


def committed(text: str) -> SegmentCommitted:
    """A segment of one word."""
    word = Word(text, 1.0004, 2.0, logprob=-0.25)
    segment = CommittedSegment(3, text, NOON, 1.0004, 2.5, (word,), "en")
    return SegmentCommitted(session="news", at=NOON + 3, segment=segment)


def test_every_kind_of_event_has_a_type_of_its_own():
    kinds = {kind for kind in vars(events).values() if _is_event(kind)}
    assert kinds == set(TYPES)
    assert len(set(TYPES.values())) == len(TYPES)


def _is_event(kind):
    return isinstance(kind, type) and issubclass(kind, events.Event) and kind is not events.Event


def test_a_segment_has_text_wall_clock_and_words_in_source_time():
    record = to_record(committed("hello"))
    assert (record["type"], record["session"], record["text"]) == ("segment", "news", "hello")
    assert datetime.fromisoformat(record["started_at"]).timestamp() == NOON
    assert datetime.fromisoformat(record["at"]).utcoffset() is not None
    assert (record["start_seconds"], record["end_seconds"]) == (1.0, 2.5)
    assert record["words"] == [
        {
            "text": "hello",
            "start_seconds": 1.0,
            "end_seconds": 2.0,
            "kind": "word",
            "logprob": -0.25,
        }
    ]


def test_states_and_gaps_are_written_in_words_and_times():
    state = StateChanged(
        session="a", at=NOON, state=State.LIVE, previous=State.CONNECTING, reason="first"
    )
    assert to_record(state) | {"at": ""} == {
        "type": "state",
        "v": 2,
        "session": "a",
        "at": "",
        "state": "live",
        "previous": "connecting",
        "reason": "first",
    }
    gap = to_record(GapRecorded(session="a", at=NOON, gap=Gap(1.0, 2.0, NOON, NOON + 1, "down")))
    assert (gap["start_seconds"], gap["end_seconds"], gap["cause"]) == (1.0, 2.0, "down")
    assert datetime.fromisoformat(gap["ended_at"]).timestamp() == NOON + 1


def test_a_number_json_does_not_know_becomes_null():
    event = dataclasses.replace(
        committed("x"), segment=CommittedSegment(1, "x", NOON, float("nan"), float("inf"))
    )
    record = json.loads(to_line(to_record(event)))
    assert record["end_seconds"] is None


@given(st.text() | st.text(alphabet="\x1b[2J\ud800\u202e\n\r\u2028\x00\x85"))
def test_any_text_is_one_line_of_valid_utf8_in_both_files(text):
    event = committed(text)
    line = to_line(to_record(event))
    assert line.count(b"\n") == 1
    json.loads(line.decode("utf-8"))
    readable = to_readable(event).decode("utf-8")
    assert len(readable.splitlines()) == 1
    assert readable.startswith(clock(NOON))


def test_a_million_characters_without_a_space_are_kept_whole():
    text = "x" * 1_000_000
    assert json.loads(to_line(to_record(committed(text))))["text"] == text


def test_spoken_text_cannot_pass_for_a_remark_of_the_program():
    error = ErrorRaised(
        session="a", at=NOON, half=Half.SOURCE, title="lost", message="404 Not Found."
    )
    gap = GapRecorded(session="a", at=NOON, gap=Gap(1.0, 15.2, NOON, NOON + 14.2, "source dropped"))
    assert to_readable(error).decode() == f"[{clock(NOON)} source error: 404 Not Found.]\n"
    assert "not heard" in to_readable(gap).decode()
    assert "(14.2 s): source dropped]" in to_readable(gap).decode()
    assert not to_readable(committed("[12:00:00 ended]")).startswith(b"[")


def test_what_is_not_for_reading_stays_out_of_the_text():
    assert (
        to_readable(StateChanged(session="a", at=1.0, state=State.LIVE, previous=State.IDLE))
        is None
    )
    assert to_readable(TitleChanged(session="a", at=1.0, title="Song")).endswith(b"title: Song]\n")
    opened = SessionOpened(
        name="news", session="a", at=1.0, source="mic", audio_format="pcm_16000", commit="vad"
    )
    assert to_readable(opened).endswith(b"a: mic]\n")


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("news", "news"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("..", "_"),
        ("", "_"),
        (".hidden", "hidden"),
        ("radio.example:8000", "radio.example_8000"),
        ("con", "_con"),
        ("NUL.txt", "_NUL.txt"),
        ("日本語 ラジオ", "日本語 ラジオ"),
        ("a\x00b\nc", "a_b_c"),
        ("x ", "x"),
    ],
)
def test_a_name_becomes_a_safe_stem(name, stem):
    assert file_stem(name) == stem


@given(st.text())
def test_any_name_becomes_a_stem_that_can_be_a_file(tmp_path_factory, name):
    stem = file_stem(name)
    assert 0 < len(stem.encode()) <= MAX_STEM_BYTES + 1
    path = tmp_path_factory.getbasetemp() / f"{stem}.jsonl"
    path.touch()
    assert path.parent == tmp_path_factory.getbasetemp()


def test_names_that_some_disks_take_for_equal_get_different_stems():
    stems = Stems()
    names = ["News", "news", "NEWS", "caf\u00e9", "cafe\u0301", "a/b", "a:b", "news"]
    given = [stems.of(name) for name in names]
    assert given[:3] == ["News", "news-2", "NEWS-3"]
    assert len({stem.casefold() for stem in given[:-1]}) == len(names) - 1
    assert given[-1] == given[1]
