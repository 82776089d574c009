"""Frames for a thin line: a part at a time, and what a key may have changed first.

A line of 2 kB a second needs two seconds for a whole screen, and a key that is pressed
meanwhile would wait for all of it. So no more is written at once than the line takes in a
moment. What is left is painted later, as it is then: rows take turns.

Pure, but for `painted_spans`, which knows what updates Textual makes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from textual.geometry import Region

LEAST_BYTES = 250
"""A smaller part would be mostly movements of the cursor."""
URGENT_SHARE = 0.6
"""Share of a part for the chosen pane while no key is pressed: the other panes go on, too."""

Cost = Callable[[Region], int]
"""Bytes that painting a span takes."""


class ThinLine:
    """Chooses what is painted next."""

    def __init__(self) -> None:
        """Nothing painted yet."""
        self._next_urgent = self._next_other = (0, 0)

    def start_over(self) -> None:
        """What is urgent begins at the top again: it is of another key, or another dialog."""
        self._next_urgent = (0, 0)

    def choose(
        self,
        spans: Sequence[Region],
        urgent: Sequence[Region],
        budget: float,
        key_pressed: bool,
        cost: Cost,
    ) -> tuple[list[Region], list[Region]]:
        """What of `spans`, each in one row, to paint now within `budget` bytes, and the rest.

        What lies in `urgent` comes first: with a key pressed all of it, region by region in
        their order. Something is always painted.
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
    """As many of the first `spans` as cost no more than `budget`, the others, and the cost."""
    spent = 0.0
    for index, span in enumerate(spans):
        more = cost(span)
        if spent + more > budget:
            return spans[:index], spans[index:], spent
        spent += more
    return spans, [], spent


def _behind(span: Region) -> tuple[int, int]:
    """Row and column behind it."""
    return span.y, span.right


def _in_turn(spans: Iterable[Region], begin: tuple[int, int]) -> list[Region]:
    """In the order of reading from `begin` on, and round."""
    return sorted(spans, key=lambda span: ((span.y, span.x) < begin, span.y, span.x))


def split(spans: Iterable[Region], regions: Sequence[Region]) -> list[list[Region]]:
    """The parts of `spans` in each of `regions`, in the first that has them, and in none."""
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
    """The same cells without any twice: spans of a row that touch are one."""
    whole: list[Region] = []
    for span in sorted(spans, key=lambda span: (span.y, span.x)):
        last = whole[-1] if whole else None
        if last is not None and last.y == span.y and span.x <= last.right:
            whole[-1] = last.union(span)
        else:
            whole.append(span)
    return whole


def painted_spans(update: object) -> list[Region] | None:
    """What an update of the screen paints, row by row; None if it does not say."""
    if (spans := getattr(update, "spans", None)) is not None:
        return [Region(x, y, end - x, 1) for y, x, end in spans if end > x]
    region = getattr(update, "region", None)
    if isinstance(region, Region):
        return rows_of(region)
    return None


def rows_of(region: Region) -> list[Region]:
    """Each row of it."""
    return [Region(region.x, y, region.width, 1) for y in range(region.y, region.bottom)]
