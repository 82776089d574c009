"""Every symbol that the screen draws besides letters, and its replacement in ASCII.

Parts of the screen draw the signs named here. If a terminal shows only ASCII, `in_ascii` is applied
to all output, including text from elsewhere, and replaces cell by cell; no part of the screen needs
to know.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from scribe_tui.tui.rendering.wrap import measure

ELLIPSIS = "…"
OPEN_QUOTE, CLOSE_QUOTE = "“", "”"

LIT, UNLIT = "●", "○"
"""Activity lights, on and off."""
FILLED, TRACK = "■", "·"
"""Cells of a meter."""
STRIP_LEVELS = "▁▂▃▄▅▆▇█"
"""How much of an interval was speech, from hardly any to all of it."""
STRIP_SILENCE, STRIP_GAP, STRIP_HIT = "·", "─", "!"

RULE, HEAVY_RULE, BAR = "─", "━", "│"
SPINE = ("╭", "│", "╰")
FOCUSED_SPINE = ("┏", "┃", "┗")
"""Top corner, side and bottom corner of a focused pane: heavy lines show focus without colour."""
HIT_SPINE = ("╔", "║", "╚")
"""The same for a moment after a hit: double lines."""

WAITING, TROUBLE, PAUSED, DRAINING, ENDED, FAILED = "○", "▲", "║", "▼", "■", "×"
"""Signs in front of the word for a state that is not normal."""
BELOW, WRONG = "▼", "×"
"""There is more further down; what is entered here is wrong."""
PLAYS, GAP = "▶", "╌"
ON_THE_LEFT, ON_THE_RIGHT, ABOVE = "◀", "▶", "▲"
LEFT, RIGHT, UP, DOWN = "←", "→", "↑", "↓"
_WORDS = {LEFT: "left", RIGHT: "right", UP: "up", DOWN: "down"}

ASCII: dict[str, str] = {
    **{"…": "~", "“": '"', "”": '"', "„": '"', "‘": "'", "’": "'", "«": '"', "»": '"'},
    **{"–": "-", "—": "-", "‐": "-", "‑": "-", "−": "-", "•": "*"},
    **{
        "●": "*",
        "○": "o",
        "■": "#",
        "□": " ",
        "·": ".",
        "▲": "!",
        "▼": "v",
        "▶": ">",
        "◀": "<",
        "×": "x",
        "\ufffd": "?",
    },
    **dict(zip("▁▂▃▄▅▆▇█", "_,:;+*%#", strict=True)),
    **{"─": "-", "━": "=", "╌": "_", "│": "|", "┃": "#", "║": '"', "▔": "-", "▊": "|"},
    **dict.fromkeys("╭╮╯╰┌┐┘└├┤┬┴┼", "+"),
    **dict.fromkeys("┏┓┛┗", "#"),
    **dict.fromkeys("╔╗╝╚", '"'),
    **{"←": "<", "→": ">", "↑": "^", "↓": "v", "▌": "|", "▐": "|"},
    **{"ß": "s", "æ": "a", "Æ": "A", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D"},
    **{"ð": "d", "þ": "t", "œ": "o", "Œ": "O", "ı": "i", "€": "E", "°": "o"},
}
"""One ASCII character for one sign; those of Textual's frames and bars are included."""


def in_words(keys: str) -> str:
    """Replace arrows in names of keys by words: in ASCII an arrow would look like the key `<`."""
    for sign, word in _WORDS.items():
        keys = keys.replace(sign, word)
    return keys


def in_ascii(text: str) -> str:
    """Return `text` in ASCII, with as many cells; escape sequences are unchanged.

    Known signs have a replacement, letters lose their accents, everything else becomes `?`.
    """
    if text.isascii():
        return text
    return "".join(map(_plain, text, measure(text)))


@lru_cache(4096)
def _plain(char: str, letter: str) -> str:
    """Return the replacement of `char`; `letter` is its width as given by `wrap.measure`."""
    if char.isascii():
        return char
    cells = {"0": 0, "1": 1, "+": 1}.get(letter, 2)
    if cells != 1 or letter == "+":
        return "?" * cells
    if (known := ASCII.get(char)) is not None:
        return known
    base = [one for one in unicodedata.normalize("NFKD", char) if one.isascii()]
    return base[0] if len(base) == 1 and base[0].isprintable() else "?"
