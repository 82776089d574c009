"""Every layout fills the screen, keeps the chosen pane on it, and moves nothing needlessly."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scribe_tui.settings import Settings
from scribe_tui.tui.figures.display_status import DisplayStatus
from scribe_tui.tui.layouts.boxes import PaneShape, Plan, Rect
from scribe_tui.tui.layouts.columns import NARROW_WIDTH, READABLE_WIDTH
from scribe_tui.tui.layouts.focus import MIN_TEXT_HEIGHT
from scribe_tui.tui.layouts.layout import LIST_WIDTH, PaneLayout, plan
from scribe_tui.tui.layouts.order import REORDER_SECONDS, CalmOrder, Order, OrderFacts
from scribe_tui.tui.layouts.reading import MEASURE, reading_margins

COUNTS, WIDTHS, HEIGHTS = st.integers(1, 64), st.integers(60, 400), st.integers(12, 98)
"""Sizes are those that panes get on terminals from 60x15 to 400x100."""
CHOSEN = st.integers(0, 63)
WINDOWED = (PaneLayout.COLUMNS, PaneLayout.FOCUS, PaneLayout.LIST, PaneLayout.READING)


def cells_of(found: Plan) -> list[tuple[int, int]]:
    boxes = [place.box for place in found.places] + ([found.more] if found.more else [])
    return [
        (x, y)
        for box in boxes
        for y in range(box.y, box.y + box.height)
        for x in range(box.x, box.x + box.width)
    ]


@given(st.sampled_from(WINDOWED), COUNTS, WIDTHS, HEIGHTS, CHOSEN, st.integers(0, 99))
def test_panes_fill_the_screen_without_overlap_and_the_chosen_one_is_there(
    layout: PaneLayout, count: int, width: int, height: int, chosen: int, first: int
) -> None:
    chosen %= count
    found = plan(layout, count, (width, height), chosen, first)
    cells = cells_of(found)
    assert len(cells) == len(set(cells)), "no overlap"
    assert all(0 <= x < width and 0 <= y < height for x, y in cells)
    shown = [place.pane for place in found.places]
    assert chosen in shown
    assert sorted([*shown, *found.before, *found.after]) == list(range(count))
    if layout is PaneLayout.LIST and found.more is None:
        across = len({place.box.x for place in found.places})
        assert across == -(-count // height), "no more columns than are needed"
        assert across == 1 or width // across >= LIST_WIDTH
        heights = [place.box.y + 1 for place in found.places]
        assert max(heights) == -(-count // across), "from the top, as high as each other"
    elif layout is not PaneLayout.LIST:
        assert len(cells) == width * height, "filled exactly"
    if found.more is not None:
        assert found.before or found.after


@given(st.sampled_from(WINDOWED), COUNTS, WIDTHS, HEIGHTS, CHOSEN, st.integers(0, 99))
def test_a_layout_that_is_planned_again_stays_as_it_is(
    layout: PaneLayout, count: int, width: int, height: int, chosen: int, first: int
) -> None:
    found = plan(layout, count, (width, height), chosen % count, first)
    assert plan(layout, count, (width, height), chosen % count, found.first) == found


@given(COUNTS, WIDTHS, HEIGHTS, CHOSEN)
def test_lines_scroll_no_further_than_the_chosen_one_needs(
    count: int, width: int, height: int, chosen: int
) -> None:
    """Steps to the next pane move the list by at most one line."""
    chosen %= count
    found = plan(PaneLayout.LIST, count, (width, height), chosen, 0)
    after = plan(PaneLayout.LIST, count, (width, height), min(chosen + 1, count - 1), found.first)
    assert 0 <= after.first - found.first <= 1


@given(st.integers(2, 64), WIDTHS, HEIGHTS, CHOSEN)
def test_the_large_pane_of_focus_has_half_of_the_screen_and_its_neighbours_are_in_the_strip(
    count: int, width: int, height: int, chosen: int
) -> None:
    chosen %= count
    found = plan(PaneLayout.FOCUS, count, (width, height), chosen, 0)
    large = next(place.box for place in found.places if place.pane == chosen)
    assert large.height >= max(MIN_TEXT_HEIGHT, height // 2)
    lines = [place.pane for place in found.places if place.box.height == 1]
    if len(lines) > 1:
        assert {chosen - 1, chosen + 1} & set(range(count)) <= set(lines)


@given(COUNTS, WIDTHS, HEIGHTS, CHOSEN)
def test_columns_are_readable(count: int, width: int, height: int, chosen: int) -> None:
    found = plan(PaneLayout.COLUMNS, count, (width, height), chosen % count, 0)
    widths = [place.box.width for place in found.places]
    assert min(widths) >= (READABLE_WIDTH if width >= 2 * READABLE_WIDTH else NARROW_WIDTH)
    assert max(widths) - min(widths) <= 1
    if len(widths) < count:
        assert width // (len(widths) + 1) < READABLE_WIDTH, "no fewer than fit"


@given(st.integers(1, 400))
def test_a_page_has_comfortable_rows_and_large_margins(width: int) -> None:
    left, right = reading_margins(width, 9)
    text = width - left - right - 9
    assert text <= MEASURE
    if width >= 60:
        assert min(left, right) >= 3
        assert text >= min(MEASURE, width - 9 - 6)
    if width >= 120:
        assert abs((left + 9) - right) <= 1, "the text is in the middle"


def test_small_and_familiar_screens() -> None:
    assert plan(PaneLayout.COLUMNS, 12, (80, 22), 0, 0).places[0].box == Rect(0, 0, 40, 21)
    assert len(plan(PaneLayout.COLUMNS, 12, (200, 48), 0, 0).places) == 5
    assert plan(PaneLayout.FOCUS, 12, (80, 22), 3, 0).places[0].box == Rect(0, 0, 80, 11)
    assert plan(PaneLayout.FOCUS, 40, (60, 13), 3, 0).places[0].box.height == 7
    for layout in PaneLayout:
        assert plan(layout, 0, (80, 22), 0, 0).places == ()
        assert plan(layout, 3, (0, 0), 0, 0).places == ()
        assert len(plan(layout, 1, (1, 1), 0, 0).places) == 1


def test_layouts_and_orders_are_called_what_the_settings_call_them() -> None:
    for layout in PaneLayout:
        assert Settings(layout=layout.value).layout == layout
    for order in Order:
        assert Settings(order=order.value).order == order
    assert PaneLayout.GRID.step(-1) is PaneLayout.READING
    assert [layout.shape(is_chosen=True) for layout in PaneLayout] == [
        PaneShape.PANE, PaneShape.PANE, PaneShape.PANE, PaneShape.LINE, PaneShape.PAGE,
    ]  # fmt: skip


def facts(
    number: int, how: DisplayStatus = DisplayStatus.LIVE, hits: int = 0, speech: float = 0
) -> OrderFacts:
    return OrderFacts(number, how, hits, speech)


@pytest.mark.parametrize(
    ("order", "expected"),
    [(Order.NUMBER, [1, 2, 3, 4]), (Order.TROUBLE, [3, 2, 1, 4]), (Order.ACTIVITY, [4, 2, 3, 1])],
)
def test_panes_stand_in_the_chosen_order(order: Order, expected: list[int]) -> None:
    panes = [
        facts(1, DisplayStatus.CONNECTING),
        facts(2, DisplayStatus.DEAD_AIR, speech=0.7),
        facts(3, DisplayStatus.FAILED, speech=0.3),
        facts(4, hits=1, speech=0.1),
    ]
    assert CalmOrder(order).look(0, -99, False, lambda: panes) == expected


def test_panes_change_places_at_most_every_few_seconds_and_never_under_the_eye() -> None:
    panes = [facts(1), facts(2, DisplayStatus.DOWN)]
    calm = CalmOrder(Order.TROUBLE)
    look = lambda now, key_at=-99.0, reads=False: calm.look(now, key_at, reads, lambda: panes)  # noqa: E731
    assert look(0) == [2, 1]
    panes.reverse()
    assert look(REORDER_SECONDS - 0.1) is None
    assert look(REORDER_SECONDS, REORDER_SECONDS - 1) is None, "a key was just pressed"
    assert look(REORDER_SECONDS, reads=True) is None, "somebody reads back"
    assert look(REORDER_SECONDS) == [2, 1]
    calm.choose(Order.NUMBER)
    assert look(REORDER_SECONDS) == [1, 2]
    assert look(1000) is None, "numbers do not change by themselves"


@given(st.lists(st.floats(0, 1), min_size=2, max_size=9), st.integers(0, 99))
def test_a_little_more_speech_moves_nobody(shares: list[float], salt: int) -> None:
    """Talkers are parted in four kinds; within a kind they stand by their numbers."""
    order = CalmOrder(Order.ACTIVITY).look(
        0, -99, False, lambda: [facts(number, speech=share) for number, share in enumerate(shares)]
    )
    assert order is not None
    kinds = [sum(shares[number] >= limit for limit in (0.02, 0.25, 0.6)) for number in order]
    assert kinds == sorted(kinds, reverse=True)
    assert all(
        order.index(a) < order.index(b)
        for a in order for b in order
        if a < b and kinds[order.index(a)] == kinds[order.index(b)]
    )  # fmt: skip


def test_a_wide_list_goes_on_in_another_column_and_says_what_is_out_of_view() -> None:
    found = plan(PaneLayout.LIST, 40, (200, 30), 0, 0)
    assert [place.box.x for place in found.places] == [0] * 20 + [100] * 20
    assert found.more is None
    found = plan(PaneLayout.LIST, 75, (200, 30), 74, 0)
    assert len(found.places) == 58
    assert found.more == Rect(0, 29, 200, 1)
    assert len(found.before) == 17
