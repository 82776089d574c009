"""The text in each pane of a captured screen."""

from __future__ import annotations

import re

TOP = re.compile(r"[╭┏] \d+ (\S+)")
CLOCK_COLUMNS = 11
"""Columns of frame, clock time and blanks in front of every row of text."""


def pane_texts(screen: str) -> dict[str, str]:
    """Return the text of each pane by its name, its rows joined by blanks."""
    lines = screen.split("\n")
    texts = {}
    for row, line in enumerate(lines):
        tops = list(TOP.finditer(line))
        ends = [top.start() for top in tops[1:]] + [None]
        for top, end in zip(tops, ends, strict=False):
            texts[top[1]] = _inside(lines[row + 1 :], top.start(), end)
    return texts


def _inside(lines: list[str], left: int, end: int | None) -> str:
    words: list[str] = []
    for line in lines:
        if line[left : left + 1] not in ("│", "┃"):
            break
        words += line[left + CLOCK_COLUMNS : end].rstrip("│┃ ").split()
    return " ".join(words)
