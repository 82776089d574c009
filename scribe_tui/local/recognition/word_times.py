"""Estimates word times from the voiced parts, because the recogniser gives none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scribe_tui.local.recognition.messages import SpokenWord

Span = tuple[float, float]
"""Beginning and end of a voiced part, in seconds."""


def estimated(text: str, spans: Sequence[Span]) -> tuple[SpokenWord, ...]:
    """The words of `text` spread over the consecutive `spans`, in proportion to their length.

    No word begins before the word before it ends. Each begins and ends within a span, though a
    pause between two spans may fall inside a word.
    """
    words = text.split()
    if not words or not spans:
        return ()
    weights = [len(word) + 1 for word in words]
    voiced_seconds = sum(end - start for start, end in spans)
    per_weight = voiced_seconds / sum(weights)
    found, spoken = [], 0.0
    for word, weight in zip(words, weights, strict=True):
        start, end = (
            _inside(spans, spoken, after=True),
            _inside(spans, spoken + weight * per_weight),
        )
        found.append((word, start, max(start, end)))
        spoken += weight * per_weight
    return tuple(_ordered(found))


def _inside(spans: Sequence[Span], spoken: float, *, after: bool = False) -> float:
    """The time in the stream at which `spoken` seconds of voice are over.

    If that is at a pause, it is the pause's start, or with `after` (a word begins) its end.
    """
    for start, end in spans:
        length = end - start
        if spoken < length - 1e-6 or (not after and spoken <= length + 1e-6):
            return min(end, start + spoken)
        spoken -= length
    return spans[-1][1]


def _ordered(words: Sequence[tuple[str, float, float]]) -> Iterator[SpokenWord]:
    before = 0.0
    for text, start, end in words:
        begins = round(max(before, start), 3)
        before = round(max(begins, end), 3)
        yield SpokenWord(text, begins, before)
