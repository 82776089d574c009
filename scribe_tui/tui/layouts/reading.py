"""Reading: rows of a comfortable length, in the middle of a wide screen."""

from __future__ import annotations

MEASURE = 72
"""Cells of text in a row; longer rows make it hard to find the next one."""
LEAST_MARGIN = 3


def reading_margins(width: int, stamp: int) -> tuple[int, int]:
    """Return the blank cells left and right of text with `stamp` cells for its clock times.

    If there is room, the text without its clock times is centred.
    """
    room = max(1, width - stamp - 2 * LEAST_MARGIN)
    text = min(MEASURE, room)
    left = max(LEAST_MARGIN, (width - text) // 2 - stamp)
    right = max(0, width - left - stamp - text)
    return min(left, max(0, width - 2)), right
