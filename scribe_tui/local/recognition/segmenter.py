"""Cuts a stream of voiced and unvoiced frames into passages and segments.

A segment is the sound between two commits. Only its passages are recognised; quiet, and sound
that the voice detector does not take for speech, costs nothing and gets no text.
"""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Iterator, Sequence
from typing import Final

from scribe_tui.local.recognition.endpointing import Endpointing
from scribe_tui.local.recognition.messages import ClosedSegment, RecognitionSettings
from scribe_tui.local.recognition.passages import ClosingSegment, OpenSegment, Passage

LEAD_SECONDS: Final = 0.3
"""Sound before the beginning of speech that is kept, so that the first consonant is whole."""
MAX_SEGMENT_SECONDS: Final = 36.0
"""Longest open segment under VAD. The service documents this for manual commits only; here it
also limits how much is recognised again if the recognition process dies."""
PASSAGE_ENDS: Final = ((0.0, 0.6), (6.0, 0.3), (12.0, 0.06), (18.0, 0.0))
"""(length, pause) in seconds: a passage of at least this length ends at a pause this long. Longer
passages cost more per second and delay their text; shorter ones lack context.
Measured on a reading of 44 s: 9 to 12 of 119 words wrong; with shorter passages 12 to 19."""
MIN_VOICED_SECONDS: Final = 0.2
"""A passage with less voice than this is not recognised: the recogniser invents a "You" for it."""
LONG_SEGMENT_SECONDS: Final = 30.0
"""Under VAD a segment of this length is closed at the next pause of `LONG_SEGMENT_PAUSE_SECONDS`,
so as not to be cut in the middle of a word."""
LONG_SEGMENT_PAUSE_SECONDS: Final = 0.12


class Segmenter:
    """Cuts one stream. It uses no recogniser; instants are seconds on the caller's clock."""

    def __init__(
        self,
        settings: RecognitionSettings,
        rate: int,
        frame_samples: int,
        start_seconds: float = 0.0,
    ) -> None:
        self._settings = settings
        self._rate = rate
        self._frame_samples = frame_samples
        self._frame_seconds = frame_samples / rate
        min_speech = settings.min_speech_duration_ms / 1000
        self._min_pause = settings.min_silence_duration_ms / 1000
        self._endpointing = Endpointing(self._frame_seconds, min_speech)
        # The frames by which speech was detected belong to the passage as well.
        lead_frames = max(1, round((LEAD_SECONDS + min_speech) / self._frame_seconds))
        self._lead: deque[tuple[array[float], bool]] = deque(maxlen=lead_frames)
        self._start_seconds = start_seconds
        self._frames = 0
        self._passage: Passage | None = None
        self._goes_on = False
        self.segment = OpenSegment(start_seconds)
        """The open segment."""
        self.closing: deque[ClosingSegment] = deque()
        """Closed segments that are not reported yet, oldest first."""

    @property
    def seconds(self) -> float:
        """The time in the stream up to which it has been cut."""
        return self._start_seconds + self._frames * self._frame_seconds

    @property
    def quiet_seconds(self) -> float:
        """Seconds since the last voiced frame."""
        return self._endpointing.quiet_seconds

    @property
    def done_seconds(self) -> float:
        """The time in the stream before which nothing waits to be recognised."""
        waiting = [passage.start_seconds for passage in self.passages() if not passage.is_final]
        if self._passage is not None:
            waiting.remove(self._passage.start_seconds)
        return min([self.seconds, *waiting])

    @property
    def waiting_seconds(self) -> float:
        """The end of the oldest passage that is over and has no final text; else `seconds`."""
        over = (it.end_seconds for it in self.passages() if it.ended and not it.is_final)
        return next(over, self.seconds)

    @property
    def needed_seconds(self) -> float:
        """The time before which sound is not needed even if recognition must begin anew."""
        if first := next(self.passages(), None):
            return first.start_seconds
        return max(self.segment.start_seconds, self.seconds - len(self._lead) * self._frame_seconds)

    def passages(self) -> Iterator[Passage]:
        """All passages of segments that are not reported yet, oldest first."""
        for segment in self.closing:
            yield from segment.passages
        yield from self.segment.passages

    def feed(self, samples: array[float], voiced: Sequence[bool], heard_at: float) -> None:
        """Take whole frames; `voiced` has one entry for each, `heard_at` is when they came."""
        for number, is_voiced in enumerate(voiced):
            start = number * self._frame_samples
            self._take(samples[start : start + self._frame_samples], is_voiced, heard_at)

    def commit(self, *, requested: bool = True) -> None:
        """Close the open segment here, even if it is empty."""
        self._goes_on = self._passage is not None and not self.quiet_seconds
        self._end_passage()
        passages = tuple(self.segment.passages)
        self.closing.append(ClosingSegment(passages, self.seconds, requested))
        self.segment = OpenSegment(self.seconds)

    def closed(self) -> Iterator[ClosedSegment]:
        """Segments whose text has become complete, in order, each once.

        A segment without words is left out, unless its commit was requested.
        """
        while self.closing and self.closing[0].is_final:
            segment = self.closing.popleft().closed()
            if segment.requested or segment.words:
                yield segment

    def _take(self, frame: array[float], voiced: bool, heard_at: float) -> None:
        start = self.seconds
        self._frames += 1
        speech = self._endpointing.feed(voiced)
        self._lead.append((frame, voiced))
        if self._passage is None:
            if speech or (self._goes_on and voiced):
                self._begin_passage(heard_at)
            self._goes_on = self._goes_on and voiced
        else:
            self._passage.add(frame, heard_at)
            if voiced:
                self._passage.add_voice(start, self.seconds)
            if self._passage_is_over(self._passage):
                self._goes_on = not self.quiet_seconds
                self._end_passage()
        if self._settings.commits_by_vad and self._commit_is_due():
            self.commit(requested=False)

    def _passage_is_over(self, passage: Passage) -> bool:
        quiet, seconds = self.quiet_seconds, self.seconds - passage.start_seconds
        return any(
            seconds >= length and (not pause or quiet >= max(pause, self._min_pause))
            for length, pause in PASSAGE_ENDS
        )

    def _commit_is_due(self) -> bool:
        if not self.segment.passages:
            self.segment.start_seconds = self.seconds
            return False
        if self.quiet_seconds >= self._settings.vad_silence_threshold_secs:
            return True
        seconds = self.seconds - self.segment.start_seconds
        if seconds >= LONG_SEGMENT_SECONDS and self.quiet_seconds >= LONG_SEGMENT_PAUSE_SECONDS:
            return True
        return seconds >= MAX_SEGMENT_SECONDS

    def _begin_passage(self, heard_at: float) -> None:
        at = self.seconds - len(self._lead) * self._frame_seconds
        self._passage = Passage(at, self._rate)
        for frame, voiced in self._lead:
            self._passage.add(frame, heard_at)
            if voiced:
                self._passage.add_voice(at, at + self._frame_seconds)
            at += self._frame_seconds
        self.segment.passages.append(self._passage)

    def _end_passage(self) -> None:
        if self._passage is None:
            return
        self._passage.ended = True
        if self._passage.voiced_seconds < MIN_VOICED_SECONDS:
            self._passage.recognised("", self._passage.speech_seconds)
        self._passage = None
        # The next passage may begin with the quiet at its end, but with none of its speech.
        quiet_frames = round(self.quiet_seconds / self._frame_seconds)
        while len(self._lead) > quiet_frames:
            self._lead.popleft()
