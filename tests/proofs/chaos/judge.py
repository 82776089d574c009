"""PaneJudge: checks a pane's events as they come: every word, gap, and the sample count."""

from __future__ import annotations

import re
from collections import Counter, deque
from dataclasses import replace

from scribe_tui.events import (
    ConnectionStarted,
    ErrorRaised,
    Event,
    Gap,
    GapRecorded,
    Half,
    SegmentCommitted,
    SessionClosed,
    StateChanged,
    Word,
)
from scribe_tui.session.state import LEGAL_MOVES
from tests.support.numbered import WORD_SECONDS

EXPECTED_CAUSE = re.compile(r"source .+|paused by you|stopped before its text came")
TOO_LITTLE_SECONDS = 2.0
"""Seconds that may be missing: a word counts as heard by its last tenth, a decoder delays more."""
TOO_MUCH_SECONDS = 6.0
"""Seconds that may be too much: a gap ends with the new decoder's sound, late if CPU is busy."""
RATE = 16000
ROUNDED_SAMPLES = RATE // 1000
"""Samples by which a time in a file may be off: it has three decimals."""


class PaneJudge:
    """Judges one session; `wrongs` are breaches of the promise, in words.

    `rounded`: its events were read from a file.
    """

    def __init__(self, name: str, burst_seconds: float, *, rounded: bool = False) -> None:
        self.name = name
        self.wrongs: list[str] = []
        self.words = 0
        self.missing_words = 0
        self.connections = 0
        self.counts: Counter[str] = Counter()
        self.gap_samples = 0
        self.sent_seconds = 0.0
        self._gap_count = 0
        self._slack = ROUNDED_SAMPLES if rounded else 0
        self._too_much = TOO_MUCH_SECONDS + burst_seconds
        self._gaps: deque[Gap] = deque(maxlen=200)
        self._last: tuple[int, Word] | None = None

    def receive(self, event: Event) -> None:
        """Check one event of this session."""
        match event:
            case SegmentCommitted(segment=segment):
                if not segment.words:
                    self.counts["segments without word times"] += 1
                whole = Word("", segment.start_seconds, segment.end_seconds)
                for at, text in enumerate(segment.text.split()):
                    word = segment.words[at] if segment.words else replace(whole, text=text)
                    self._word(word)
            case GapRecorded(gap=gap):
                self._gap(gap)
            case StateChanged(state=state, previous=previous):
                if state not in LEGAL_MOVES[previous]:
                    self._wrong(f"illegal move from {previous} to {state}")
            case ConnectionStarted():
                self.connections += 1
            case ErrorRaised(half=half):
                self.counts[f"{half} errors told"] += 1
                if half is Half.PROGRAM:
                    self._wrong(event.message)
            case SessionClosed():
                self._close(event)

    def _word(self, word: Word) -> None:
        number = int(word.text[1:])
        self.words += 1
        if self._last is not None:
            last, before = self._last
            if number <= last:
                self._wrong(f"{word.text} after w{last} at {word.start_seconds:.1f} s")
                return
            if number > last + 1:
                self._words_missing(number - last - 1, before, word)
        self._last = number, word

    def _words_missing(self, words: int, before: Word, after: Word) -> None:
        """Check missing words: they must be in a gap, and no more than fit in it."""
        self.missing_words += words
        told = sum(
            gap.end_seconds - gap.start_seconds
            for gap in self._gaps
            if before.start_seconds - 1 <= gap.start_seconds
            and gap.end_seconds <= after.end_seconds + 1
        )
        seconds = words * WORD_SECONDS
        if not seconds - TOO_LITTLE_SECONDS <= told <= seconds + self._too_much:
            self._wrong(
                f"{words} words before {after.text} at {after.start_seconds:.1f} s are missing"
                f" ({seconds:.1f} s), but the gaps told there are {told:.1f} s"
            )

    def _gap(self, gap: Gap) -> None:
        self._gaps.append(gap)
        self._gap_count += 1
        self.gap_samples += round((gap.end_seconds - gap.start_seconds) * RATE)
        self.counts[f"gaps, {gap.cause}"] += 1
        if not EXPECTED_CAUSE.fullmatch(gap.cause):
            self._wrong(f"gap of {gap.end_seconds - gap.start_seconds:.1f} s: {gap.cause}")

    def _close(self, closed: SessionClosed) -> None:
        self.sent_seconds = closed.sent_seconds
        heard = round(closed.heard_seconds * RATE)
        off = abs(heard - round(closed.sent_seconds * RATE) - self.gap_samples)
        if off > self._slack * (self._gap_count + 2):
            self._wrong(f"the samples do not balance: {closed}, gaps {self.gap_samples} samples")
        there = closed.heard_seconds - self.gap_samples / RATE
        if self.words < 0.1 * there / WORD_SECONDS:
            self._wrong(f"hardly a word was heard: {self.words} in {there:.1f} s")

    def _wrong(self, what: str) -> None:
        self.wrongs.append(f"{self.name}: {what}")
