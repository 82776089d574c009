"""Spoken text as comparable tokens: case, accents, apostrophes and spelled numbers folded.

A token keeps the position of its text, so that a find can be shown as it was heard.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

from scribe_tui.watchwords.numbers import merge_numbers

_SIGNS = (
    r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    r"\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Scripts without spaces between words, and Korean, which appends particles to words: each
character is a separate token."""
_STROKES = (  # marks written above, below and after letters; no letters themselves
    r"\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7"
    r"\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u0711"
    r"\u0730-\u074a\u07a6-\u07b0\u08d3-\u0903\u093a-\u0963\u0981-\u0983\u09bc-\u09e3"
    r"\u0a01-\u0a03\u0a3c-\u0a63\u0a70\u0a71\u0a81-\u0a83\u0abc-\u0ae3\u0b01-\u0b03"
    r"\u0b3c-\u0b63\u0b82\u0bbe-\u0be3\u0c00-\u0c04\u0c3c-\u0c63\u0c81-\u0c83"
    r"\u0cbc-\u0ce3\u0d00-\u0d03\u0d3b-\u0d63\u0d81-\u0d83\u0dca-\u0ddf\u0df2\u0df3"
    r"\u0f71-\u0f84\u0f90-\u0fbc\u200c\u200d"
)
_WORD = (
    # 1940s is one word, and so are 1,250.50 and 1 250 with the narrow space of French
    r"(?:\d\d)?\d0s(?!\w)|\d+(?:[.,]\d+|[\u00a0\u202f]\d{3}(?!\d))*"
    rf"|[{_SIGNS}]"
    # French and Italian join short words to the next one: l'incendie, dell'incendio
    r"|(?i:[cdjlmnst]|(?:jus|lors|puis|quoi)?qu|(?:a|co|da|de|ne|que|su)ll|un|quest)['’‘]"
    r"(?=[^\W\d])(?![sS]\b)"
    rf"|[^\W\d_{_SIGNS}](?:[^\W\d_{_SIGNS}]|[{_STROKES}]|['’‘](?=[^\W\d]))*"
    r"|[%&]"
)
_MARKS = re.compile(
    "[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed\u093c\u09bc\u0a3c"
    "\u0abc\u200c\u200d]+"
)
_THOUSANDS = re.compile(r"\d{1,3}(?:[,\u00a0\u202f ]\d{3})+(?:\.\d+)?")
_MILLIONS = re.compile(r"\d{1,3}(?:\.\d{3}){2,}")
"""1.250.000; what 1.250 is depends on the language."""
_SPOKEN = {"%": "percent", "&": "and"}
_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
    | {"ک": "ك", "ی": "ي", "ى": "ي", "ʻ": "", "ʼ": "", "‘": ""}
)


@cache
def _word() -> re.Pattern[str]:
    """Compiled with the first text, because its many ranges take long to compile."""
    return re.compile(_WORD)


@cache
def _sign() -> re.Pattern[str]:
    return re.compile(f"[{_SIGNS}]")


def is_sign(char: str) -> bool:
    """Whether a character is always a separate word."""
    return not char.isascii() and _sign().match(char) is not None


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
    """The folded words of `text`, by which watch words are compared."""
    return tuple(token.folded for token in tokens(text))


@lru_cache(maxsize=8192)
def fold_word(word: str) -> str:
    """One word without case, accents, apostrophes and a possessive `'s`."""
    if word[0].isdigit():
        if word[-1] == "s":
            return fold_word(word[:-1]) + "s"
        number = "".join(map(_digit, unicodedata.normalize("NFKC", word)))
        if _MILLIONS.fullmatch(number):
            return number.replace(".", "")
        return re.sub("[, ]", "", number) if _THOUSANDS.fullmatch(number) else number
    if word in _SPOKEN:
        return _SPOKEN[word]
    plain = word.casefold().replace("’", "'").removesuffix("'s").replace("'", "")
    if not plain.isascii():
        plain = _MARKS.sub("", unicodedata.normalize("NFKD", plain)).translate(_LETTERS)
        plain = unicodedata.normalize("NFC", plain)
    return plain


def _digit(char: str) -> str:
    """A digit of any script as an ASCII digit; other characters unchanged."""
    return str(unicodedata.decimal(char)) if char.isdecimal() else char
