"""Rows of a text in which some characters have another style."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scribe_tui.tui.rendering.styled_rows import Piece, Row
from scribe_tui.tui.rendering.wrap import Span


def marked_rows(
    text: str, spans: Sequence[Span], part: str, marks: Sequence[tuple[int, int, str]]
) -> Iterator[Row]:
    """Yield each span of `text` as a row in style `part`; marked characters in their own style.

    `marks` are (first, past-the-last, part) in character indices, in order and without overlap; a
    mark may continue in the next row.
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
