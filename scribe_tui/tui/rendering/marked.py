"""Rows of a text with some of its characters in another style."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scribe_tui.tui.rendering.styled_rows import Piece, Row
from scribe_tui.tui.rendering.wrap import Span


def marked_rows(
    text: str, spans: Sequence[Span], part: str, marks: Sequence[tuple[int, int, str]]
) -> Iterator[Row]:
    """Each span of `text` as a row in `part`; the characters of `marks` in theirs.

    `marks` are (first, past-the-last, part), in order, none over another; one may go on in
    the next row.
    """
    for first, last in spans:
        pieces: list[Piece] = []
        place = first
        for start, end, other in marks:
            start, end = max(start, first), min(end, last)  # noqa: PLW2901 - cut to the row
            if start >= end:
                continue
            if place < start:
                pieces.append(Piece(part, text[place:start]))
            pieces.append(Piece(other, text[start:end]))
            place = end
        if place < last or not pieces:
            pieces.append(Piece(part, text[place:last]))
        yield tuple(pieces)
