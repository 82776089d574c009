"""Cutting a stream into segments, with a scripted engine where the recogniser would be."""

from scribe_tui.local.recognition.messages import (
    ClosedSegment,
    OpenText,
    RecognitionSettings,
    SpokenWord,
)
from scribe_tui.local.recognition.segmenter import Segmenter

SPEECH, QUIET = b"\x01\x01", b"\x00\x00"
PER_SECOND = 100


class ScriptedEngine:
    """A frame is one sample of 10 ms; every utterance is heard as one word per second."""

    frame_bytes = 2
    frame_seconds = 1 / PER_SECOND

    def __init__(self):
        self.utterances: list[int] = []

    def is_voiced(self, frame):
        return frame == SPEECH

    def begin(self):
        self.utterances.append(0)

    def feed(self, pcm):
        assert pcm
        self.utterances[-1] += len(pcm) // 2

    @property
    def text(self):
        return f"u{len(self.utterances)}"

    def finish(self):
        return (SpokenWord(self.text, 0.0, self.utterances[-1] / PER_SECOND, -0.1),)


def cut(*parts, vad=True, **settings):
    engine = ScriptedEngine()
    segmenter = Segmenter(engine, RecognitionSettings(commits_by_vad=vad, **settings))
    audio = b"".join(kind * round(seconds * PER_SECOND) for kind, seconds in parts)
    return engine, segmenter, list(segmenter.feed(audio))


def segments(results):
    return [result for result in results if isinstance(result, ClosedSegment)]


def test_vad_commits_after_the_silence_asked_for():
    _, _, results = cut((QUIET, 1), (SPEECH, 2), (QUIET, 3))
    (segment,) = segments(results)
    assert segment.text == "u1"
    assert abs(segment.end_seconds - 4.5) < 0.02
    _, _, results = cut((SPEECH, 2), (QUIET, 3), vad_silence_threshold_secs=0.6)
    assert abs(segments(results)[0].end_seconds - 2.6) < 0.02


def test_a_short_pause_joins_two_utterances_into_one_segment():
    _, _, results = cut((SPEECH, 1), (QUIET, 0.8), (SPEECH, 1), (QUIET, 2))
    assert [segment.text for segment in segments(results)] == ["u1 u2"]


def test_times_count_from_the_first_audio_of_the_stream():
    _, _, results = cut((QUIET, 5), (SPEECH, 1), (QUIET, 2))
    (word,) = segments(results)[0].words
    assert 4.5 < word.start_seconds < 5.0
    assert 6.0 < word.end_seconds < 6.6


def test_quiet_is_never_recognised_and_never_committed_by_vad():
    engine, _, results = cut((QUIET, 60))
    assert engine.utterances == []
    assert segments(results) == []


def test_partials_come_once_a_second_with_the_whole_open_segment():
    _, _, results = cut((SPEECH, 1.5), (QUIET, 0.7), (SPEECH, 1.9))
    assert [result.text for result in results if isinstance(result, OpenText)] == [
        "u1",
        "u1",
        "u1 u2",
        "u1 u2",
    ]


def test_manual_commits_cut_where_they_are_asked():
    _, segmenter, results = cut((SPEECH, 3), (QUIET, 5), vad=False)
    assert segments(results) == []
    assert segmenter.commit().text == "u1"
    empty = segmenter.commit()
    assert (empty.text, empty.end_seconds) == ("", 8.0)


def test_a_commit_in_mid_speech_goes_on_in_the_next_segment():
    _, segmenter, _ = cut((SPEECH, 3), vad=False)
    assert segmenter.commit().text == "u1"
    list(segmenter.feed(SPEECH * PER_SECOND))
    second = segmenter.commit()
    assert second.text == "u2"
    assert second.words[0].start_seconds == 3.0


def test_unbroken_speech_is_cut_at_36_seconds():
    _, _, results = cut((SPEECH, 80))
    assert [round(segment.end_seconds) for segment in segments(results)] == [36, 72]


def test_frames_may_be_split_over_chunks():
    engine = ScriptedEngine()
    segmenter = Segmenter(engine, RecognitionSettings())
    for _ in range(PER_SECOND):
        list(segmenter.feed(SPEECH[:1]))
        list(segmenter.feed(SPEECH[1:]))
    assert engine.utterances == [PER_SECOND]
