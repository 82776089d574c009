"""Turns recordings into figures, after the measurement, so as not to disturb it."""

from __future__ import annotations

import math
from collections.abc import Iterable

from tests.proofs.bench.screen import Screen
from tests.support.timed_speech import TOKEN

Pieces = Iterable[tuple[float, bytes]]


def seen_on_screen(
    pieces: Pieces, columns: int, rows: int, regions: list[tuple[int, int]]
) -> tuple[dict[str, float], float | None]:
    """Return when each token was first on the screen, and when the first character was.

    `regions` (first column, width) are the parts in which text is wrapped: a token may begin in one
    row and end in the next.
    """
    screen = Screen(columns, rows)
    seen: dict[str, float] = {}
    first_frame = None
    for at, data in pieces:
        changed = screen.feed(data)
        texts = {row: screen.row(row) for row in changed}
        if first_frame is None and any(text.strip() for text in texts.values()):
            first_frame = at
        for row in changed:
            above = texts.get(row - 1) or (screen.row(row - 1) if row else " " * columns)
            below = texts.get(row + 1) or (screen.row(row + 1) if row + 1 < rows else "")
            for left, width in regions:
                part = slice(left, left + width)
                for match in TOKEN.finditer(above[part] + texts[row][part] + below[part]):
                    seen.setdefault(match[0], at)
    return seen, first_frame


def last_shown(pieces: Pieces, columns: int, rows: int) -> str:
    """Return the final screen, without blank rows."""
    screen = Screen(columns, rows)
    for _, data in list(pieces):
        screen.feed(data)
    texts = (screen.row(number).rstrip() for number in range(rows))
    return "\n".join(text for text in texts if text)


def seen_in_stream(pieces: Pieces) -> tuple[dict[str, float], float | None]:
    """Return when each token was complete in a stream of lines, and when the first byte came."""
    seen: dict[str, float] = {}
    first, rest = None, ""
    for at, data in pieces:
        first = at if first is None else first
        rest += data.decode("latin-1")
        end = 0
        for match in TOKEN.finditer(rest):
            seen.setdefault(match[0], at)
            end = match.end()
        rest = rest[end:][-40:]
    return seen, first


def percentile(values: list[float], share: float) -> float | None:
    """Return the smallest value that at least a `share` (0 to 1) of `values` do not exceed."""
    if not values:
        return None
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def pace(arrivals: list[tuple[float, float]], start: float, end: float) -> float | None:
    """Return the seconds of sound per second between `start` and `end`: a fitted line's slope.

    `arrivals` are (time, seconds of sound until then). A fit is used because sound arrives in
    chunks: the difference of two moments is off by a chunk.
    """
    points = [(at, seconds) for at, seconds in arrivals if start <= at < end]
    if len(points) < 2:
        return None
    mean_at = sum(at for at, _ in points) / len(points)
    mean_seconds = sum(seconds for _, seconds in points) / len(points)
    spread = sum((at - mean_at) ** 2 for at, _ in points)
    return sum((at - mean_at) * (seconds - mean_seconds) for at, seconds in points) / spread
