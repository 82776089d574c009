"""Reading: rows as long as the eye likes them, in the middle of a wide screen."""

from __future__ import annotations

MEASURE = 72
"""Cells of text in a row: more tire the eye on its way back."""
LEAST_MARGIN = 3


def reading_margins(width: int, stamp: int) -> tuple[int, int]:
    """Blank cells at the left and right of text with `stamp` cells for its clock times.

    The text itself, not its clock times, stands in the middle where there is room.
    """
    room = max(1, width - stamp - 2 * LEAST_MARGIN)
    text = min(MEASURE, room)
    left = max(LEAST_MARGIN, (width - text) // 2 - stamp)
    right = max(0, width - left - stamp - text)
    return min(left, max(0, width - 2)), right
