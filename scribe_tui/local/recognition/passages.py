"""Passages: stretches of speech that are recognised in one go, and the segments they make up."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from typing import Final

from scribe_tui.local.recognition.messages import ClosedSegment
from scribe_tui.local.recognition.repeats import without_loop
from scribe_tui.local.recognition.word_times import estimated

TAIL_SECONDS: Final = 0.25
"""Quiet recognised after the last voiced frame, so that the last consonant is whole."""
_JOIN_SECONDS: Final = 0.15
"""Voiced parts closer than this are one: the gap is a stop consonant, not a pause."""


@dataclass(eq=False, slots=True)
class Passage:
    """Speech from one beginning to one end, with the quiet around it.

    `start_seconds` is where `samples` begin in the stream; `heard_at` is when, on the
    process's clock, its latest sound came. `text` is what was recognised of the first
    `covered_seconds` of speech. It is over when `ended`; then no sound is added.
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
        """Where in the stream its sound ends, as long as it is kept."""
        return self.start_seconds + len(self.samples) / self.rate

    @property
    def voice_end_seconds(self) -> float:
        """Where in the stream its last voiced frame ends."""
        return self.voiced[-1][1] if self.voiced else self.start_seconds

    @property
    def speech_seconds(self) -> float:
        """From its beginning to its last voiced frame."""
        return self.voice_end_seconds - self.start_seconds

    @property
    def voiced_seconds(self) -> float:
        """How much of it is voice, pauses apart."""
        return sum(end - start for start, end in self.voiced)

    @property
    def new_seconds(self) -> float:
        """How much of it has no text yet."""
        return self.speech_seconds - self.covered_seconds

    @property
    def is_settled(self) -> bool:
        """Whether its text covers all that was said in it so far."""
        return self.new_seconds <= 1e-6

    @property
    def is_final(self) -> bool:
        """Whether its text is final."""
        return self.ended and self.is_settled

    def add(self, frame: array[float], heard_at: float) -> None:
        """The sound goes on with `frame`."""
        self.samples.extend(frame)
        self.heard_at = heard_at

    def add_voice(self, start: float, end: float) -> None:
        """There is voice from `start` to `end` of the stream."""
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
            self.samples = array("f")  # a long segment needs no more of it


@dataclass(eq=False, slots=True)
class OpenSegment:
    """What lies between two commits: any number of passages."""

    start_seconds: float
    passages: list[Passage] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What is recognised of it so far."""
        return " ".join(filter(None, (passage.text for passage in self.passages)))

    @property
    def is_settled(self) -> bool:
        """Whether all that was said in it has its text."""
        return all(passage.is_settled for passage in self.passages)


@dataclass(eq=False, slots=True)
class ClosingSegment:
    """A segment that was closed at `end_seconds` and waits for the text of its passages."""

    passages: tuple[Passage, ...]
    end_seconds: float
    requested: bool

    @property
    def is_final(self) -> bool:
        """Whether all of its text is there."""
        return all(passage.is_final for passage in self.passages)

    def closed(self) -> ClosedSegment:
        """Its final words."""
        words = [
            word for passage in self.passages for word in estimated(passage.text, passage.voiced)
        ]
        return ClosedSegment(tuple(words), round(self.end_seconds, 3), self.requested)
