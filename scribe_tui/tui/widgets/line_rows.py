"""How one line of a transcript becomes rows: stamp, text, what is marked in it. Pure data."""

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
"""From this width on, wrapped rows line up behind the clock time."""
UNREAD = ELLIPSIS
"""In the place of a line that has yet to be read from the journal."""
TIE = "\u00a0"
"""A space at which no row ends."""


def margin_of(width: int) -> int:
    """Cells left blank before rows without a clock time, in a view so wide."""
    return STAMP_WIDTH if width >= HANGING_WIDTH else 0


def line_rows(line: Line, decor: Decor, width: int) -> list[Row]:
    """The rows of a committed segment or a gap in a view of `width` cells."""
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
    """The spans of a text as rows, `margin` blanks before each, marked as `decor` says."""
    blank = Piece(BLANK, " " * margin)
    if decor == PLAIN:
        return [(blank, Piece(part, text[first:last])) for first, last in spans]
    hit_part = "hit-unconfirmed" if part == "partial" else "hit"
    marks = highlights_of(text, decor, hit_part, "found")
    return [(blank, *pieces) for pieces in marked_rows(text, spans, part, marks)]


def unread_row(width: int) -> Row:
    """In the place of a line that is not read yet."""
    return (Piece(BLANK, " " * margin_of(width)), Piece("gap", UNREAD))


def news_row(width: int, since: float, count: int) -> Row:
    """The line above the first of `count` unread lines."""
    text = cut_to_width(f"{RULE} new since {clock(since)[:5]} ({count}) ", width)
    return (Piece("news", text + RULE * (width - cells_of(text))),)


def gap_text(gap: Gap) -> str:
    """`not heard 10:03:11 to 10:03:25 (14.2 s): cause`, with a TIE between number and unit."""
    seconds = gap.end_seconds - gap.start_seconds
    span = f"{clock(gap.started_at)} to {clock(gap.ended_at)}"
    return f"not heard {span} ({seconds:.1f}{TIE}s): {gap.cause}"
