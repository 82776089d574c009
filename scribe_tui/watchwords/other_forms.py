"""Other ways to write a number: 42nd as forty-second, World War II as World War 2, 9:30 as 9.30.

A watch word with one of them is also found in the other way.
"""

from __future__ import annotations

import re

_ONES = (
    *("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"),
    *("tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth"),
    *("seventeenth", "eighteenth", "nineteenth"),
)
_TENS = {
    **{"twentieth": 20, "thirtieth": 30, "fortieth": 40, "fiftieth": 50},
    **{"sixtieth": 60, "seventieth": 70, "eightieth": 80, "ninetieth": 90},
}
_VALUES = {word: number for number, word in enumerate(_ONES) if word} | _TENS
_WORDS = {number: word for word, number in _VALUES.items()}
_SUFFIXES = {1: "st", 2: "nd", 3: "rd"}
_ROMAN = {"ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9"}
_OF_ROMAN = {number: roman for roman, number in _ROMAN.items()}
_CLOCK = re.compile(r"\d{1,2}\.\d\d")
MAX_DIGITS = 6


def other_form(form: tuple[str, ...]) -> tuple[str, ...] | None:
    """The other way to write a folded phrase; None if there is none.

    `42 nd street` is `40 second street`, `world war ii` is `world war 2`, `9 30` is `9.30`, and
    the other way round.
    """
    other: list[str] = []
    here = 0
    while here < len(form):
        part, here = (
            _written(form, here)
            or _said(form, here)
            or _clock(form, here)
            or ((_roman(form, here),), here + 1)
        )
        other += part
    return tuple(other) if tuple(other) != form else None


def _written(form: tuple[str, ...], here: int) -> tuple[tuple[str, ...], int] | None:
    """`42 nd` as spoken: `40 second`; and the index after it."""
    if not _is_number(form[here]) or form[here + 1 : here + 2] != (_suffix(int(form[here])),):
        return None
    number = int(form[here])
    last = number % 100 if number % 100 in _WORDS else number % 10
    if not last:
        return None
    before = (str(number - last),) if number > last else ()
    return (*before, _WORDS[last]), here + 2


def _said(form: tuple[str, ...], here: int) -> tuple[tuple[str, ...], int] | None:
    """`40 second` as written: `42 nd`; and the index after it."""
    first = int(form[here]) if _is_number(form[here]) else 0
    after = here + (first > 0)
    value = _VALUES.get(form[after]) if after < len(form) else None
    if value is None or first % (10 if value < 10 else 100):
        return None
    return (str(first + value), _suffix(first + value)), after + 1


def _clock(form: tuple[str, ...], here: int) -> tuple[tuple[str, ...], int] | None:
    """A time of day with a colon (`9 30`) as one with a full stop (`9.30`), and vice versa."""
    if _CLOCK.fullmatch(form[here]):
        return tuple(form[here].split(".")), here + 1
    joined = ".".join(form[here : here + 2])
    return ((joined,), here + 2) if joined.isascii() and _CLOCK.fullmatch(joined) else None


def _roman(form: tuple[str, ...], here: int) -> str:
    """A number after a word, such as that of a war or a king, as Roman or the other way round."""
    word = form[here]
    return _ROMAN.get(word, _OF_ROMAN.get(word, word)) if here else word


def _is_number(word: str) -> bool:
    return word.isascii() and word.isdigit() and len(word) <= MAX_DIGITS


def _suffix(number: int) -> str:
    return "th" if 10 < number % 100 < 20 else _SUFFIXES.get(number % 10, "th")
