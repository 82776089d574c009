"""Frames for a thin line: a part at a time, and what a key may have changed first.

A line of 2 kB a second needs two seconds for a whole screen, and a key that is pressed
meanwhile would wait for all of it. So no more is written at once than the line takes in a
moment. What is left is painted later, as it is then: rows take turns.

Pure, but for `spans_of`, which knows what updates Textual makes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from textual.geometry import Region

PART_SECONDS = 0.3
"""No part takes the line longer."""
LEAST_BYTES = 250
"""Less would be mostly the moving about."""
SPAN_BYTES = 14
"""To put a span in its place and to give it a style."""
USUAL_CELL_BYTES = 1.5
URGENT_SHARE = 0.6
"""Of a part, for the chosen pane, while no key is pressed: the others move on too."""


class ThinLine:
    """Chooses what is painted next."""

    def __init__(self) -> None:
        """Nothing painted yet."""
        self._cell_bytes = USUAL_CELL_BYTES
        self._next_urgent = self._next_other = (0, 0)

    def start_over(self) -> None:
        """What is urgent begins at the top again: it is of another key, or another dialog."""
        self._next_urgent = (0, 0)

    def learn(self, spans: Iterable[Region], size: int) -> None:
        """These spans took `size` bytes."""
        cells = sum(span.width for span in spans)
        if cells:
            self._cell_bytes += 0.3 * (min(20.0, size / cells) - self._cell_bytes)

    def choose(
        self, spans: Sequence[Region], urgent: Sequence[Region], budget: float, key_pressed: bool
    ) -> tuple[list[Region], list[Region]]:
        """What of `spans`, each in one row, to paint now within `budget` bytes, and the rest.

        `urgent` comes first, all of it if a key was pressed. Something is always painted.
        """
        budget = max(LEAST_BYTES, budget)
        first, others = split(spans, urgent)
        first.sort(key=lambda span: _turn(span, self._next_urgent))
        others.sort(key=lambda span: _turn(span, self._next_other))
        share = 1.0 if key_pressed or not others else URGENT_SHARE
        now, later, spent = self._take(first, budget * share)
        more, rest, _ = self._take(others, budget - spent)
        if not now and not more:
            source, taken = (later, now) if later else (rest, more)
            taken.append(source.pop(0))
        if now:
            self._next_urgent = _behind(now[-1])
        if more:
            self._next_other = _behind(more[-1])
        return now + more, later + rest

    def _take(self, spans: list[Region], budget: float) -> tuple[list[Region], list[Region], float]:
        spent = 0.0
        for index, span in enumerate(spans):
            cost = SPAN_BYTES + span.width * self._cell_bytes
            if spent + cost > budget:
                return spans[:index], spans[index:], spent
            spent += cost
        return spans, [], spent


def _behind(span: Region) -> tuple[int, int]:
    """Row and column behind it."""
    return span.y, span.right


def _turn(span: Region, begin: tuple[int, int]) -> tuple[bool, int, int]:
    """In the order of reading from `begin` on, and round."""
    return (span.y, span.x) < begin, span.y, span.x


def split(spans: Iterable[Region], urgent: Sequence[Region]) -> tuple[list[Region], list[Region]]:
    """The parts of `spans` in a region of `urgent`, and the others."""
    inside: list[Region] = []
    outside = list(spans)
    for region in urgent:
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
        outside = rest
    return inside, outside


def spans_of(update: object) -> list[Region] | None:
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
