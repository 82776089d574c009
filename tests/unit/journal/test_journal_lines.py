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
from scribe_tui.journal.readable import ReadableLines, clock

NOON = 1795521600.25


def committed(text: str) -> SegmentCommitted:
    """A segment of one word."""
    word = Word(text, 1.0004, 2.0, logprob=-0.25)
    segment = CommittedSegment(3, text, NOON, 1.0004, 2.5, (word,), "en")
    return SegmentCommitted(session="news", at=NOON + 3, segment=segment)


def lines_of(*told: events.Event) -> list[bytes]:
    """The lines of a file for people that holds these events."""
    lines = ReadableLines()
    made = b"".join(lines.of(event) or b"" for event in told)
    return made.decode("utf-8").encode().splitlines(keepends=True)


def test_each_day_is_named_where_it_begins():
    day = 86400.0

    def said(at: float) -> SegmentCommitted:
        return SegmentCommitted(
            session="a", at=at + 5, segment=CommittedSegment(1, "hello", at, 0.0, 1.0)
        )

    def date_of(at: float) -> str:
        return f"{datetime.fromtimestamp(at):%Y-%m-%d}"

    opened = SessionOpened(
        session="a", name="a", at=NOON, source="mic", audio_format="x", commit="vad"
    )
    told = (opened, said(NOON), said(NOON + day), said(NOON + day + 1), said(NOON + 3 * day))
    lines = [line.decode().rstrip("\n") for line in lines_of(*told)]
    assert lines == [
        f"[{clock(NOON)} {date_of(NOON)} a: mic]",
        f"{clock(NOON)} hello",
        f"[{date_of(NOON + day)}]",
        f"{clock(NOON + day)} hello",
        f"{clock(NOON + day + 1)} hello",
        f"[{date_of(NOON + 3 * day)}]",
        f"{clock(NOON + 3 * day)} hello",
    ]


def test_after_a_rotation_a_line_of_yesterday_stands_under_yesterday():
    lines = ReadableLines()
    midnight = datetime(2026, 11, 24).timestamp()
    opened = SessionOpened(
        session="a", name="a", at=NOON, source="mic", audio_format="x", commit="vad"
    )
    lines.begin_file()
    made = lines.continued(opened, midnight + 2)
    segment = CommittedSegment(1, "late", midnight - 3, 0.0, 1.0)
    made += lines.of(SegmentCommitted(session="a", at=midnight + 2, segment=segment)) or b""
    assert made.decode().splitlines() == [
        "[00:00:02 2026-11-24 a: mic, continued]",
        "[2026-11-23]",
        "23:59:57 late",
    ]


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
    readable = lines_of(event)[-1].decode("utf-8")
    assert len(lines_of(event)) == 2, "the day and the text"
    assert readable.startswith(clock(NOON))


def test_a_million_characters_without_a_space_are_kept_whole():
    text = "x" * 1_000_000
    assert json.loads(to_line(to_record(committed(text))))["text"] == text


def test_spoken_text_cannot_pass_for_a_remark_of_the_program():
    error = ErrorRaised(
        session="a", at=NOON, half=Half.SOURCE, title="lost", message="404 Not Found."
    )
    gap = GapRecorded(session="a", at=NOON, gap=Gap(1.0, 15.2, NOON, NOON + 14.2, "source dropped"))
    assert lines_of(error)[-1].decode() == f"[{clock(NOON)} source error: 404 Not Found.]\n"
    assert "not heard" in lines_of(gap)[-1].decode()
    assert "(14.2 s): source dropped]" in lines_of(gap)[-1].decode()
    assert not lines_of(committed("[12:00:00 ended]"))[-1].startswith(b"[")


def test_what_is_not_for_reading_stays_out_of_the_text():
    assert (
        ReadableLines().of(StateChanged(session="a", at=1.0, state=State.LIVE, previous=State.IDLE))
        is None
    )
    assert lines_of(TitleChanged(session="a", at=1.0, title="Song"))[-1].endswith(b"title: Song]\n")
    opened = SessionOpened(
        name="news", session="a", at=1.0, source="mic", audio_format="pcm_16000", commit="vad"
    )
    assert lines_of(opened)[-1].endswith(b"news: mic]\n")


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
