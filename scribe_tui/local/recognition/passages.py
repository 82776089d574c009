"""Passages: parts of speech that are each recognised in one call, and the segments of passages."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from typing import Final

from scribe_tui.local.recognition.messages import ClosedSegment
from scribe_tui.local.recognition.repeats import without_loop
from scribe_tui.local.recognition.word_times import estimated

TAIL_SECONDS: Final = 0.25
"""Quiet after the last voiced frame that is recognised too, so that the last consonant is whole."""
_JOIN_SECONDS: Final = 0.15
"""Voiced parts closer than this are joined: the gap is a stop consonant, not a pause."""


@dataclass(eq=False, slots=True)
class Passage:
    """Speech that is recognised in one call, with the quiet around it.

    `start_seconds` is the time in the stream at which `samples` begin (`rate` per second);
    `voiced` are (start, end) times in the stream. `heard_at` is when, on the process's clock, its
    latest sound came. `text` was recognised from the first `covered_seconds` of speech. Once it
    has `ended`, no sound is added.
    """

    start_seconds: float
    rate: int
    samples: array[float] = field(default_factory=lambda: array("f"))
    voiced: list[tuple[float, float]] = field(default_factory=list)
    heard_at: float = 0.0
    ended: bool = False
    text: str = ""
    covered_seconds: float = 0.0
    in_work: bool = False

    @property
    def end_seconds(self) -> float:
        """The time in the stream at which its sound ends, as long as the sound is kept."""
        return self.start_seconds + len(self.samples) / self.rate

    @property
    def voice_end_seconds(self) -> float:
        """The time in the stream at which its last voiced frame ends."""
        return self.voiced[-1][1] if self.voiced else self.start_seconds

    @property
    def speech_seconds(self) -> float:
        """Seconds from its beginning to the end of its last voiced frame."""
        return self.voice_end_seconds - self.start_seconds

    @property
    def voiced_seconds(self) -> float:
        """Seconds of voice in it, without pauses."""
        return sum(end - start for start, end in self.voiced)

    @property
    def new_seconds(self) -> float:
        """Seconds of speech in it that have no text yet."""
        return self.speech_seconds - self.covered_seconds

    @property
    def is_settled(self) -> bool:
        """Whether its text covers all speech in it so far."""
        return self.new_seconds <= 1e-6

    @property
    def is_final(self) -> bool:
        """Whether its text is final."""
        return self.ended and self.is_settled

    def add(self, frame: array[float], heard_at: float) -> None:
        """Append the samples of `frame`, which came at `heard_at`."""
        self.samples.extend(frame)
        self.heard_at = heard_at

    def add_voice(self, start: float, end: float) -> None:
        """Note voice from `start` to `end`, in seconds of the stream."""
        start = max(start, self.start_seconds)
        if self.voiced and start - self.voiced[-1][1] < _JOIN_SECONDS:
            self.voiced[-1] = (self.voiced[-1][0], end)
        else:
            self.voiced.append((start, end))

    def to_recognise(self) -> array[float]:
        """A copy of its speech so far, without most of the quiet after it."""
        return self.samples[: round((self.speech_seconds + TAIL_SECONDS) * self.rate)]

    def recognised(self, text: str, speech_seconds: float) -> None:
        """Take the text of the first `speech_seconds` of speech."""
        if speech_seconds >= self.covered_seconds:
            self.text = without_loop(text, speech_seconds)
            self.covered_seconds = speech_seconds
        if self.is_final:
            self.samples = array("f")  # not needed any more: saves memory in a long segment


@dataclass(eq=False, slots=True)
class OpenSegment:
    """The passages since the latest commit."""

    start_seconds: float
    passages: list[Passage] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text recognised so far."""
        return " ".join(filter(None, (passage.text for passage in self.passages)))

    @property
    def is_settled(self) -> bool:
        """Whether all speech in it has text."""
        return all(passage.is_settled for passage in self.passages)


@dataclass(eq=False, slots=True)
class ClosingSegment:
    """A segment that was closed at `end_seconds` and waits for the text of its passages."""

    passages: tuple[Passage, ...]
    end_seconds: float
    requested: bool

    @property
    def is_final(self) -> bool:
        """Whether the text of all its passages is final."""
        return all(passage.is_final for passage in self.passages)

    def closed(self) -> ClosedSegment:
        """The segment with its final words."""
        words = [
            word for passage in self.passages for word in estimated(passage.text, passage.voiced)
        ]
        return ClosedSegment(tuple(words), round(self.end_seconds, 3), self.requested)
