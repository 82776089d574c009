"""What a terminal is sent for runs of cells: no more bytes than it takes.

A style is told where it changes and once, the cursor is moved within a row by the column alone,
and blanks at the end of a run are erased. Columns are absolute, so that a text which takes more
cells in this terminal than it should does no harm to what stands beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style

PLAIN = "\x1b[m"
LEAST_ERASED = 6
"""So many blanks take more bytes than to erase them."""


class Run(NamedTuple):
    """What is to be in row `y` from column `x` to `end`; None where terminals do not agree."""

    x: int
    y: int
    segments: Iterable[Segment]
    end: int | None


class Look(NamedTuple):
    """A style as a terminal is told it: parameters of SGR, and whether a blank shows it."""

    codes: str
    shows_blanks: bool


NO_LOOK = Look("", shows_blanks=False)


def encode(runs: Sequence[Run], colors: ColorSystem) -> str:
    """The sequences that draw `runs`, in their order; the terminal's style is plain afterwards."""
    pieces: list[str] = []
    look = NO_LOOK
    column: int | None = None
    row = -1
    for x, y, segments, end in runs:
        if y != row:
            pieces.append(f"\x1b[{y + 1};{x + 1}H")
        elif x != column:
            pieces.append(f"\x1b[{x + 1}G")
        column, row = (end, y) if end is not None else (None, -1)
        erased = 0
        for text, style, _ in segments:
            if not text:
                continue
            wanted = look_of(style, colors) if style else NO_LOOK
            blank = not wanted.shows_blanks and not text.strip(" ")
            if wanted.codes != look.codes and (look.shows_blanks or not blank):
                pieces.append(_switch(look, wanted))
                look = wanted
            erased = len(text) if blank and len(text) >= LEAST_ERASED else 0
            pieces.append(text)
        if erased and end is not None:
            pieces[-1] = f"\x1b[{erased}X"
            column = end - erased
    if look.codes:
        pieces.append(PLAIN)
    return "".join(pieces)


@lru_cache(maxsize=512)
def look_of(style: Style, colors: ColorSystem) -> Look:
    """How `style` is told in so many colours."""
    rendered = style.update_link(None).render("x", color_system=colors)
    codes = rendered[2 : rendered.index("m")] if rendered.startswith("\x1b[") else ""
    drawn = (style.reverse, style.underline, style.underline2, style.strike, style.overline)
    background = style.bgcolor is not None and not style.bgcolor.is_default
    return Look(codes, background or any(drawn))


def _switch(look: Look, wanted: Look) -> str:
    if not wanted.codes:
        return PLAIN
    return f"\x1b[0;{wanted.codes}m" if look.codes else f"\x1b[{wanted.codes}m"
