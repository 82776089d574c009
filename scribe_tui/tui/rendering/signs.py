"""Every symbol that the screen draws besides letters, and its replacement in ASCII.

Parts of the screen draw the signs named here. Where a terminal takes nothing but ASCII,
`in_ascii` stands on the way out and puts one cell for the other, in text from elsewhere too:
no part of the screen has to know.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from scribe_tui.tui.rendering.wrap import measure

ELLIPSIS = "…"
OPEN_QUOTE, CLOSE_QUOTE = "“", "”"

LIT, UNLIT = "●", "○"
"""Lights."""
FILLED, TRACK = "■", "·"
"""Cells of a meter."""
STRIP_LEVELS = "▁▂▃▄▅▆▇█"
"""How much was spoken, from hardly to all the time."""
STRIP_SILENCE, STRIP_GAP, STRIP_HIT = "·", "─", "!"

RULE, HEAVY_RULE, BAR = "─", "━", "│"
SPINE = ("╭", "│", "╰")
FOCUSED_SPINE = ("┏", "┃", "┗")
"""Corner, side, corner: heavy lines show the focus where there is no colour."""
HIT_SPINE = ("╔", "║", "╚")
"""Double lines for a moment after a hit."""

WAITING, TROUBLE, PAUSED, DRAINING, ENDED, FAILED = "○", "▲", "║", "▼", "■", "×"
"""In front of the word for what is not normal."""
BELOW, WRONG = "▼", "×"
"""There is more further down; what stands here is wrong."""
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
"""One character for one; signs of Textual's frames and bars are here as well."""


def in_words(keys: str) -> str:
    """Names of keys without arrows: `<` for one would be the key `<`."""
    for sign, word in _WORDS.items():
        keys = keys.replace(sign, word)
    return keys


def in_ascii(text: str) -> str:
    """`text` with one ASCII character for each cell of what is none, and escapes as they are.

    Signs have their counterparts, letters lose their accents, the rest is `?`.
    """
    if text.isascii():
        return text
    return "".join(map(_plain, text, measure(text)))


@lru_cache(4096)
def _plain(char: str, letter: str) -> str:
    """What stands for `char`, whose cells the width letter of `wrap.measure` says."""
    if char.isascii():
        return char
    cells = {"0": 0, "1": 1, "+": 1}.get(letter, 2)
    if cells != 1 or letter == "+":
        return "?" * cells
    if (known := ASCII.get(char)) is not None:
        return known
    base = [one for one in unicodedata.normalize("NFKD", char) if one.isascii()]
    return base[0] if len(base) == 1 and base[0].isprintable() else "?"
