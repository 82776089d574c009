"""Finds phrases in tokens: exact, similar and by sound. Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from scribe_tui.events import Tier
from scribe_tui.watchwords.folding import Token
from scribe_tui.watchwords.numbers import DIGIT_WORDS, digits_said
from scribe_tui.watchwords.phrases import (
    MAX_SPELLED_LETTERS,
    SILENT,
    Phrase,
    PhraseIndex,
    phonetic_form,
)

MAX_PLAIN_DIGITS = 2
"""Numbers of at most this many digits are matched digit by digit only if no other digits are beside
them."""
CLOSE_RATIO = 88.0
"""From this similarity of letters (0 to 100) on, a form is close."""
CLOSE_SOUND_RATIO = 60.0
"""The same for a form with an equal Metaphone key."""
CLOSE_DOUBLE_RATIO = 70.0
"""The same for an equal Double Metaphone key, which more words share."""
SOUNDS_LIKE_RATIO = 80.0
"""From this similarity on, a form with another sound is listed as "sounds like", without alerts."""
LEAST_RATIO = 50.0
"""Below this similarity a form never matches, whatever its sound."""
MAX_DIGIT_TOKENS = 16
"""Most words in a number that is said digit by digit."""


@dataclass(frozen=True, slots=True)
class Match:
    """One find: the half-open token span, how close it is, and `ratio` from 0 to 100."""

    watch: str
    word: str
    tier: Tier
    first: int
    end: int
    ratio: float = 100.0


def find_exact(index: PhraseIndex, tokens: Sequence[Token]) -> list[Match]:
    """All matches of phrases as written, or said digit by digit or letter by letter."""
    found = []
    words = [token.folded for token in tokens]
    for here, word in enumerate(words):
        for phrase in index.by_first.get(word, ()):
            end = here + len(phrase.form)
            if tuple(words[here:end]) == phrase.form:
                found.append(_exact(phrase, here, end))
        if index.digits and (word.isdigit() or word in DIGIT_WORDS):
            found += _digits(index, tokens, words, here)
        if index.letters and len(word) == 1:
            found += _letters(index, words, here)
    return found


def _digits(
    index: PhraseIndex, tokens: Sequence[Token], words: Sequence[str], here: int
) -> list[Match]:
    """Matches of numbers said in parts: "nine one one" for 911, "double oh seven" for 007."""
    said = digits_said(words[here : here + MAX_DIGIT_TOKENS], MAX_DIGIT_TOKENS)
    return [
        _exact(phrase, here, end)
        for end, digits in enumerate(said, start=here + 1)
        for phrase in index.digits.get(digits, ())
        if phrase.form != tuple(words[here:end])
        and (len(digits) > MAX_PLAIN_DIGITS or _stands_alone(tokens, here, end))
    ]


def _stands_alone(tokens: Sequence[Token], here: int, end: int) -> bool:
    """Whether the digits follow each other directly, without others beside them: not "4, 2"."""
    inside = all(tokens[n].end + 1 == tokens[n + 1].start for n in range(here, end - 1))
    beside = (*tokens[max(0, here - 1) : here], *tokens[end : end + 1])
    return inside and not any(token.folded.isdigit() for token in beside)


def _letters(index: PhraseIndex, words: Sequence[str], here: int) -> list[Match]:
    """Matches of abbreviations heard letter by letter: "B.B.C." for BBC."""
    found, joined = [], ""
    for end in range(here, min(len(words), here + MAX_SPELLED_LETTERS)):
        if len(words[end]) > 1:
            break
        joined += words[end]
        found += [_exact(phrase, here, end + 1) for phrase in index.letters.get(joined, ())]
    return found


def _exact(phrase: Phrase, first: int, end: int) -> Match:
    return Match(phrase.watch, phrase.word, Tier.EXACT, first, end)


def find_fuzzy(
    index: PhraseIndex,
    tokens: Sequence[Token],
    *,
    start: int = 0,
    until: int | None = None,
    by_sound: bool = True,
) -> list[Match]:
    """All runs of tokens that are similar to a phrase but not equal to it.

    They end after token `start` and begin before token `until`, if given. `by_sound` also compares
    Metaphone keys, which are for English alone.
    """
    found = []
    for size, phrases in index.candidates.items():
        end = len(tokens) - size + 1
        end = end if until is None else min(end, until)
        for here in range(max(0, start - size + 1), end):
            window = " ".join(token.folded for token in tokens[here : here + size])
            for phrase, tier, ratio in _alike(index, phrases, window, size, by_sound):
                found.append(Match(phrase.watch, phrase.word, tier, here, here + size, ratio))
    return found


def _alike(
    index: PhraseIndex, phrases: Sequence[Phrase], window: str, size: int, by_sound: bool
) -> list[tuple[Phrase, Tier, float]]:
    from rapidfuzz import fuzz, process

    alike = []
    for _, ratio, number in process.extract(
        window, index.choices[size], scorer=fuzz.ratio, score_cutoff=LEAST_RATIO, limit=None
    ):
        phrase = phrases[number]
        if phrase.joined == window or not _same_digits(window, phrase.joined):
            continue
        tier = _tier(phrase, ratio, window, by_sound)
        if tier is not None:
            alike.append((phrase, tier, ratio))
    return alike


def _tier(phrase: Phrase, ratio: float, window: str, by_sound: bool) -> Tier | None:
    """The tier of a run of words with similarity `ratio` to a phrase; None for no match."""
    if ratio >= CLOSE_RATIO:
        return Tier.CLOSE
    sound = phonetic_form(window) if by_sound else SILENT
    same = bool(sound.simple) and sound.simple == phrase.sound.simple
    same_double = bool(sound.double) and sound.double == phrase.sound.double
    if (same and ratio >= CLOSE_SOUND_RATIO) or (same_double and ratio >= CLOSE_DOUBLE_RATIO):
        return Tier.CLOSE
    return Tier.SOUNDS_LIKE if same or same_double or ratio >= SOUNDS_LIKE_RATIO else None


def _same_digits(one: str, other: str) -> bool:
    """Whether both texts have the same digits: numbers never match by similarity."""
    return _digits_of(one) == _digits_of(other)


@lru_cache(maxsize=8192)
def _digits_of(text: str) -> str:
    return "".join(char for char in text if char.isdigit())


def without_excepted(
    index: PhraseIndex, tokens: Sequence[Token], matches: Sequence[Match]
) -> list[Match]:
    """The matches that do not lie within an excepted phrase of their own list."""
    if not index.excepted or not matches:
        return list(matches)
    spans = excepted_spans(index, tokens)
    return [
        match
        for match in matches
        if not any(
            watch == match.watch and _covers(match, first, end) for watch, first, end in spans
        )
    ]


def excepted_spans(index: PhraseIndex, tokens: Sequence[Token]) -> list[tuple[str, int, int]]:
    """The places of excepted phrases: (list, start, end), a half-open span of tokens."""
    words = [token.folded for token in tokens]
    return [
        (watch, here, here + len(form))
        for here, word in enumerate(words)
        for watch, form in index.excepted.get(word, ())
        if tuple(words[here : here + len(form)]) == form
    ]


def _covers(match: Match, first: int, end: int) -> bool:
    """Whether an excepted phrase at `first` to `end` covers a match (a fuzzy one: overlaps it)."""
    if match.tier is Tier.EXACT:
        return first <= match.first and match.end <= end
    return first < match.end and match.first < end
