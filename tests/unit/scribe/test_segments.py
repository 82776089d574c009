"""The assembler in all orders: every segment once, in order, with its words if they came."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scribe_tui.events import Word
from scribe_tui.scribe.messages import Committed, CommittedWithTimestamps, Message, Partial, Unknown
from scribe_tui.scribe.segments import AssembledSegment, SegmentAssembler
from tests.support.left_to_ci import examples

RATE = 16000


def words(start: float) -> tuple[Word, ...]:
    return (Word("go", start, start + 0.5),)


def timed(text: str, start: float = 0.0, language: str | None = None) -> CommittedWithTimestamps:
    return CommittedWithTimestamps(text, words(start), language)


def whole(text: str, start: float = 0.0) -> AssembledSegment:
    return AssembledSegment(text, words(start))


class Line:
    """An assembler whose clock and audio go on by 100 ms a message unless told otherwise."""

    def __init__(self, *, expects_timed: bool = True, had_speech: bool = False):
        """`had_speech`: whether there is speech after each segment."""
        self.assembler = SegmentAssembler(
            expects_timed=expects_timed, wait_seconds=0.5, had_speech=lambda *_: had_speech
        )
        self.now = 100.0
        self.sent = 0
        self.out: list[Partial | AssembledSegment] = []

    def feed(
        self,
        *messages: Message,
        step: float = 0.01,
        audio: bool = True,
        commit_pending: bool = False,
        is_answer: bool = False,
        is_unasked: bool = False,
    ) -> Line:
        for message in messages:
            self.now += step
            self.sent += RATE // 10 if audio else 0
            self.out += self.assembler.feed(
                message,
                self.now,
                self.sent,
                commit_pending=commit_pending,
                is_answer=is_answer,
                is_unasked=is_unasked,
            )
        return self

    def sound(self, seconds: float) -> Line:
        """Sound is sent, and the time goes on by as much."""
        self.sent += round(seconds * RATE)
        return self.wait(seconds)

    def texts(self) -> list[str]:
        """Of all segments, once the connection is over."""
        return [item.text for item in self.end() if isinstance(item, AssembledSegment)]

    def wait(self, seconds: float) -> Line:
        self.now += seconds
        self.out += self.assembler.expire(self.now)
        return self

    def end(self) -> list[Partial | AssembledSegment]:
        self.out += self.assembler.expire(math.inf)
        assert self.assembler.deadline is None
        return self.out


def test_without_times_nothing_waits() -> None:
    line = Line(expects_timed=False).feed(Committed("a"), Committed("b"))
    assert line.out == [AssembledSegment("a"), AssembledSegment("b")]
    assert line.assembler.deadline is None


@pytest.mark.parametrize(
    "pair", [(Committed("a"), timed("a")), (timed("a"), Committed("a"))], ids=["after", "before"]
)
def test_the_pair_in_either_order_is_one_segment(pair: tuple[Message, Message]) -> None:
    line = Line().feed(pair[0])
    assert line.out == []
    assert line.assembler.deadline == pytest.approx(100.51)
    assert line.feed(pair[1]).out == [whole("a")]
    assert line.end() == [whole("a")]


def test_language_alone_is_attached_too() -> None:
    told = CommittedWithTimestamps("a", (), "en")
    assert Line().feed(told, Committed("a")).out == [AssembledSegment("a", (), "en")]


def test_an_empty_segment_is_told() -> None:
    assert Line(expects_timed=False).feed(Committed("")).out == [AssembledSegment("")]


def test_the_wait_is_bounded_and_what_comes_later_is_not_a_second_segment() -> None:
    line = Line().feed(Committed("a")).wait(0.4)
    assert line.out == []
    assert line.wait(0.1).out == [AssembledSegment("a")]
    assert line.feed(timed("a")).end() == [AssembledSegment("a")]


def test_times_without_a_plain_message_still_show_the_text_once() -> None:
    line = Line().feed(timed("a")).wait(0.5)
    assert line.out == [whole("a")]
    assert line.feed(Committed("a")).end() == [whole("a")]


def test_no_segment_overtakes_another() -> None:
    line = Line().feed(Committed("a"), Committed("b"), timed("b", 2))
    assert line.out == []
    assert line.feed(timed("a", 1)).out == [whole("a", 1), whole("b", 2)]


def test_a_segment_behind_one_without_times_goes_on_after_the_wait() -> None:
    line = Line().feed(Committed("a"), Committed("b"), timed("b", 2)).wait(0.5)
    assert line.out == [AssembledSegment("a"), whole("b", 2)]


def test_equal_texts_take_their_times_in_order() -> None:
    line = Line().feed(Committed("yes"), Committed("yes"), timed("yes", 1), timed("yes", 2))
    assert line.end() == [whole("yes", 1), whole("yes", 2)]


REPEATS = {
    "pairs": [Committed("a"), timed("a")] * 3,
    "plain thrice, then times": [Committed("a")] * 3 + [timed("a")] * 3,
    "plain thrice, times once": [Committed("a")] * 3 + [timed("a")],
    "times first": [timed("a"), Committed("a")] * 3,
    "times twice": [Committed("a"), timed("a"), timed("a")],
}


@pytest.mark.parametrize("messages", REPEATS.values(), ids=REPEATS.keys())
def test_a_segment_told_again_without_audio_between_is_one(messages: list[Message]) -> None:
    assert Line().feed(*messages, audio=False).end() == [whole("a")]


@pytest.mark.parametrize("name", ["pairs", "times twice"])
def test_a_segment_told_again_with_the_same_times_is_one_whatever_was_sent(name: str) -> None:
    assert Line().feed(*REPEATS[name]).end() == [whole("a")]


YES = "Yes."


def test_the_same_said_again_without_its_times_is_a_segment() -> None:
    line = Line().feed(Committed(YES), timed(YES, 1.0)).sound(5).feed(Committed(YES))
    assert line.end() == [whole(YES, 1.0), AssembledSegment(YES)]


def test_times_that_restart_with_each_segment_are_no_repeat() -> None:
    line = Line()
    for _ in range(3):
        line.feed(Committed(YES), timed(YES, 0.0)).sound(2)
    assert line.texts() == [YES] * 3


@pytest.mark.parametrize("timed_first", [False, True])
def test_the_same_times_are_a_repeat_however_much_was_sent_between(timed_first: bool) -> None:
    """Old sound is caught up with at four times its pace: a second of it is soon sent."""
    pair = (timed(YES, 5.0), Committed(YES)) if timed_first else (Committed(YES), timed(YES, 5.0))
    line = Line().feed(Committed("a"), timed("a", 1.0)).sound(4)
    line.feed(*pair).sound(4).feed(*pair, audio=False).wait(1)
    assert line.texts() == ["a", YES]


def test_a_late_repeat_comes_with_little_sound_between() -> None:
    line = Line().feed(Committed(YES), timed(YES)).sound(0.5).feed(Committed(YES))
    assert line.texts() == [YES]


def test_a_twin_without_its_times_is_told_by_the_sound_that_was_sent_for_it() -> None:
    said = (Committed(YES), timed(YES))
    line = Line(had_speech=True).feed(*said).sound(0.5).feed(Committed(YES)).wait(1)
    assert line.texts() == [YES, YES]
    line = Line(had_speech=False).feed(*said).sound(0.5).feed(Committed(YES)).wait(1)
    assert line.texts() == [YES]


def test_a_service_known_to_tell_again_is_not_believed_because_somebody_had_speech() -> None:
    line = Line(had_speech=True).feed(Committed("a"), timed("a"), Committed("a"), audio=False)
    line.sound(2).feed(Committed(YES), timed(YES, 2.0)).sound(0.5).feed(Committed(YES)).wait(1)
    assert line.texts() == ["a", YES]


@pytest.mark.parametrize("expects_timed", [True, False])
def test_the_answer_to_a_commit_after_all_was_sent_is_no_repeat(expects_timed: bool) -> None:
    line = Line(expects_timed=expects_timed)
    line.feed(Committed(YES), audio=False, commit_pending=True)
    line.feed(Committed(YES), audio=False, commit_pending=True)
    assert line.texts() == [YES] * 2


def twice_for_two_commits() -> Line:
    """Two commits wait; the answer to the first came, and the same text once more."""
    line = Line(expects_timed=False)
    line.feed(Committed(YES), audio=False, commit_pending=True)
    return line.feed(Committed(YES), audio=False, commit_pending=True)


def test_what_may_answer_another_commit_waits_a_moment_for_the_answer_that_shows_it() -> None:
    line = twice_for_two_commits()
    assert line.out == [AssembledSegment(YES)]
    assert [item.may_be_repeat for item in line.wait(2).out] == [False, True]


def test_the_answer_to_the_last_commit_shows_that_the_text_before_it_was_sent_twice() -> None:
    line = twice_for_two_commits().wait(1)
    line.feed(Committed("b"), audio=False, commit_pending=True, is_answer=True)
    line.feed(Committed("b"), audio=False)
    assert line.texts() == [YES, "b"]


def test_the_next_text_that_is_sent_twice_shows_it_too() -> None:
    """Under VAD the next text may be a segment of the service's own."""
    line = twice_for_two_commits().feed(*[Committed("b")] * 2, audio=False)
    assert line.texts() == [YES, "b"]


