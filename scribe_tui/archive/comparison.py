"""Comparison of the first and the second reading: where their words differ, and when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from scribe_tui.archive.second_reading import ReadPassage
from scribe_tui.events import Event, SegmentCommitted, SessionOpened

BLOCK_SECONDS = 300.0
"""Words are compared within blocks of this many seconds: further apart, sound differs."""
_AROUND = 3
_PUNCTUATION = ".,;:!?…\"'()[]«»„“”‘’-–—"


@dataclass(frozen=True, slots=True)
class TimedWord:
    """One word and when it was said, in source seconds."""

    text: str
    seconds: float
    speaker: str = ""

    @property
    def key(self) -> str:
        """The text that is compared: without punctuation and case."""
        return self.text.strip(_PUNCTUATION).casefold()


def first_tokens(events: Iterable[Event], run: int, begin: float, end: float) -> list[TimedWord]:
    """Return the words of run number `run` (from 1) of a session, as they are in the journal.

    Only words from `begin` to `end` in source seconds; times are estimated from the text's length.
    """
    tokens: list[TimedWord] = []
    number_of_run = 0
    for event in events:
        if isinstance(event, SessionOpened):
            number_of_run += 1
        elif isinstance(event, SegmentCommitted) and number_of_run == run:
            segment = event.segment
            texts = segment.text.split()
            length = max(0.0, segment.end_seconds - segment.start_seconds)
            for number, text in enumerate(texts):
                at = segment.start_seconds + length * number / max(1, len(texts))
                if begin <= at < end:
                    tokens.append(TimedWord(text, at))
    return tokens


def second_tokens(parts: Iterable[ReadPassage]) -> list[TimedWord]:
    """Return the words of a second reading."""
    return [
        TimedWord(word.text.strip(), word.start_seconds, word.speaker or "")
        for part in parts
        for word in part.words
        if word.kind == "word" and word.text.strip()
    ]


def differences(first: Sequence[TimedWord], second: Sequence[TimedWord]) -> Iterator[str]:
    """Yield lines for people: a time, what was heard first (-) and what was heard then (+)."""
    last = max((token.seconds for token in (*first, *second)), default=-1.0)
    begin = 0.0
    while begin <= last:
        end = begin + BLOCK_SECONDS
        yield from _block(
            [token for token in first if begin <= token.seconds < end],
            [token for token in second if begin <= token.seconds < end],
        )
        begin = end


def _block(first: list[TimedWord], second: list[TimedWord]) -> Iterator[str]:
    keys = [token.key for token in first], [token.key for token in second]
    matcher = SequenceMatcher(None, *keys, autojunk=False)
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            continue
        at = second[c].seconds if c < len(second) else first[a].seconds if a < len(first) else 0.0
        before = " ".join(token.text for token in second[max(0, c - _AROUND) : c])
        after = " ".join(token.text for token in second[d : d + _AROUND])
        yield f"{_clock(at)} … {before} […] {after} …".replace("  ", " ")
        yield f"  - {' '.join(token.text for token in first[a:b])}".rstrip()
        yield f"  + {' '.join(token.text for token in second[c:d])}".rstrip()


def _clock(seconds: float) -> str:
    whole = int(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"
