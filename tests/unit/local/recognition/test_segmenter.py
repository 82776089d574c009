"""Cutting a stream into passages and segments, with a script where the voice detector would be."""

from array import array

from hypothesis import given
from hypothesis import strategies as st

from scribe_tui.local.recognition.messages import RecognitionSettings
from scribe_tui.local.recognition.segmenter import Segmenter

SPEECH, QUIET = True, False
RATE, FRAME = 1000, 10
PER_SECOND = RATE // FRAME


class Script:
    """A segmenter whose passages are recognised, on demand, as their order and length."""

    def __init__(self, *, vad=True, start_seconds=0.0, **settings):
        chosen = RecognitionSettings(commits_by_vad=vad, **settings)
        self.segmenter = Segmenter(chosen, RATE, FRAME, start_seconds)
        self.recognised = []
        self.segments = []

    def speak(self, *parts):
        for voiced, seconds in parts:
            for _ in range(round(seconds * PER_SECOND)):
                self.segmenter.feed(array("f", [0.5] * FRAME), [voiced], 0.0)
                self.recognise()
        return self

    def recognise(self):
        for passage in self.segmenter.passages():
            if passage.ended and not passage.is_final:
                self.recognised.append(len(passage.to_recognise()) / RATE)
                passage.recognised(f"p{len(self.recognised)}", passage.speech_seconds)
        self.segments += self.segmenter.closed()

    def commit(self):
        self.segmenter.commit()
        self.recognise()
        return self.segments[-1]


def test_vad_commits_after_the_silence_asked_for():
    script = Script().speak((QUIET, 1), (SPEECH, 2), (QUIET, 3))
    (segment,) = script.segments
    assert segment.text == "p1"
    assert abs(segment.end_seconds - 4.5) < 0.02
    script = Script(vad_silence_threshold_secs=0.6).speak((SPEECH, 2), (QUIET, 3))
    assert abs(script.segments[0].end_seconds - 2.6) < 0.02


def test_a_short_pause_stays_inside_one_passage_of_one_segment():
    script = Script().speak((SPEECH, 1), (QUIET, 0.5), (SPEECH, 1), (QUIET, 2))
    assert [segment.text for segment in script.segments] == ["p1"]


def test_a_long_pause_ends_the_passage_and_not_the_segment():
    script = Script(vad=False).speak((SPEECH, 1), (QUIET, 4), (SPEECH, 1))
    assert script.commit().text == "p1 p2"
    assert max(script.recognised) < 2.0, "quiet is not recognised"


def test_long_speech_is_cut_at_its_short_pauses():
    phrase = ((SPEECH, 4), (QUIET, 0.4))
    script = Script(vad_silence_threshold_secs=3.0).speak(*phrase * 4, (QUIET, 4))
    assert [round(length) for length in script.recognised] == [9, 9]
    assert [segment.text for segment in script.segments] == ["p1 p2"]


def test_times_count_from_the_first_audio_of_the_stream():
    for start in (0.0, 100.0):
        script = Script(start_seconds=start).speak((QUIET, 5), (SPEECH, 1), (QUIET, 2))
        (word,) = script.segments[0].words
        assert abs(word.start_seconds - start - 5.0) < 0.02
        assert abs(word.end_seconds - start - 6.0) < 0.02


def test_quiet_is_never_recognised_and_never_committed_by_vad():
    script = Script().speak((QUIET, 60))
    assert script.recognised == []
    assert script.segments == []


def test_a_click_is_no_speech():
    script = Script(min_speech_duration_ms=200).speak(*((SPEECH, 0.1), (QUIET, 0.4)) * 20)
    assert script.recognised == []
    assert script.segments == []


def test_a_pause_shorter_than_the_least_silence_cuts_nothing():
    phrase = ((SPEECH, 7), (QUIET, 0.5))
    split = Script(vad=False).speak(*phrase * 2)
    whole = Script(vad=False, min_silence_duration_ms=800).speak(*phrase * 2)
    assert len(split.recognised) > len(whole.recognised)


def test_manual_commits_cut_where_they_are_asked():
    script = Script(vad=False).speak((SPEECH, 3), (QUIET, 5))
    assert script.segments == []
    assert script.commit().text == "p1"
    empty = script.commit()
    assert (empty.text, empty.end_seconds, empty.requested) == ("", 8.0, True)


def test_a_commit_in_mid_speech_goes_on_in_the_next_segment():
    script = Script(vad=False).speak((SPEECH, 3))
    assert script.commit().text == "p1"
    second = script.speak((SPEECH, 1)).commit()
    assert second.text == "p2"
    assert second.words[0].start_seconds == 3.0


def test_unbroken_speech_is_cut_at_36_seconds():
    script = Script().speak((SPEECH, 80))
    assert [round(segment.end_seconds) for segment in script.segments] == [36, 72]
    assert max(script.recognised) < 19


def test_a_long_segment_is_closed_at_a_pause_between_words():
    script = Script(vad_silence_threshold_secs=3.0).speak(*((SPEECH, 5.8), (QUIET, 0.2)) * 8)
    assert [round(segment.end_seconds, 1) for segment in script.segments] == [35.9]


def test_a_blip_of_voice_gets_no_text():
    script = Script().speak((QUIET, 1), (SPEECH, 0.15), (QUIET, 3))
    assert (script.recognised, script.segments) == ([], [])


def test_a_segment_waits_for_the_text_of_all_its_passages():
    script = Script(vad=False)
    frames = [(SPEECH, 1.0), (QUIET, 2.0), (SPEECH, 1.0)]
    for voiced, seconds in frames:
        for _ in range(round(seconds * PER_SECOND)):
            script.segmenter.feed(array("f", [0.5] * FRAME), [voiced], 0.0)
    script.segmenter.commit()
    first, second = script.segmenter.passages()
    second.recognised("two", second.speech_seconds)
    assert list(script.segmenter.closed()) == []
    assert script.segmenter.done_seconds == first.start_seconds
    assert script.segmenter.needed_seconds == first.start_seconds
    first.recognised("one", first.speech_seconds)
    assert [segment.text for segment in script.segmenter.closed()] == ["one two"]
    assert script.segmenter.done_seconds == script.segmenter.seconds


def test_long_quiet_needs_no_sound_kept():
    script = Script().speak((QUIET, 600))
    assert script.segmenter.needed_seconds > 599
    assert script.segmenter.done_seconds == script.segmenter.seconds


@given(
    st.lists(st.tuples(st.booleans(), st.floats(0.05, 6.0)), max_size=12),
    st.booleans(),
    st.sampled_from([0.3, 1.5, 3.0]),
)
def test_all_that_was_spoken_gets_text_once_and_in_order(parts, vad, silence):
    script = Script(vad=vad, vad_silence_threshold_secs=silence).speak(*parts)
    script.commit()
    assert script.segments[-1].end_seconds == round(script.segmenter.seconds, 3)
    words = [word for segment in script.segments for word in segment.words]
    assert [word.text for word in words] == [f"p{n}" for n in range(1, len(words) + 1)]
    edges = [edge for word in words for edge in (word.start_seconds, word.end_seconds)]
    assert edges == sorted(edges)
    longest = max((round(seconds * PER_SECOND) for voiced, seconds in parts if voiced), default=0)
    assert (longest < 25) or words