@pytest.mark.parametrize("text", ["", YES])
def test_what_nobody_asked_for_is_the_answer_before_it_once_more(text: str) -> None:
    """However much was sent since: an empty copy would answer the next commit, that is to come."""
    pair = (Committed(text), CommittedWithTimestamps(text, ()))
    for copy in (pair, pair[::-1], pair[:1], pair[1:]):
        line = Line().feed(*pair, commit_pending=True).sound(5)
        assert line.feed(*copy, is_unasked=True).end() == [AssembledSegment(text)]


@pytest.mark.parametrize("timed_first", [False, True])
def test_the_other_message_of_an_answer_is_no_copy_of_it(timed_first: bool) -> None:
    pair = (Committed(YES), timed(YES, 1.0))
    first, second = pair[::-1] if timed_first else pair
    line = Line().feed(Committed(YES), timed(YES, 0.0), commit_pending=True).sound(5)
    line.feed(first, commit_pending=True).feed(second, is_unasked=True)
    assert line.end() == [whole(YES, 0.0), whole(YES, 1.0)]


def test_the_same_text_as_the_last_answer_shows_nothing() -> None:
    line = twice_for_two_commits()
    line.feed(Committed(YES), audio=False, commit_pending=True, is_answer=True)
    assert line.texts()[:2] == [YES] * 2


