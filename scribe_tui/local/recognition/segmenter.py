"""From a stream of PCM to partials and segments: utterances found, recognised, joined.

A segment is what lies between two commits; it holds any number of utterances. Only
utterances go through the recogniser: quiet costs next to nothing.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import Final, Protocol

from scribe_tui.local.recognition.endpointing import Edge, Endpointing
from scribe_tui.local.recognition.messages import (
    ClosedSegment,
    OpenText,
    RecognitionSettings,
    Result,
    SpokenWord,
)

PARTIAL_SECONDS: Final = 1.0
"""Rhythm of partials in audio time, as reported of the service."""
LEAD_SECONDS: Final = 0.3
"""Quiet kept before an utterance, so that its first consonant is whole."""
MAX_SEGMENT_SECONDS: Final = 36.0
"""Longest open segment under VAD. The service documents this for manual commits only; here
it also bounds the memory of an utterance that never pauses."""


class SpeechEngine(Protocol):
    """Recognises one utterance at a time and hears voice in a frame of fixed length."""

    @property
    def frame_bytes(self) -> int:
        """Bytes of PCM in one frame."""

    @property
    def frame_seconds(self) -> float:
        """Length of one frame."""

    def is_voiced(self, frame: bytes) -> bool:
        """Whether somebody speaks in `frame`."""

    def begin(self) -> None:
        """Begin an utterance."""

    def feed(self, pcm: bytes) -> None:
        """The utterance goes on."""

    @property
    def text(self) -> str:
        """The utterance so far."""

    def finish(self) -> tuple[SpokenWord, ...]:
        """End the utterance; its words, timed from its first sample."""


class Segmenter:
    """Cuts one stream into segments and tells what was heard."""

    def __init__(self, engine: SpeechEngine, settings: RecognitionSettings) -> None:
        self._engine = engine
        self._settings = settings
        self._endpointing = Endpointing(
            engine.frame_seconds,
            settings.min_speech_duration_ms / 1000,
            settings.min_silence_duration_ms / 1000,
        )
        lead_frames = max(1, round(LEAD_SECONDS / engine.frame_seconds))
        # The frames that showed the speech to be speech belong to it as well.
        lead_frames += round(settings.min_speech_duration_ms / 1000 / engine.frame_seconds)
        self._lead: deque[bytes] = deque(maxlen=lead_frames)
        self._rest = b""
        self._frames = 0
        self._utterance_at: float | None = None
        self._segment_at = 0.0
        self._partial_at = 0.0
        self._words: list[SpokenWord] = []

    def feed(self, pcm: bytes) -> Iterator[Result]:
        """Take PCM of any length and yield what it brings."""
        audio = self._rest + pcm
        size = self._engine.frame_bytes
        whole = len(audio) - len(audio) % size
        self._rest = audio[whole:]
        for start in range(0, whole, size):
            yield from self._take(audio[start : start + size])

    def commit(self) -> ClosedSegment:
        """Close the open segment here, whatever it holds."""
        if self._utterance_at is not None:
            self._end_utterance()
            if self._endpointing.in_speech:
                self._begin_utterance()
        segment = ClosedSegment(tuple(self._words), self._seconds)
        self._words.clear()
        self._segment_at = self._seconds
        return segment

    @property
    def _seconds(self) -> float:
        return self._frames * self._engine.frame_seconds

    def _take(self, frame: bytes) -> Iterator[Result]:
        self._frames += 1
        edge = self._endpointing.feed(self._engine.is_voiced(frame))
        if self._utterance_at is not None:
            self._engine.feed(frame)
        else:
            self._lead.append(frame)
        if edge is Edge.SPEECH_BEGAN:
            self._begin_utterance()
        elif edge is Edge.SPEECH_PAUSED:
            self._end_utterance()
        if self._settings.commits_by_vad and self._commit_is_due():
            yield self.commit()
        if self._seconds - self._partial_at >= PARTIAL_SECONDS:
            self._partial_at = self._seconds
            yield OpenText(self._open_text())

    def _commit_is_due(self) -> bool:
        if self._utterance_at is None and not self._words:
            self._segment_at = self._seconds
            return False
        quiet = self._endpointing.quiet_seconds
        if quiet >= self._settings.vad_silence_threshold_secs:
            if self._utterance_at is not None:
                self._end_utterance()
            return bool(self._words)
        return self._seconds - self._segment_at >= MAX_SEGMENT_SECONDS

    def _begin_utterance(self) -> None:
        lead = b"".join(self._lead)
        self._utterance_at = self._seconds - len(self._lead) * self._engine.frame_seconds
        self._lead.clear()
        self._engine.begin()
        if lead:  # none after a commit in the middle of speech
            self._engine.feed(lead)

    def _end_utterance(self) -> None:
        began_at, self._utterance_at = self._utterance_at, None
        assert began_at is not None
        self._words += (
            SpokenWord(
                word.text,
                round(began_at + word.start_seconds, 3),
                round(began_at + word.end_seconds, 3),
                word.logprob,
            )
            for word in self._engine.finish()
        )

    def _open_text(self) -> str:
        texts = [word.text for word in self._words]
        if self._utterance_at is not None:
            texts.append(self._engine.text)
        return " ".join(filter(None, texts))
