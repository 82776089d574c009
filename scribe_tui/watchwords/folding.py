"""Spoken text as comparable tokens: case, accents, apostrophes and spelled numbers folded.

A token keeps the place of its text, so that a find can be shown as it was heard.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

from scribe_tui.watchwords.numbers import merge_numbers

_WORD = (
    r"\d+(?:[.,]\d+)*"  # 1,250.50 is one word
    # Scripts that write no spaces between words: each sign is a token of its own.
    r"|[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    r"\uf900-\ufaff\U00020000-\U0003ffff]"
    r"|[^\W\d_\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    r"\uf900-\ufaff\U00020000-\U0003ffff]"
    r"(?:[^\W_\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]|[\u0300-\u036f\u200c\u200d]|['’](?=\w))*"
)
_MARKS = re.compile("[\u0300-\u036f\u0591-\u05c7\u064b-\u0652\u0670\u200c\u200d]+")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
)


@cache
def _word() -> re.Pattern[str]:
    """Made for the first text: its ranges of signs take longer than all else of this room."""
    return re.compile(_WORD)


@dataclass(frozen=True, slots=True)
class Token:
    """One comparable word: its folded form and the half-open span of its text."""

    folded: str
    start: int
    end: int


def raw_tokens(text: str, start: int = 0) -> list[Token]:
    """The words of `text` from character `start` on, numbers not yet joined."""
    return [
        Token(folded, match.start(), match.end())
        for match in _word().finditer(text, start)
        if (folded := fold_word(match[0]))
    ]


def tokens(text: str) -> list[Token]:
    """The words of `text`, spelled numbers as one token of digits: "forty two" is `42`."""
    return join_numbers(raw_tokens(text))


def join_numbers(words: list[Token]) -> list[Token]:
    """The same tokens with each run of number words as one token of digits."""
    merged = merge_numbers([word.folded for word in words])
    return [Token(folded, words[a].start, words[b - 1].end) for folded, a, b in merged]


def fold(text: str) -> tuple[str, ...]:
    """The folded words of `text` alone: what a watch word is compared by."""
    return tuple(token.folded for token in tokens(text))


@lru_cache(maxsize=8192)
def fold_word(word: str) -> str:
    """One word without case, accents and apostrophes; a possessive `'s` goes too."""
    if word[0].isdigit():
        number = unicodedata.normalize("NFKC", word)
        return number.replace(",", "") if _THOUSANDS.fullmatch(number) else number
    plain = word.casefold().replace("’", "'").removesuffix("'s").replace("'", "")
    if not plain.isascii():
        plain = _MARKS.sub("", unicodedata.normalize("NFKD", plain)).translate(_LETTERS)
        plain = unicodedata.normalize("NFC", plain)
    return plain
