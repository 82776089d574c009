"""Spelled English numbers as digits, so that a number is found however the service writes it."""

from __future__ import annotations

from collections.abc import Sequence

_ONES = {
    **{"zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7},
    **{"eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13},
    **{"fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18},
    **{"nineteen": 19, "nought": 0, "naught": 0},
}
_TENS = {
    **{"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50},
    **{"sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90},
}
_DECADES = {
    **{"twenties": "20s", "thirties": "30s", "forties": "40s", "fifties": "50s"},
    **{"sixties": "60s", "seventies": "70s", "eighties": "80s", "nineties": "90s"},
}
_YEARS = {**_DECADES, "hundreds": "00s"}
"""Words that may follow a century: "nineteen forties", "eighteen hundreds"."""
_SCALES = {"thousand": 1000, "million": 1_000_000, "billion": 1_000_000_000}
_NUMBER_WORDS = frozenset({*_ONES, *_TENS, *_SCALES, "hundred"})
_BEGINNINGS = frozenset({*_ONES, *_TENS, *_DECADES, "hundred", "a", "an", "per"})
"""Words with which words to be joined may begin."""
_OH = "oh"
_TIMES = {"double": 2, "triple": 3, "treble": 3}
DIGIT_WORDS = {_OH, *_TIMES}
"""Words, besides digits, with which a number said digit by digit may begin."""
MAX_DIGITS = 15
"""More digits than this are an identifier, not an amount."""
MAX_DECIMALS = 6
"""Most digits after a decimal point; more are not an amount either."""
LONGEST_RUN = 12
"""Most words that are joined to one number; a longer run is several numbers."""


def merge_numbers(words: Sequence[str]) -> list[tuple[str, int, int]]:
    """Each word, or run of number words, as (folded form, first index, index after the last).

    "forty two" and "42" are `42`, "two hundred and six" is `206`, "three million" and
    "3 million" are `3000000`, "three point one four" is `3.14`, "nineteen forties" is `1940s`.
    Digits said one by one stay apart: "nine one one" is `9 1 1`. "per cent" is `percent`.
    """
    merged = []
    here = 0
    while here < len(words):
        text = words[here]
        if text not in _BEGINNINGS and not text[0].isdigit():  # true for most words
            merged.append((text, here, here + 1))
            here += 1
            continue
        value, end = _number(words, here)
        text = text if value is None else str(value)
        if value is not None and 10 <= value < 100 and words[end : end + 1] != []:
            years = _YEARS.get(words[end], "")
            text, end = text + years, end + bool(years)
        if value is not None:
            decimals, end = _decimals(words, end)
            text += decimals
        elif text in _DECADES:
            text = _DECADES[text]
        elif text == "per" and words[here + 1 : here + 2] == ["cent"]:
            text, end = "percent", here + 2
        merged.append((text, here, end))
        here = end
    return merged


def digits_said(words: Sequence[str], most: int) -> list[str]:
    """The digits that the first 1, 2, ... `most` words give if they are read as one number.

    Parts may be `19 42`, `9 1 1`, `double oh 7`. The list ends before the first word that cannot
    be part of a number; it has "" where the words so far end in "double" or the like.
    """
    said, digits, times = [], "", 1
    for word in words[:most]:
        if word in _TIMES and times == 1:
            times = _TIMES[word]
            said.append("")
            continue
        # "o" is a word in many languages: "3 o 4" is not 304.
        part = "0" if word == _OH or (word == "o" and times > 1) else word
        if not (part.isascii() and part.isdigit()) or (times > 1 and len(part) > 1):
            break
        digits, times = digits + part * times, 1
        said.append(digits)
    return said


def _decimals(words: Sequence[str], start: int) -> tuple[str, int]:
    """The decimals, with point, of a number that ends before `start`, and the index after them."""
    digits, end = "", start + 1
    behind = words[end : end + MAX_DECIMALS] if words[start : start + 1] == ["point"] else ()
    for word in behind:
        part = "0" if word == _OH else str(_ONES.get(word, word))
        if not (part.isascii() and part.isdigit()) or (digits and len(part) > 1):
            break
        digits, end = digits + part, end + 1
        if len(part) > 1:
            break
    return (f".{digits}", end) if digits else ("", start)


def _number(words: Sequence[str], start: int) -> tuple[int | None, int]:
    """The number beginning at `start` and where it ends; None for any other word."""
    value, end = _below_thousand(words, start)
    if value is None:
        return None, start + 1
    total, limit = 0, 1_000_000_000_000
    while end < len(words) and (scale := _SCALES.get(words[end])) and scale < limit:
        total, limit = total + value * scale, scale
        end += 1
        if end - start >= LONGEST_RUN:
            return total, end
        value, after = _below_thousand(words, _past_and(words, end))
        if value is None or value >= limit:
            return total, end
        end = after
    return total + value, end


def _below_thousand(words: Sequence[str], start: int) -> tuple[int | None, int]:
    """A number below a thousand, or one in digits, at `start`."""
    if start >= len(words):
        return None, start
    word = words[start]
    if word.isascii() and word.isdigit():
        is_amount = len(word) <= MAX_DIGITS and word == str(int(word))
        return int(word) if is_amount else None, start + 1
    value, end = _below_hundred(words, start)
    if value is None:
        return _one_of_a_kind(words, start)
    if end < len(words) and words[end] == "hundred" and 0 < value < 100:
        rest, after = _below_hundred(words, _past_and(words, end + 1))
        return (value * 100, end + 1) if rest is None else (value * 100 + rest, after)
    return value, end


def _one_of_a_kind(words: Sequence[str], start: int) -> tuple[int | None, int]:
    """A number with an implied one: "a hundred and six", "hundred and six", "a million"."""
    has_article = words[start] in ("a", "an") and start + 1 < len(words)
    unit = words[start + has_article]
    if unit == "hundred":
        after = start + has_article + 1
        rest, end = _below_hundred(words, _past_and(words, after))
        if rest is not None:
            return 100 + rest, end
        return (100, after) if has_article else (None, start)
    return (1, start + 1) if has_article and unit in _SCALES else (None, start)


def _below_hundred(words: Sequence[str], start: int) -> tuple[int | None, int]:
    if start >= len(words):
        return None, start
    word = words[start]
    if word in _ONES:
        return _ONES[word], start + 1
    if word not in _TENS:
        return None, start
    following = _ONES.get(words[start + 1], 0) if start + 1 < len(words) else 0
    if 0 < following < 10:
        return _TENS[word] + following, start + 2
    return _TENS[word], start + 1


def _past_and(words: Sequence[str], start: int) -> int:
    """The place after an "and" that joins two parts of one number."""
    joins = start + 1 < len(words) and words[start] == "and" and words[start + 1] in _NUMBER_WORDS
    return start + 1 if joins else start
