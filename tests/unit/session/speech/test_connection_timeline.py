"""What a connection was sent, what it committed, and how its time becomes the source's."""

import pytest

from scribe_tui.audio.format import AudioFormat
from scribe_tui.events import CommitReason
from scribe_tui.session.speech.connection_timeline import ConnectionTimeline

FORMAT = AudioFormat.parse("pcm_16000")
CHUNK = 1600


def timeline_after(chunks: int, start: int = 0, *, vad: bool = False) -> ConnectionTimeline:
    timeline = ConnectionTimeline(FORMAT, uses_vad=vad)
    timeline.begin(start)
    send(timeline, chunks)
    return timeline


def commit(timeline: ConnectionTimeline, words_end: float | None) -> tuple[int, int]:
    return timeline.commit(words_end, received_at=timeline.samples, vad_silence=1.5)


def send(timeline: ConnectionTimeline, chunks: int) -> None:
    for _ in range(chunks):
        timeline.send(timeline.sent, CHUNK)


def test_commits_are_answered_in_order() -> None:
    timeline = timeline_after(10)
    timeline.request_commit(CommitReason.USER)
    send(timeline, 10)
    timeline.request_commit(CommitReason.USER)
    assert timeline.pending_commits == 2
    assert commit(timeline, 0.8) == (0, 10 * CHUNK)
    assert commit(timeline, None) == (10 * CHUNK, 20 * CHUNK)


def test_under_vad_the_last_word_is_where_the_segment_ends() -> None:
    assert commit(timeline_after(50, vad=True), 2.0) == (0, 32000)


def test_under_vad_without_words_the_pause_stays_open() -> None:
    span = commit(timeline_after(50, vad=True), None)
    assert span == (0, 50 * CHUNK - 24000)


def seconds(timeline: ConnectionTimeline) -> float:
    return FORMAT.seconds(timeline.committed)


def speak(timeline: ConnectionTimeline, *lengths: float) -> None:
    """Sound and pauses in turn, in seconds."""
    for number, length in enumerate(lengths):
        for _ in range(round(length * 10)):
            timeline.send(timeline.sent, CHUNK, is_pause=number % 2 == 1)


def test_an_empty_answer_that_comes_late_closes_no_more_than_its_commit() -> None:
    """The VAD's own segments came before it, as they do where text is minutes late."""
    timeline = ConnectionTimeline(FORMAT, uses_vad=True)
    timeline.begin(0)
    for length in (20, 10, 60):
        speak(timeline, length, 2)
        timeline.request_commit(CommitReason.LONG_SEGMENT)
    speak(timeline, 300)
    for words_end in (9.0, 15.0, 19.5):
        commit(timeline, words_end)
        assert seconds(timeline) == words_end
    commit(timeline, None)
    assert seconds(timeline) == 22.0, "the first commit asked for"
    commit(timeline, 31.0)
    commit(timeline, None)
    assert seconds(timeline) == 34.0
    commit(timeline, 93.0)
    assert seconds(timeline) == 93.0
    assert timeline.pending_commits == 0


def test_an_empty_answer_right_after_a_segment_of_the_vad_closes_next_to_nothing() -> None:
    timeline = ConnectionTimeline(FORMAT, uses_vad=True)
    timeline.begin(0)
    speak(timeline, 30.5, 0.3)
    timeline.request_commit(CommitReason.LONG_SEGMENT)
    speak(timeline, 30)
    commit(timeline, 30.5)
    commit(timeline, None)
    assert seconds(timeline) == 30.8


def test_an_empty_answer_is_that_to_the_oldest_commit_without_one() -> None:
    timeline = ConnectionTimeline(FORMAT, uses_vad=True)
    timeline.begin(0)
    speak(timeline, 20, 5)
    timeline.request_commit(CommitReason.USER)
    speak(timeline, 20, 5)
    timeline.request_commit(CommitReason.USER)
    commit(timeline, 10.0)
    assert timeline.pending_commits == 1
    commit(timeline, None)
    assert (seconds(timeline), timeline.pending_commits) == (25.0, 0)
    commit(timeline, None)
    assert seconds(timeline) == 48.5, "all but the pause at its end"


