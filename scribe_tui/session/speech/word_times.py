"""WordTimes: checks the service's word times against the sound it was sent, and corrects them.

They are not exact: under VAD they run ahead of the sound by about 0.1 s more with each segment
(elevenlabs-python #849), and a service may send impossible times.
"""

from __future__ import annotations

import math
from dataclasses import replace
from enum import StrEnum

from scribe_tui.events import Word

BEFORE_SECONDS = 1.0
"""A word may begin this many seconds before the previous segment's end, as commits cut words."""
NOTED_SECONDS = 0.25
"""A correction of less than this many seconds is not reported."""
PLAUSIBLE_SECONDS = 2.0
PLAUSIBLE_PER_SEGMENT_SECONDS = 0.5
"""Word times are replaced if they are further ahead of the sound than PLAUSIBLE_SECONDS plus
PLAUSIBLE_PER_SEGMENT_SECONDS for each segment so far: the service's drift does not explain that."""
SECONDS_A_WORD = 0.4
"""Length assumed for a word whose times are unusable."""
FASTEST_CHARS_A_SECOND = 40.0
"""Characters per second that no speaker reaches, in any script."""
LEAST_SPEECH_SECONDS = 0.1
"""No word is shorter than this: the service's default for the shortest speech."""
SHORTEST_WORD_SECONDS = 0.05
"""Least average length of a word in a segment that is squeezed. If there is less room, the segment
begins earlier and overlaps the words before it."""


class Fit(StrEnum):
    """How the word times of a segment were corrected."""

    AS_GIVEN = "as given"
    SHIFTED = "shifted"
    REPLACED = "replaced"


class WordTimes:
    """Corrects the words of one connection. Times are seconds of connection time (sound sent)."""

    def __init__(self) -> None:
        self._shift = 0.0
        self._segments = 0

    def fit(
        self, words: tuple[Word, ...], *, begins: float, ends: float
    ) -> tuple[tuple[Word, ...], Fit]:
        """The words of one segment with possible times, and how they were corrected.

        `begins`: where the text before it ended. `ends`: the latest time at which its last word
        can have ended. If that word ends later, all words of this segment and of later ones are
        moved earlier. Impossible times are replaced, so that the last word ends at `ends`.
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
    """The shortest time in seconds in which `text` can be said; 0 for an empty text."""
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
    """The words with new times that end at `ends`.

    They are moved as a whole if their lengths are in order and fit after `begins`, else spread
    evenly.
    """
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
    """The words moved to the time between `begins` and `ends` (seconds).

    They are squeezed in proportion if there is too little room, but not to zero, which would make
    an invisible caption: instead they begin before `begins`.
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
