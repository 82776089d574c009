"""Encoding runs of cells as terminal sequences, in as few bytes as possible.

A style is sent only where it changes, the cursor is moved within a row by its column only, and long
blanks are erased. Columns are absolute, so that a text which takes more cells in this terminal than
expected does not displace its neighbours.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style

from scribe_tui.tui.rendering.wrap import cells_of

PLAIN = "\x1b[m"
GAP = " " * 12
"""The shortest run of blanks that costs more bytes than erasing it and moving the cursor."""
GAPS = re.compile(f"({GAP} *)")


class Run(NamedTuple):
    """Segments for row `y`, columns `x` to `end` (exclusive); `end` None: the end is uncertain."""

    x: int
    y: int
    segments: Iterable[Segment]
    end: int | None


class SentStyle(NamedTuple):
    """A style as it is sent to a terminal: SGR parameters, and whether it is visible on blanks."""

    codes: str
    shows_blanks: bool


NO_LOOK = SentStyle("", shows_blanks=False)


def encode(runs: Sequence[Run], colors: ColorSystem) -> str:
    """Return the sequences that draw `runs` in their order, with a plain style at the end."""
    pieces: list[str] = []
    look = NO_LOOK
    column: int | None = None
    row = -1
    for x, y, segments, end in runs:
        if y != row:
            pieces.append(f"\x1b[{y + 1};{x + 1}H")
        elif x != column:
            pieces.append(f"\x1b[{x + 1}G")
        at, erased = x, False
        for text, style, _ in segments:
            wanted = look_of(style, colors) if style else NO_LOOK
            if end is None or wanted.shows_blanks or GAP not in text:
                parts = [text]
            else:
                parts = GAPS.split(text)
            for part in filter(None, parts):
                erased = False
                blank = not wanted.shows_blanks and not part.strip(" ")
                if wanted.codes != look.codes and (look.shows_blanks or not blank):
                    pieces.append(_switch(look, wanted))
                    look = wanted
                if blank and end is not None and len(part) >= len(GAP):
                    pieces.append(f"\x1b[{len(part)}X")
                    at += len(part)
                    if at < end:
                        pieces.append(f"\x1b[{at + 1}G")
                    else:
                        erased = True
                    continue
                pieces.append(part)
                at += len(part) if part.isascii() else cells_of(part)
        column, row = (None if erased else end, y) if end is not None else (None, -1)
    if look.codes:
        pieces.append(PLAIN)
    return "".join(pieces)


def erase(spans: Iterable[tuple[int, int, int, int]], ground: Style, colors: ColorSystem) -> str:
    """Return the sequences that erase `spans`: column, row, width, and a height of one row.

    A terminal that erases to its own background shows that instead of the one of `ground`.
    """
    look = look_of(Style(bgcolor=ground.bgcolor), colors)
    pieces = [_switch(NO_LOOK, look)] if look.codes else []
    below: tuple[int, int] | None = None
    for x, y, width, _ in spans:
        pieces.append("\x1b[B" if (x, y) == below else f"\x1b[{y + 1};{x + 1}H")
        pieces.append(f"\x1b[{width}X")
        below = x, y + 1
    if look.codes:
        pieces.append(PLAIN)
    return "".join(pieces)


@lru_cache(maxsize=512)
def look_of(style: Style, colors: ColorSystem) -> SentStyle:
    """Return how `style` is sent to a terminal with that number of colours."""
    color, background = style.color, style.bgcolor
    visible = style.without_color + Style(
        color=None if color is None or color.is_default else color,
        bgcolor=None if background is None or background.is_default else background,
    )
    rendered = visible.update_link(None).render("x", color_system=colors)
    codes = rendered[2 : rendered.index("m")] if rendered.startswith("\x1b[") else ""
    drawn = (style.reverse, style.underline, style.underline2, style.strike, style.overline)
    return SentStyle(codes, visible.bgcolor is not None or any(drawn))


def _switch(look: SentStyle, wanted: SentStyle) -> str:
    if not wanted.codes:
        return PLAIN
    return f"\x1b[0;{wanted.codes}m" if look.codes else f"\x1b[{wanted.codes}m"
