"""Turning one line of a transcript into rows: time stamp, text, and what is marked in it. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from scribe_tui.events import Gap
from scribe_tui.transcript import Line
from scribe_tui.tui.finding.decor import PLAIN, Decor, highlights_of
from scribe_tui.tui.rendering.marked import marked_rows
from scribe_tui.tui.rendering.signs import ELLIPSIS, RULE
from scribe_tui.tui.rendering.styled_rows import BLANK, Piece, Row
from scribe_tui.tui.rendering.wrap import Span, cells_of, wrap
from scribe_tui.tui.text import clock, cut_to_width

STAMP_WIDTH = 9
HANGING_WIDTH = 40
"""From this width in cells on, wrapped rows are indented to the text after the time stamp."""
UNREAD = ELLIPSIS
"""Shown for a line that has not been read from the journal yet."""
TIE = "\u00a0"
"""A space at which no row is broken."""


def margin_of(width: int) -> int:
    """Return the blank cells before rows without a time stamp, in a view of `width` cells."""
    return STAMP_WIDTH if width >= HANGING_WIDTH else 0


def line_rows(line: Line, decor: Decor, width: int) -> list[Row]:
    """Return the rows of a committed segment or a gap in a view of `width` cells."""
    margin = margin_of(width)
    chosen = decor.at_cursor or decor.in_range
    sign = "*" if decor.is_marked else ""
    if isinstance(line, Gap):
        text = gap_text(line)
        spans = list(wrap(text, width - margin))
        part = "gap-chosen" if chosen and not margin else "gap"
        rows = laid_out(text.replace(TIE, " "), spans, part, decor, margin)
        stamp = sign.rjust(margin)
    else:
        text = line.text
        spans = list(wrap(text, width - margin, indent=STAMP_WIDTH - margin))
        rows = laid_out(text, spans, "committed", decor, margin)
        stamp = clock(line.started_at).ljust(STAMP_WIDTH - 1) + (sign or " ")
    part = "stamp-chosen" if chosen else "stamp" if stamp.strip() else BLANK
    return [(Piece(part, stamp), *rows[0][1:]), *rows[1:]] if rows else [(Piece(part, stamp),)]


def laid_out(text: str, spans: Sequence[Span], part: str, decor: Decor, margin: int) -> list[Row]:
    """Return the spans of a text as rows with `margin` blanks before each, marked by `decor`."""
    blank = Piece(BLANK, " " * margin)
    if decor == PLAIN:
        return [(blank, Piece(part, text[first:last])) for first, last in spans]
    hit_part = "hit-unconfirmed" if part == "partial" else "hit"
    marks = highlights_of(text, decor, hit_part, "found")
    return [(blank, *pieces) for pieces in marked_rows(text, spans, part, marks)]


def unread_row(width: int) -> Row:
    """Return the row shown for a line that is not read yet."""
    return (Piece(BLANK, " " * margin_of(width)), Piece("gap", UNREAD))


def news_row(width: int, since: float, count: int) -> Row:
    """Return the row above the first of `count` unread lines; `since` is a wall-clock instant."""
    text = cut_to_width(f"{RULE} new since {clock(since)[:5]} ({count}) ", width)
    return (Piece("news", text + RULE * (width - cells_of(text))),)


def gap_text(gap: Gap) -> str:
    """Return `not heard 10:03:11 to 10:03:25 (14.2 s): cause`, with a TIE before the unit."""
    seconds = gap.end_seconds - gap.start_seconds
    span = f"{clock(gap.started_at)} to {clock(gap.ended_at)}"
    return f"not heard {span} ({seconds:.1f}{TIE}s): {gap.cause}"
