"""Voice: what the service recognises in received sound, and when it commits by itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Protocol

from tests.support.numbered import HeardWord, NumberedRecognizer
from tests.support.parameters import Query, audio_shape
from tests.support.script import Script

PARTIAL_SECONDS = 1.0
DEFAULT_VAD_SILENCE = "1.5"

Tell = Callable[[str], Awaitable[None]]
Commit = Callable[[], Awaitable[None]]


class Voice(Protocol):
    """The recogniser of one connection."""

    @property
    def rate(self) -> int:
        """Samples per second."""

    @property
    def samples(self) -> int:
        """The number of samples heard."""

    def hear(self, audio: bytes) -> None:
        """Process sound in wire format."""

    def has_partial(self) -> bool:
        """Return whether to send a partial after the latest sound; asking resets the timer."""

    def has_ended(self) -> bool:
        """Return whether the service itself commits now."""

    def open_text(self) -> str:
        """Return the text not yet committed."""

    def commit(self) -> tuple[str, list[HeardWord]]:
        """Commit: return the open text and its words."""

    async def speak(self, tell: Tell, commit: Commit) -> None:
        """Send texts by the clock, as long as the connection lasts."""


class NumberedVoice:
    """Recognises the words of numbered sound; commits as the service is known to.

    By VAD after the silence that the query sets (1.5 s by default), under `manual` after 36 s
    without a commit; the script may change that.
    """

    def __init__(self, query: Query, script: Script):
        self._rate, self._sample_bytes = audio_shape(query)
        self._by_vad = query.get("commit_strategy") == ["vad"]
        silence = query.get("vad_silence_threshold_secs", [DEFAULT_VAD_SILENCE])[0]
        self._silence_samples = (script.vad_silence_seconds or float(silence)) * self._rate
        self._script = script
        self._ear = NumberedRecognizer(self._rate)
        self._words: list[HeardWord] = []
        self._committed_at = 0
        self._partial_at = 0
        self._segments = 0

    @property
    def values(self) -> list[int]:
        """The numbers heard, one entry for each change."""
        return self._ear.values

    @property
    def rate(self) -> int:
        return self._rate

    @property
    def samples(self) -> int:
        return self._ear.samples

    def hear(self, audio: bytes) -> None:
        if self._sample_bytes == 1:
            self._ear.samples += len(audio)
        else:
            self._words += self._ear.hear(audio)

    def has_partial(self) -> bool:
        due = self.samples - self._partial_at >= PARTIAL_SECONDS * self._rate
        if due:
            self._partial_at = self.samples
        return due

    def has_ended(self) -> bool:
        if not self._by_vad:
            waiting = self.samples - self._committed_at
            return waiting >= self._script.auto_commit_seconds * self._rate
        most, spoken = self._script.vad_words, len(self._words)
        paused = self._ear.silent_samples >= self._silence_samples
        return (most is not None and spoken >= most) or (paused and spoken > 0)

    def open_text(self) -> str:
        return " ".join(word.text for word in self._words)

    def commit(self) -> tuple[str, list[HeardWord]]:
        text, words = self.open_text(), self._words
        shift = self._segments * self._script.word_drift_seconds
        if self._script.times_restart:
            shift -= self._committed_at / self._rate
        self._segments += 1
        self._words, self._committed_at, self._partial_at = [], self.samples, self.samples
        return text, [word.shifted(shift) for word in words] if shift else words

    async def speak(self, tell: Tell, commit: Commit) -> None:
        """Do nothing: texts follow from the sound."""
