"""The transcript keeps every committed line in order, within bounds, and one partial."""

import pytest

from scribe_tui.events import (
    CommittedSegment,
    Event,
    Gap,
    GapRecorded,
    PartialChanged,
    SegmentCommitted,
    SegmentEdited,
    SegmentRedacted,
    TitleChanged,
    Word,
)
from scribe_tui.transcript import TRIM_SLACK, Transcript


def committed(number: int, text: str) -> Event:
    return SegmentCommitted(session="a", at=0, segment=CommittedSegment(number, text, 1000.0, 0, 1))


def partial(text: str) -> Event:
    return PartialChanged(session="a", at=0, text=text)


def texts(transcript: Transcript) -> list[str]:
    lines = [transcript.line(number) for number in range(transcript.first, transcript.end)]
    return [line.text if isinstance(line, CommittedSegment) else line.cause for line in lines]


def test_a_partial_is_replaced_and_a_commit_clears_it() -> None:
    transcript = Transcript()
    assert transcript.apply(partial("hel"))
    assert transcript.apply(partial("hello"))
    assert transcript.partial == "hello"
    assert transcript.apply(committed(1, "Hello."))
    assert (texts(transcript), transcript.partial) == (["Hello."], "")


def test_what_changes_nothing_says_so() -> None:
    transcript = Transcript()
    transcript.apply(partial("hello"))
    assert not transcript.apply(partial("hello"))
    assert not transcript.apply(TitleChanged(session="a", at=0, title="x"))
    transcript.apply(committed(1, ""))
    assert transcript.end == 0
    assert not transcript.apply(committed(2, ""))


def test_gaps_stand_between_the_lines() -> None:
    transcript = Transcript()
    transcript.apply(committed(1, "one"))
    transcript.apply(GapRecorded(session="a", at=0, gap=Gap(1, 2, 1001, 1002, "source dropped")))
    transcript.apply(committed(2, "two"))
    assert texts(transcript) == ["one", "source dropped", "two"]


def test_word_times_are_not_kept_since_they_outweigh_the_text() -> None:
    transcript = Transcript()
    segment = CommittedSegment(1, "one", 1000.0, 0, 1, words=(Word("one", 0, 1),))
    transcript.apply(SegmentCommitted(session="a", at=0, segment=segment))
    assert transcript.line(0) == CommittedSegment(1, "one", 1000.0, 0, 1)


def test_old_lines_go_and_the_others_keep_their_numbers() -> None:
    transcript = Transcript(max_lines=10)
    for number in range(10 + TRIM_SLACK + 1):
        transcript.apply(committed(number, f"line {number}"))
    assert transcript.end == 10 + TRIM_SLACK + 1
    assert transcript.end - transcript.first <= 10 + TRIM_SLACK
    assert texts(transcript)[-1] == f"line {10 + TRIM_SLACK}"
    assert texts(transcript)[0] == f"line {transcript.first}"
    with pytest.raises(IndexError):
        transcript.line(transcript.first - 1)
    with pytest.raises(IndexError):
        transcript.line(transcript.end)


def test_huge_lines_are_bounded_by_their_characters_but_the_newest_stays() -> None:
    transcript = Transcript(max_chars=100)
    for number in range(5):
        transcript.apply(committed(number, str(number) * 60))
    assert texts(transcript) == ["4" * 60]
    transcript.apply(committed(5, "x" * 1000))
    assert texts(transcript) == ["x" * 1000]


@pytest.mark.parametrize(
    "later",
    [
        SegmentRedacted(session="a", at=0, text="call 555", redacted_text="call ***"),
        SegmentEdited(session="a", at=0, text="call 555", edited_text="call ***"),
    ],
)
def test_the_services_later_form_replaces_the_newest_such_line(later: Event) -> None:
    transcript = Transcript()
    for number, text in enumerate(["call 555", "other", "call 555", "last"]):
        transcript.apply(committed(number, text))
    assert transcript.apply(later)
    assert texts(transcript) == ["call 555", "other", "call ***", "last"]
    assert not Transcript().apply(later)
