"""English ordinal numbers: what is listened for as "42nd Street" is also found as it is said."""

from __future__ import annotations

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
MAX_DIGITS = 6


def other_form(form: tuple[str, ...]) -> tuple[str, ...] | None:
    """A folded phrase with its ordinals said for written, or written for said; None: it has none.

    `42 nd street` is `40 second street`, and the other way round.
    """
    other: list[str] = []
    here = 0
    while here < len(form):
        part, here = _written(form, here) or _said(form, here) or ((form[here],), here + 1)
        other += part
    return tuple(other) if tuple(other) != form else None


def _written(form: tuple[str, ...], here: int) -> tuple[tuple[str, ...], int] | None:
    """`42 nd` as it is said."""
    if not _is_number(form[here]) or form[here + 1 : here + 2] != (_suffix(int(form[here])),):
        return None
    number = int(form[here])
    last = number % 100 if number % 100 in _WORDS else number % 10
    if not last:
        return None
    before = (str(number - last),) if number > last else ()
    return (*before, _WORDS[last]), here + 2


def _said(form: tuple[str, ...], here: int) -> tuple[tuple[str, ...], int] | None:
    """`40 second` as it is written."""
    first = int(form[here]) if _is_number(form[here]) else 0
    after = here + (first > 0)
    value = _VALUES.get(form[after]) if after < len(form) else None
    if value is None or first % (10 if value < 10 else 100):
        return None
    return (str(first + value), _suffix(first + value)), after + 1


def _is_number(word: str) -> bool:
    return word.isascii() and word.isdigit() and len(word) <= MAX_DIGITS


def _suffix(number: int) -> str:
    return "th" if 10 < number % 100 < 20 else _SUFFIXES.get(number % 10, "th")
