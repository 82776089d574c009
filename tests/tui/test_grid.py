"""The grid fills the screen for every number of panes and keeps them readable."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scribe_tui.tui.layouts.grid import MIN_HEIGHT, MIN_WIDTH, tile


def shape(count: int, width: int, height: int) -> list[int]:
    return [len(row) for row in tile(count, width, height)]


@given(st.integers(1, 64), st.integers(1, 300), st.integers(1, 100))
def test_boxes_cover_the_grid_without_overlap(count: int, width: int, height: int) -> None:
    rows = tile(count, width, height)
    assert sum(map(len, rows)) == count
    for row in rows:
        assert row[0].x == 0
        assert row[-1].x + row[-1].width == width
        assert len({(box.y, box.height) for box in row}) == 1
        assert all(box.x + box.width == after.x for box, after in pairwise(row))
        assert max(box.width for box in row) - min(box.width for box in row) <= 1
    for above, below in pairwise(rows):
        assert above[0].y + above[0].height == below[0].y
    assert max(map(len, rows)) - min(map(len, rows)) <= 1
    bottom = rows[-1][0].y + rows[-1][0].height
    assert bottom >= height
    if bottom > height or len(rows) > 1:
        assert min(row[0].height for row in rows) >= MIN_HEIGHT
    if width >= MIN_WIDTH:
        assert min(box.width for row in rows for box in row) >= MIN_WIDTH


@pytest.mark.parametrize(
    ("count", "width", "height", "expected"),
    [
        (1, 80, 23, [1]),
        (2, 80, 23, [1, 1]),
        (4, 80, 23, [2, 2]),
        (12, 80, 23, [3, 3, 3, 3]),
        (2, 120, 39, [2]),
        (2, 100, 29, [2]),
        (3, 120, 35, [2, 1]),
        (12, 120, 35, [3, 3, 3, 3]),
        (2, 200, 49, [2]),
        (3, 200, 49, [3]),
        (5, 200, 49, [3, 2]),
        (12, 200, 49, [4, 4, 4]),
        (40, 200, 49, [5] * 8),
    ],
)
def test_panes_tile_familiar_screens(
    count: int, width: int, height: int, expected: list[int]
) -> None:
    assert shape(count, width, height) == expected


def test_too_many_panes_go_on_below_the_screen_with_whole_panes_in_view() -> None:
    rows = tile(64, 200, 49)
    assert rows[-1][0].y + rows[-1][0].height > 49
    assert any(row[0].y + row[0].height in (48, 49) for row in rows)


@pytest.mark.parametrize(("width", "height"), [(80, 23), (120, 35), (200, 49)])
def test_wherever_it_is_scrolled_whole_panes_fill_the_screen(width: int, height: int) -> None:
    heights = [row[0].height for row in tile(64, width, height)]
    in_view = next(count for count in range(1, len(heights)) if sum(heights[:count]) >= height)
    assert len(heights) > in_view
    for top in range(len(heights) - in_view + 1):
        assert sum(heights[top : top + in_view]) == height


def test_no_panes_and_no_room_are_no_boxes() -> None:
    assert tile(0, 80, 24) == ()
    assert tile(4, 0, 0) == ()
