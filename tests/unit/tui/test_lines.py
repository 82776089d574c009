"""Plain lines: what is said of events, harmless and bounded; what is typed in answer."""

from __future__ import annotations

from typing import Any

import pytest

from scribe_tui.events import (
    CommittedSegment,
    ErrorCleared,
    ErrorRaised,
    Event,
    Gap,
    GapRecorded,
    Half,
    HitStatus,
    PartialChanged,
    SegmentCommitted,
    SessionOpened,
    SessionRenamed,
    State,
    StateChanged,
    Tier,
    WatchHit,
)
from scribe_tui.tui.bridge import BridgeSink
from scribe_tui.tui.lines import typed
from scribe_tui.tui.lines.sentences import MAX_CHARS, line_of
from scribe_tui.tui.lines.sink import LineSink
from scribe_tui.tui.lines.typed import TypedLine, YesNo

KNOWN: dict[str, Any] = {"session": "s1", "at": 1_760_000_000.0}


def committed(text: str) -> SegmentCommitted:
    return SegmentCommitted(**KNOWN, segment=CommittedSegment(1, text, KNOWN["at"], 0, 1))


def hit(status: HitStatus, heard: str = "fire") -> WatchHit:
    facts: dict[str, Any] = {"watch": "words", "segment_number": 1, "source_seconds": 1.0}
    return WatchHit(
        **KNOWN, hit=1, word="fire", heard=heard, tier=Tier.EXACT, status=status,
        quote="the fire is out", **facts,
    )  # fmt: skip


def error(half: Half = Half.SOURCE, message: str = "404 Not Found.") -> ErrorRaised:
    return ErrorRaised(**KNOWN, half=half, title="t", message=message, retry_in_seconds=8.0)


@pytest.mark.parametrize(
    ("event", "line"),
    [
        (committed("Good evening."), "news: Good evening."),
        (error(), "news: source down: 404 Not Found. Next try in 8 s."),
        (hit(HitStatus.CONFIRMED), "news: hit fire: the fire is out"),
        (hit(HitStatus.UNCONFIRMED), "news: hit fire, unconfirmed: the fire is out"),
        (hit(HitStatus.WITHDRAWN), "news: no hit after all: fire"),
        (hit(HitStatus.CONFIRMED, "fyre"), "news: hit fire, heard fyre: the fire is out"),
        (StateChanged(**KNOWN, state=State.LIVE, previous=State.CONNECTING), "news: live"),
        (StateChanged(**KNOWN, state=State.CONNECTING, previous=State.IDLE), ""),
        (PartialChanged(**KNOWN, text="good ev"), ""),
    ],
)
def test_one_event_is_one_line_or_none(event: Event, line: str) -> None:
    assert line_of(event, "news") == line


def test_what_was_not_heard_is_said_with_its_cause() -> None:
    event = GapRecorded(**KNOWN, gap=Gap(0, 14.2, KNOWN["at"], KNOWN["at"] + 14.2, "dropped"))
    assert line_of(event, "news").endswith("(14.2 s): dropped")


def test_hostile_text_is_one_harmless_line_of_bounded_length() -> None:
    line = line_of(committed("\x1b[2J\x1b]0;title\x07two\r\nlines " + "x" * 100_000), "n\x1bm")
    assert line.isprintable()
    assert len(line) <= MAX_CHARS


def test_an_error_is_said_once_and_its_end_too() -> None:
    said: list[str] = []
    feed = LineSink(said.append)
    opened: dict[str, Any] = {"source": "mic", "audio_format": "pcm_16000", "commit": "vad"}
    feed.receive(SessionOpened(**KNOWN, name="harbor", **opened))
    for event in (
        error(), error(), error(message="Refused."), ErrorCleared(**KNOWN, half=Half.SOURCE),
        ErrorCleared(**KNOWN, half=Half.SPEECH), error(),
    ):  # fmt: skip
        feed.receive(event)
    assert said == [
        "harbor: source down: 404 Not Found. Next try in 8 s.",
        "harbor: source down: Refused. Next try in 8 s.",
        "harbor: source works again",
        "harbor: source down: 404 Not Found. Next try in 8 s.",
    ]


def test_a_source_is_called_by_its_present_name_and_its_lines_are_kept() -> None:
    said: list[str] = []
    feed = LineSink(said.append)
    feed.receive(SessionRenamed(**KNOWN, name="talk"))
    feed.receive(committed("hello"))
    assert said[-1] == "talk: hello"
    assert feed.transcript_of("s1").line(0).text == "hello"
    feed.close()
    feed.receive(committed("more"))
    assert len(said) == 2


def test_a_line_is_typed_mended_and_given_up() -> None:
    got: list[str | None] = []
    line = TypedLine(got.append)
    assert line.take("ab\x1b[A") == ("ab", False)
    assert line.take("\x7f\x7f\x7f") == ("\b \b\b \b", False)
    assert line.take("c\r") == ("c\n", True)
    TypedLine(got.append).take("\x1b")
    assert got == ["c", None]


def test_a_yes_counts_once_the_question_can_have_been_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers: list[str] = []
    question = YesNo(lambda: answers.append("yes"), lambda: answers.append("no"))
    assert question.take("y") == ("", False)
    monkeypatch.setattr(typed, "ANSWER_SECONDS", 0.0)
    assert question.take("x") == ("", False)
    assert question.take("y") == ("", True)
    assert question.take("n") == ("", True)
    assert answers == ["yes", "no"]


def test_a_bug_at_one_event_is_said_once_and_the_next_line_comes() -> None:
    said: list[str] = []
    feed = LineSink(said.append)
    sink = BridgeSink(feed)
    feed.receive(SessionOpened(**KNOWN, name="news", source="mic", audio_format="", commit="vad"))
    said.clear()
    with pytest.MonkeyPatch.context() as bug:
        bug.setattr(feed, "receive", lambda _: 1 / 0)
        sink.receive(committed("Lost."))
        sink.receive(committed("Lost, too."))
    sink.receive(committed("Good evening."))
    assert len(said) == 2
    assert said[0].startswith("a line of news cannot be said: ZeroDivisionError in ")
    assert said[1] == "news: Good evening."
