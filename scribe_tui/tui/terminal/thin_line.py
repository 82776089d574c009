"""Frames for a thin line: a part at a time, and first what a key may have changed.

A line of 2 kB per second needs two seconds for a whole screen, and the effect of a key pressed
meanwhile would wait for all of it. So no more is written at once than the line takes in a moment.
The rest is painted later, with its content at that time; rows take turns.

Pure, except that `painted_spans` knows the kinds of updates Textual makes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from textual.geometry import Region

LEAST_BYTES = 250
"""Least bytes of a part; a smaller one would be mostly cursor movements."""
URGENT_SHARE = 0.6
"""Share of a part for the urgent regions while no key is pressed, so that other panes go on."""

Cost = Callable[[Region], int]
"""Returns the bytes that painting a span takes."""


class ThinLine:
    """Chooses which spans are painted next."""

    def __init__(self) -> None:
        """Start with nothing painted."""
        self._next_urgent = self._next_other = (0, 0)

    def start_over(self) -> None:
        """Begin at the top of the urgent regions again, after another key or in another dialog."""
        self._next_urgent = (0, 0)

    def choose(
        self,
        spans: Sequence[Region],
        urgent: Sequence[Region],
        budget: float,
        key_pressed: bool,
        cost: Cost,
    ) -> tuple[list[Region], list[Region]]:
        """Return those of `spans` to paint now within `budget` bytes, and the rest.

        Each span lies in one row. What lies in `urgent` comes first; after a key all of it, region
        by region in the given order. At least one span is always painted.
        """
        budget = max(LEAST_BYTES, budget)
        *tiers, others = split(spans, urgent)
        if not key_pressed:
            tiers = [[span for tier in tiers for span in tier]]
        first = [span for tier in tiers for span in _in_turn(tier, self._next_urgent)]
        others = _in_turn(others, self._next_other)
        share = 1.0 if key_pressed or not others else URGENT_SHARE
        now, later, spent = _take(first, budget * share, cost)
        more, rest, _ = _take(others, budget - spent, cost)
        if spans and not now and not more:
            source, taken = (later, now) if later else (rest, more)
            taken.append(source.pop(0))
        if now:
            self._next_urgent = _behind(now[-1])
        if more:
            self._next_other = _behind(more[-1])
        return now + more, later + rest


def _take(
    spans: list[Region], budget: float, cost: Cost
) -> tuple[list[Region], list[Region], float]:
    """Return the first spans whose cost is at most `budget`, the others, and that cost."""
    spent = 0.0
    for index, span in enumerate(spans):
        more = cost(span)
        if spent + more > budget:
            return spans[:index], spans[index:], spent
        spent += more
    return spans, [], spent


def _behind(span: Region) -> tuple[int, int]:
    """Return the row and the column just past `span`."""
    return span.y, span.right


def _in_turn(spans: Iterable[Region], begin: tuple[int, int]) -> list[Region]:
    """Sort `spans` in reading order from `begin` on, then those before it."""
    return sorted(spans, key=lambda span: ((span.y, span.x) < begin, span.y, span.x))


def split(spans: Iterable[Region], regions: Sequence[Region]) -> list[list[Region]]:
    """Return the parts of `spans` in each of `regions` (the first that fits), then the rest."""
    parts: list[list[Region]] = []
    outside = list(spans)
    for region in regions:
        inside: list[Region] = []
        rest: list[Region] = []
        for span in outside:
            common = span.intersection(region)
            if not common:
                rest.append(span)
                continue
            inside.append(common)
            if span.x < common.x:
                rest.append(Region(span.x, span.y, common.x - span.x, 1))
            if common.right < span.right:
                rest.append(Region(common.right, span.y, span.right - common.right, 1))
        parts.append(inside)
        outside = rest
    return [*parts, outside]


def merged_spans(spans: Iterable[Region]) -> list[Region]:
    """Return the same cells without duplicates, with touching spans of a row joined."""
    whole: list[Region] = []
    for span in sorted(spans, key=lambda span: (span.y, span.x)):
        last = whole[-1] if whole else None
        if last is not None and last.y == span.y and span.x <= last.right:
            whole[-1] = last.union(span)
        else:
            whole.append(span)
    return whole


def painted_spans(update: object) -> list[Region] | None:
    """Return what an update of the screen paints, row by row; None if that is unknown."""
    if (spans := getattr(update, "spans", None)) is not None:
        return [Region(x, y, end - x, 1) for y, x, end in spans if end > x]
    region = getattr(update, "region", None)
    if isinstance(region, Region):
        return rows_of(region)
    return None


def rows_of(region: Region) -> list[Region]:
    """Return each row of `region` as a span."""
    return [Region(region.x, y, region.width, 1) for y in range(region.y, region.bottom)]
