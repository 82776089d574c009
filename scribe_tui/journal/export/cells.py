"""The width of text in a caption, in cells: wide characters take two."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

LINE_CELLS = 42
MAX_LINE_CHARS = 160
"""Most characters of a line: combining marks take no cell."""


def cells(text: str) -> int:
    """Cells that `text` takes."""
    return len(text) if text.isascii() else sum(map(_cells_of, text))


def wrap_cells(text: str) -> list[str]:
    """Return `text` in lines of at most `LINE_CELLS` cells.

    Lines are broken at spaces; within a word only if it is longer than a line.
    """
    lines: list[str] = []
    wrap_on(lines, text)
    return lines


def wrap_on(lines: list[str], text: str) -> None:
    """Append `text`, which begins a new word, to the wrapped `lines`."""
    for word in text.split():
        pieces = split_long(word)
        if lines and _fits(longer := f"{lines[-1]} {pieces[0]}"):
            lines[-1] = longer
            del pieces[0]
        lines += pieces


def split_long(word: str) -> list[str]:
    """Split a word into pieces that each fit a line; most often into one."""
    if _fits(word):
        return [word]
    pieces = [""]
    for char in word:
        if not _fits(pieces[-1] + char) and _cells_of(char):
            pieces.append("")
        if len(pieces[-1]) < MAX_LINE_CHARS:
            pieces[-1] += char
        else:
            pieces.append(char)
    return pieces


def is_plain_word(text: str) -> bool:
    """Whether `text`, without spaces at its end, is one word of ASCII that fits a line."""
    return text.isascii() and 0 < len(text) <= LINE_CELLS and len(text.split()) == 1


def _fits(line: str) -> bool:
    if line.isascii():
        return len(line) <= LINE_CELLS
    return len(line) <= MAX_LINE_CHARS and cells(line) <= LINE_CELLS


@lru_cache(maxsize=8192)
def _cells_of(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1
