"""Which row is at the top: at the bottom of the text, or moved up by a third at once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scribe_tui.tui.rendering.viewport import RowPlace, RowPlaces

heights = st.integers(1, 30)
lines = st.lists(st.integers(1, 7), min_size=1, max_size=30)


def of(counts: list[int], partial: int = 0) -> RowPlaces:
    """Lines of so many rows, the last one the partial."""
    rows = [*counts, partial]
    return RowPlaces(0, len(counts), lambda number: rows[number])


def rows_above(places: RowPlaces, place: RowPlace) -> int:
    return sum(places.count(number) for number in range(place[0])) + place[1]


def all_rows(places: RowPlaces) -> int:
    return rows_above(places, (places.end, places.count(places.end)))


@given(lines, heights)
def test_the_tail_shows_the_last_rows(counts: list[int], height: int) -> None:
    places = of(counts)
    hidden = rows_above(places, places.tail(height))
    assert hidden == max(0, all_rows(places) - height)


@given(lines, heights)
def test_by_thirds_all_that_is_said_is_shown_and_it_moves_up_rarely(
    counts: list[int], height: int
) -> None:
    top, moves = (0, 0), 0
    for said in range(1, len(counts) + 1):
        for partial in range(counts[said - 1]):
            places = of(counts[: said - 1], partial + 1)
            before, top = top, places.by_thirds(top, height)
            moves += before != top
            shown = all_rows(places) - rows_above(places, top)
            assert shown <= height, "the newest row is in view"
            assert shown >= min(all_rows(places), height - max(1, height // 3) - 1)
    assert moves <= max(0, sum(counts) - height) / max(1, height // 3) + 1


def test_a_partial_that_is_taken_back_leaves_no_empty_view() -> None:
    full = of([1] * 20, partial=9)
    top = full.by_thirds((0, 0), 10)
    places = of([1] * 20)
    assert places.by_thirds(top, 10) == places.tail(10)