def test_an_empty_segment_of_the_vad_ends_at_the_first_pause_after_some_sound() -> None:
    timeline = ConnectionTimeline(FORMAT, uses_vad=True)
    timeline.begin(0)
    speak(timeline, 4, 3, 1, 2, 100)
    commit(timeline, 4.0)
    commit(timeline, None)
    assert seconds(timeline) == 10.0


def late(seconds_late: float, *, vad: bool = True) -> ConnectionTimeline:
    """A minute of speech without a pause, and a service so late; instants from 0."""
    timeline = ConnectionTimeline(FORMAT, uses_vad=vad)
    timeline.begin(0)
    for tenth in range(1, 601):
        timeline.send(timeline.sent, CHUNK)
        timeline.lateness.sent(timeline.samples, tenth / 10)
    timeline.lateness.answered(FORMAT.samples(10), 10 + seconds_late)
    return timeline


@pytest.mark.parametrize(("seconds_late", "end"), [(0.4, 28.0), (10.0, 16.0), (50.0, 2.0)])
def test_where_no_pause_is_to_be_seen_a_late_segment_ended_by_as_much_earlier(
    seconds_late: float, end: float
) -> None:
    """It had heard no more when it answered; what was said since has its text to come."""
    timeline = late(seconds_late)
    timeline.commit(
        None, words_seconds=2.0, received_at=FORMAT.samples(30), vad_silence=1.5, now=30.0
    )
    assert seconds(timeline) == pytest.approx(end, abs=0.11)


def test_a_commit_that_the_service_cannot_have_heard_of_yet_has_no_answer() -> None:
    timeline = late(4.0)
    timeline.request_commit(CommitReason.END)
    timeline.commit(30.0, received_at=timeline.samples, vad_silence=1.5, now=60.3)
    assert (seconds(timeline), timeline.pending_commits) == (30.0, 1)
    timeline.commit(59.0, received_at=timeline.samples, vad_silence=1.5, now=64.3)
    assert (seconds(timeline), timeline.pending_commits) == (59.0, 0)


@pytest.mark.parametrize(("arrived", "end"), [(38.5, 34.5), (40.9, 35.9), (50.0, 37.4)])
def test_a_commit_of_the_ceiling_closes_what_it_certainly_had_heard(
    arrived: float, end: float
) -> None:
    """Somewhere between its bounds: what lies behind is sent again when the line breaks."""
    timeline = late(4.0, vad=False)
    timeline.commit(None, received_at=timeline.samples, vad_silence=1.5, now=arrived)
    assert seconds(timeline) == pytest.approx(end, abs=0.11)


def test_a_commit_just_asked_for_is_not_heard_of_yet() -> None:
    timeline = late(4.0)
    assert timeline.commits_heard(60.0) == 0
    timeline.request_commit(CommitReason.USER)
    assert [timeline.commits_heard(now) for now in (60.1, 61.7, 62.1)] == [0, 0, 1]


def test_a_segment_with_times_that_cannot_be_is_as_long_as_its_words_at_least() -> None:
    """It came late: what was said since, and has no text yet, is not taken for committed."""
    timeline = ConnectionTimeline(FORMAT, uses_vad=True)
    timeline.begin(0)
    speak(timeline, 5)
    for words_seconds, end in ((2.0, 3.5), (0.7, 4.2), (9.0, 5.0)):
        timeline.commit(
            None, words_seconds=words_seconds, received_at=timeline.samples, vad_silence=1.5
        )
        assert seconds(timeline) == end, "the pause that ended it is taken off, no word is"


def test_a_commit_of_the_ceiling_without_words_closes_no_more_than_that() -> None:
    timeline = timeline_after(3000)
    commit(timeline, None)
    assert seconds(timeline) == pytest.approx(37.4)


def test_a_commit_the_service_made_by_itself_ends_at_its_last_word() -> None:
    assert commit(timeline_after(50), 3.0) == (0, 48000)