def test_a_service_known_to_tell_again_is_not_believed_because_an_answer_is_due() -> None:
    line = Line(expects_timed=False)
    line.feed(Committed("a"), Committed("a"), audio=False)
    line.sound(2).feed(Committed(YES), Committed(YES), audio=False, commit_pending=True)
    assert line.texts() == ["a", YES]


def test_a_message_that_never_came_takes_none_from_a_later_segment() -> None:
    line = Line().feed(timed(YES, 1.0)).wait(1).sound(8).feed(Committed(YES)).wait(1)
    assert line.texts() == [YES] * 2
    line = Line().feed(Committed(YES)).wait(1).sound(8).feed(timed(YES, 9.0)).wait(1)
    assert line.end() == [AssembledSegment(YES), whole(YES, 9.0)]


@pytest.mark.parametrize("seconds", [0.1, 0.5, 1.0])
def test_a_sentence_said_again_word_for_word_is_shown_as_it_grows(seconds: float) -> None:
    said = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
    growing = [Partial(" ".join(said[: count + 1])) for count in range(len(said))]
    line = Line(expects_timed=False).feed(*growing, Committed(" ".join(said)))
    for partial in growing:
        line.sound(seconds).feed(partial)
    assert line.out == [*growing, AssembledSegment(" ".join(said)), *growing]


def test_plain_repeats_need_audio_between_to_be_two() -> None:
    same = [Committed("yes")] * 2
    assert len(Line(expects_timed=False).feed(*same, audio=False).end()) == 1
    assert len(Line(expects_timed=False).feed(*same).end()) == 2


def test_the_same_words_later_are_another_segment() -> None:
    line = Line().feed(Committed("yes"), timed("yes", 1), Committed("yes"), timed("yes", 9))
    assert line.end() == [whole("yes", 1), whole("yes", 9)]


def test_partials_pass_but_not_their_repeats() -> None:
    line = Line().feed(*map(Partial, ["", "a", "a", "a b", "a b", "", "a"]))
    assert line.out == [Partial("a"), Partial("a b"), Partial(""), Partial("a")]


def test_the_echo_of_a_commit_is_dropped() -> None:
    line = Line(expects_timed=False)
    line.feed(Partial("a"), Committed("a"), *map(Partial, ["a", "a ", "", "b"]))
    assert line.out == [Partial("a"), AssembledSegment("a"), Partial("b")]


def test_saying_the_same_again_is_no_echo_once_something_else_was_said() -> None:
    line = Line(expects_timed=False)
    line.feed(Committed("a"), Partial("a"), Partial("b"), Partial("a"))
    assert line.out == [AssembledSegment("a"), Partial("b"), Partial("a")]


def test_the_next_partial_waits_for_the_segment_before_it() -> None:
    line = Line().feed(Partial("a"), Committed("a"), Partial("b"), Partial("b c"))
    assert line.out == [Partial("a")]
    assert line.feed(timed("a")).out == [Partial("a"), whole("a"), Partial("b c")]


def test_a_late_plain_message_keeps_the_next_partial() -> None:
    line = Line().feed(timed("a"), Partial("b"), Committed("a"))
    assert line.out == [whole("a"), Partial("b")]


def test_other_messages_bring_about_nothing() -> None:
    assert Line().feed(Unknown("x")).end() == []


@settings(max_examples=examples(120), deadline=None)
@given(st.data())
def test_any_interleaving_of_pairs_yields_each_segment_once(data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 5))
    plain = [Committed(f"s{number}") for number in range(count)]
    times = [timed(f"s{number}", number) for number in range(count)]
    line = Line()
    while plain or times:
        source = data.draw(st.sampled_from([queue for queue in (plain, times) if queue]))
        line.feed(source.pop(0), step=data.draw(st.sampled_from([0.0, 0.2, 0.6])))
    segments = [item for item in line.end() if isinstance(item, AssembledSegment)]
    assert [segment.text for segment in segments] == [f"s{number}" for number in range(count)]
    assert all(segment.words in ((), words(number)) for number, segment in enumerate(segments))
