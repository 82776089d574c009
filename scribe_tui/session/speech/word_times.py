"""WordTimes: the times that the service gives to words, held against what it was sent.

They are evidence, not truth: under VAD they run ahead by about 0.1 s more with each segment
(elevenlabs-python #849), and nothing keeps a service from sending times that cannot be.
"""

from __future__ import annotations

import math
from dataclasses import replace
from enum import StrEnum

from scribe_tui.events import Word

BEFORE_SECONDS = 1.0
"""A word may begin this long before the end of the previous segment: commits cut words."""
NOTED_SECONDS = 0.25
"""A smaller correction is not worth a notice."""
PLAUSIBLE_SECONDS = 2.0
PLAUSIBLE_PER_SEGMENT_SECONDS = 0.5
"""Word times further ahead of the sound than the first, plus the second for each segment so far,
cannot be explained by the service's drift: they are replaced."""
SECONDS_A_WORD = 0.4
"""Assumed for words whose own times are of no use."""
FASTEST_CHARS_A_SECOND = 40.0
"""Nobody speaks as fast, in any script."""
LEAST_SPEECH_SECONDS = 0.1
"""No word is shorter; the service's own least speech."""
SHORTEST_WORD_SECONDS = 0.05
"""Words are squeezed to no less on average: they begin earlier instead, beside those before."""


class Fit(StrEnum):
    """What became of a segment's times."""

    AS_GIVEN = "as given"
    SHIFTED = "shifted"
    REPLACED = "replaced"


class WordTimes:
    """One connection's words. Instants are seconds of connection time (sound sent)."""

    def __init__(self) -> None:
        self._shift = 0.0
        self._segments = 0

    def fit(
        self, words: tuple[Word, ...], *, begins: float, ends: float
    ) -> tuple[tuple[Word, ...], Fit]:
        """The words of one segment, each with times that can be.

        `begins`: where the text before it ended. `ends`: the latest instant at which its last
        word can have ended. Words that end later are all moved earlier, this segment's and
        those of later ones. Impossible times are replaced: the last word ends at `ends`.
        """
        self._segments += 1
        if not words:
            return words, Fit.AS_GIVEN
        ends = max(ends, begins)
        ahead = words[-1].end_seconds - ends
        if not _is_in_order(words) or self._is_implausible(words, begins, ahead):
            return _replaced(words, begins, ends), Fit.REPLACED
        noted = ahead > max(self._shift, NOTED_SECONDS)
        self._shift = max(self._shift, ahead)
        return _moved(words, -self._shift, begins), Fit.SHIFTED if noted else Fit.AS_GIVEN

    def _is_implausible(self, words: tuple[Word, ...], begins: float, ahead: float) -> bool:
        plausible = PLAUSIBLE_SECONDS + PLAUSIBLE_PER_SEGMENT_SECONDS * self._segments
        is_before = words[0].start_seconds < begins - BEFORE_SECONDS
        return is_before or ahead > plausible


def least_seconds(text: str) -> float:
    """The least time in seconds in which `text` can be said; 0 for none."""
    return max(LEAST_SPEECH_SECONDS, len(text) / FASTEST_CHARS_A_SECOND) if text else 0.0


def _is_in_order(words: tuple[Word, ...]) -> bool:
    latest = 0.0
    for word in words:
        if not (math.isfinite(word.start_seconds) and math.isfinite(word.end_seconds)):
            return False
        if word.start_seconds < latest - BEFORE_SECONDS or word.end_seconds < word.start_seconds:
            return False
        latest = word.start_seconds
    return True


def _replaced(words: tuple[Word, ...], begins: float, ends: float) -> tuple[Word, ...]:
    """Times by arrival: moved together where their distances fit, else spread evenly."""
    length = words[-1].end_seconds - words[0].start_seconds
    if _is_in_order(words) and length <= ends - begins + BEFORE_SECONDS:
        return _placed(words, max(begins, ends - length), ends)
    each = max(SHORTEST_WORD_SECONDS, min(SECONDS_A_WORD, (ends - begins) / len(words)))
    start = max(0.0, ends - each * len(words))
    return tuple(
        replace(word, start_seconds=start + index * each, end_seconds=start + (index + 1) * each)
        for index, word in enumerate(words)
    )


def _moved(words: tuple[Word, ...], seconds: float, begins: float) -> tuple[Word, ...]:
    if not seconds:
        return words
    first, last = words[0].start_seconds + seconds, words[-1].end_seconds + seconds
    earliest = min(begins, words[0].start_seconds)
    return _placed(words, max(first, earliest), max(last, earliest))


def _placed(words: tuple[Word, ...], begins: float, ends: float) -> tuple[Word, ...]:
    """The words between `begins` and `ends` (seconds).

    Moved, and squeezed in proportion if need be. A word keeps a length: one of no length would be
    an invisible caption.
    """
    first = words[0].start_seconds
    length = words[-1].end_seconds - first
    begins = max(0.0, min(begins, ends - min(length, SHORTEST_WORD_SECONDS * len(words))))
    scale = min(1.0, (ends - begins) / length) if length > 0 else 1.0
    return tuple(
        replace(
            word,
            start_seconds=max(begins, begins + (word.start_seconds - first) * scale),
            end_seconds=max(begins, begins + (word.end_seconds - first) * scale),
        )
        for word in words
    )