def test_the_count_since_a_commit_includes_our_silence() -> None:
    timeline = timeline_after(2)
    timeline.send_silence(800)
    assert timeline.since_commit == 2 * CHUNK + 800
    timeline.request_commit(CommitReason.USER)
    assert timeline.since_commit == 0


def test_silence_of_ours_moves_connection_time_only() -> None:
    timeline = timeline_after(10)
    timeline.send_silence(16000)
    send(timeline, 10)
    assert timeline.position_at(0.5) == 8000
    assert timeline.position_at(1.5) == 16000, "a word in our silence sits where it was put in"
    assert timeline.position_at(2.5) == 24000


def test_a_connection_counts_from_where_it_began() -> None:
    timeline = timeline_after(1, start=16000)
    assert timeline.position_at(0.05) == 16800
    assert timeline.committed == 16000


def test_word_times_pass_over_a_gap() -> None:
    timeline = timeline_after(10)
    timeline.send(96000, CHUNK)
    assert FORMAT.seconds(timeline.position_at(1.05)) == pytest.approx(6.05)


def test_without_words_what_was_sent_while_the_answer_waited_stays_open() -> None:
    timeline = timeline_after(50, vad=True)
    received_at = timeline.samples
    send(timeline, 20)
    span = timeline.commit(None, received_at=received_at, vad_silence=1.5)
    assert span == (0, 50 * CHUNK - 24000)


def test_words_later_than_all_that_was_sent_do_not_tell_the_end() -> None:
    assert commit(timeline_after(50, vad=True), 5.3) == (0, 50 * CHUNK - 24000)


def test_speech_begins_after_the_first_pause() -> None:
    assert sent((SPEECH, 5), (PAUSE, 9)).first_speech == 0
    assert sent((PAUSE, 5), (SPEECH, 9), (PAUSE, 3)).first_speech == 5 * CHUNK


def test_speech_before_an_answer_is_that_since_the_commit_before_it() -> None:
    timeline = ConnectionTimeline(FORMAT, uses_vad=False)
    timeline.begin(0)
    for length in (2, 3, 0):
        speak(timeline, length, 1)
        timeline.request_commit(CommitReason.USER)
    assert [timeline.speech_before_answer(number) for number in range(3)] == [2.0, 3.0, 0.0]
    commit(timeline, None)
    assert timeline.speech_before_answer(0) == 3.0


def test_unanswered_commits_are_known_by_their_places() -> None:
    timeline = timeline_after(10)
    timeline.request_commit(CommitReason.USER)
    send(timeline, 10)
    timeline.request_commit(CommitReason.INTERVAL)
    assert timeline.unanswered(CommitReason.USER) == [10 * CHUNK]
    commit(timeline, 0.8)
    assert timeline.unanswered(CommitReason.USER) == []


SPEECH, PAUSE = False, True


def sent(*parts: tuple[bool, int]) -> ConnectionTimeline:
    """A timeline after so many chunks of each kind."""
    timeline = ConnectionTimeline(FORMAT, uses_vad=True)
    timeline.begin(0)
    for is_pause, chunks in parts:
        for _ in range(chunks):
            timeline.send(timeline.sent, CHUNK, is_pause=is_pause)
    return timeline


YES = ((SPEECH, 4), (PAUSE, 6))
"""A word of 0.4 s, and a pause that ends its segment."""


@pytest.mark.parametrize(
    ("parts", "after_a_commit", "after_a_pause"),
    [
        (YES, False, False),
        ((*YES, *YES), True, True),
        ((*YES, (SPEECH, 3)), True, False),
        ((*YES, (SPEECH, 3), (PAUSE, 2)), True, False),
        ((*YES, *YES, (SPEECH, 5)), True, True),
        (((SPEECH, 5), (PAUSE, 30)), False, False),
        (((SPEECH, 40),), True, False),
    ],
)
def test_whether_there_was_sound_for_another_segment(
    parts: tuple[tuple[bool, int], ...], after_a_commit: bool, after_a_pause: bool
) -> None:
    timeline = sent(*parts)
    until = timeline.samples
    assert timeline.has_segment(0.4, until, pause_seconds=None) is after_a_commit
    assert timeline.has_segment(0.4, until, pause_seconds=0.5) is after_a_pause
