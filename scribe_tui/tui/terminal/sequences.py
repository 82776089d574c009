"""Which control sequences are keys, mouse or focus, in a form that is safe for Textual's parser.

That parser does not check the numbers in them: it fails at a code that is no character, at kitty's
sub-parameters (`97:65;1:1u`) and at empty sizes, takes `CSI 113 ~` for the letter q, and turns the
characters of long or unknown sequences into keys. Its failure would end the screen.
"""

from __future__ import annotations

import re

MOST_CELLS = 100_000
"""Farthest position of a mouse that is accepted, in cells or pixels."""
LAST_FUNCTION_KEY = 34
"""Highest n of a key `CSI n ~`; Textual takes a higher number for the letter of that code."""
KEYPAD_BEGIN = 57427
RELEASED = "3"
"""Kitty's event type for a released key; some terminals send it although it was not requested."""

_KEY = re.compile(
    r"\x1b\[(?P<code>\d{0,7})(?::[\d:]*)?"
    r"(?:;(?P<modifiers>\d{0,3})(?::(?P<event>\d?))?)?"
    r"(?:;(?P<text>[\d:]*))?"
    r"(?P<end>[u~ABCDEFHPQRS])",
    re.ASCII,
)
_MOUSE = re.compile(r"\x1b\[<\d{1,3};(-?\d{1,9});(-?\d{1,9})[Mm]", re.ASCII)
_PLAIN = re.compile(
    r"\x1b\[[IO]"  # focus
    r"|\x1b\[\?2026;\d\$y"  # answer: whether synchronized output is supported
)
"""Size reports are left out: the system or a cursor report (`size`) gives the size."""


def with_fit_numbers(sequence: str) -> str | None:
    """Return `sequence` with only what that parser handles; None if it must not have it."""
    if _PLAIN.fullmatch(sequence):
        return sequence
    if mouse := _MOUSE.fullmatch(sequence):
        near = all(abs(int(place)) <= MOST_CELLS for place in mouse.groups())
        return sequence if near else None
    key = _KEY.fullmatch(sequence)
    return _key(key) if key is not None else None


def _key(key: re.Match[str]) -> str | None:
    """Return a key with modifiers, or the text it types, without alternate codes and event type.

    Not every Textual version that may be installed reads text inside a sequence; all read plain
    text.
    """
    code, modifiers, text, end = (key[name] or "" for name in ("code", "modifiers", "text", "end"))
    if key["event"] == RELEASED or not _is_code(int(code or "1"), end):
        return None
    if text:
        characters = [int(part or "0") for part in text.split(":")]
        return "".join(map(chr, characters)) if all(map(_is_typed, characters)) else None
    if end == "u" and not code:
        return None
    return f"\x1b[{code};{modifiers}{end}" if int(modifiers or "0") > 1 else f"\x1b[{code}{end}"


def _is_code(code: int, end: str) -> bool:
    if end == "u":
        return _is_character(code)
    if end == "~":
        return code <= LAST_FUNCTION_KEY or code == KEYPAD_BEGIN
    return code == 1


def _is_character(code: int) -> bool:
    return 0 < code <= 0x10FFFF and not 0xD800 <= code <= 0xDFFF


def _is_typed(code: int) -> bool:
    return _is_character(code) and chr(code).isprintable()
