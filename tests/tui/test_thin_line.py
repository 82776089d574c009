"""How fast the line is, by its answers, and what is painted first over one that is thin."""

from __future__ import annotations

from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.geometry import Region

from scribe_tui.tui.terminal.bandwidth import BLIND
from scribe_tui.tui.terminal.flow_control import (
    MOST_UNANSWERED,
    MUTE_SECONDS,
    PART_SECONDS,
    FlowControl,
)
from scribe_tui.tui.terminal.thin_line import ThinLine, merged_spans, rows_of, split

SCREEN = Region(0, 0, 80, 24)
PANE = Region(27, 6, 26, 6)

regions = st.builds(
    Region, st.integers(0, 70), st.integers(0, 20), st.integers(1, 40), st.integers(1, 8)
)


def cost(span: Region) -> int:
    return 14 + span.width * 3 // 2


def cells(spans: list[Region]) -> list[tuple[int, int]]:
    return [(x, span.y) for span in spans for x in range(span.x, span.right)]


def ask(way: FlowControl, at: float, size: int) -> float | None:
    """Write so many bytes at that instant and ask behind them."""
    way.wrote(size, at)
    return way.asked(at)


def asked_and_answered(way: FlowControl, at: float, size: int, took: float) -> None:
    ask(way, at, size)
    way.answered(at + took)


def test_a_line_that_answers_at_once_is_not_thin() -> None:
    way = FlowControl()
    for turn in range(20):
        asked_and_answered(way, turn, 5000, 0.02)
    assert way.rate is None
    assert way.room(20.0) is None


def test_a_thin_line_is_measured_and_known_again_when_it_is_fast() -> None:
    way = FlowControl()
    asked_and_answered(way, 0.0, 0, 0.1)
    asked_and_answered(way, 1.0, 4000, 2.1)
    assert way.rate == pytest.approx(2000)
    for turn in range(4, 20):
        asked_and_answered(way, turn, 5000, 0.1)
    assert way.rate is None


def test_no_more_is_under_way_over_a_thin_line_than_it_takes_in_a_moment() -> None:
    way = FlowControl()
    asked_and_answered(way, 0.0, 0, 0.1)
    asked_and_answered(way, 1.0, 4000, 2.1)
    assert way.room(4.0) == pytest.approx(2000 * PART_SECONDS)
    ask(way, 4.0, 400)
    assert way.room(4.0) == pytest.approx(2000 * PART_SECONDS - 400)
    assert not way.has_room(4.0)
    way.answered(4.3)
    assert way.has_room(4.3)


def test_over_a_far_line_not_known_yet_more_goes_out_after_each_answer() -> None:
    way, rooms = FlowControl(blind_rate=BLIND), []
    ask(way, 0.0, 0)
    for turn in range(1, 20):
        way.answered(turn / 10)
        if (room := way.room(turn / 10)) is None:
            break
        rooms.append(room)
        assert way.should_ask(turn / 10)
        ask(way, turn / 10, int(room))
    assert rooms == sorted(rooms)
    assert rooms[0] <= 1000
    assert len(rooms) < 10
    assert way.rate is None


def test_a_far_terminal_is_taken_for_one_that_does_not_answer_until_it_does() -> None:
    way = FlowControl(blind_rate=BLIND)
    ask(way, 0.0, 2000)
    assert not way.has_room(0.1)
    seconds = way.seconds_to_room(0.1)
    assert seconds is not None
    assert 0.5 < seconds < 1.5
    assert way.has_room(0.1 + seconds)
    assert way.thin_rate is None, "an answer may still come"


def test_a_lost_answer_does_not_make_the_next_one_late() -> None:
    way = FlowControl()
    asked_and_answered(way, 0.0, 0, 0.01)
    ask(way, 1.0, 300)
    way.give_up(1.0 + MUTE_SECONDS)
    asked_and_answered(way, 8.0, 300, 0.01)
    assert way.latest == pytest.approx(0.01)
    assert way.rate is None
    assert not way.is_waiting


def test_answers_that_are_lost_together_are_missed_once() -> None:
    way = FlowControl()
    asked_and_answered(way, 0.0, 0, 0.1)
    asked_and_answered(way, 1.0, 4000, 2.1)
    for at in (4.0, 4.1, 4.2):
        ask(way, at, 100)
    way.give_up(4.0 + MUTE_SECONDS)
    assert not any(way.is_due(at) for at in (4.0, 4.1, 4.2))
    assert way.answers
    assert way.has_room(9.0)


def test_a_line_that_was_only_once_late_is_fast_again_though_little_is_sent() -> None:
    way = FlowControl()
    asked_and_answered(way, 0.0, 0, 0.01)
    asked_and_answered(way, 1.0, 400, 1.0)
    assert way.rate is not None
    for turn in range(2, 30):
        asked_and_answered(way, turn, 90, 0.01)
    assert way.rate is None or way.rate > 2000


def test_one_late_answer_is_a_hiccup_several_are_a_thin_line() -> None:
    way = FlowControl()
    asked_and_answered(way, 0.0, 0, 0.1)
    for turn in range(1, 4):
        assert way.thin_rate is None
        asked_and_answered(way, turn * 3.0, 4000, 2.1)
    assert way.thin_rate == pytest.approx(2000)


def test_few_bytes_that_come_soon_do_not_make_a_line_fast() -> None:
    way = FlowControl()
    asked_and_answered(way, 0.0, 0, 0.1)
    asked_and_answered(way, 1.0, 4000, 2.1)
    for turn in range(4, 20):
        asked_and_answered(way, turn, 250, 0.2)
    assert way.rate == pytest.approx(2000)


def test_an_answer_that_was_given_up_still_tells_how_thin_the_line_is() -> None:
    way = FlowControl()
    asked_and_answered(way, 0.0, 0, 0.1)
    ask(way, 1.0, 20_000)
    way.give_up(1.0 + MUTE_SECONDS)
    way.answered(11.1)
    assert way.rate == pytest.approx(2000)
    assert way.answers


def test_a_terminal_that_never_answers_is_asked_no_more_and_never_thin() -> None:
    way = FlowControl()
    for turn in range(MOST_UNANSWERED):
        assert way.should_ask(turn * 10.0)
        ask(way, turn * 10.0, 50_000)
        way.give_up(turn * 10.0 + MUTE_SECONDS)
    assert not way.should_ask(1000.0)
    assert way.rate is None
    assert not way.answers


@given(spans=st.lists(regions, max_size=6), urgent=st.lists(regions, max_size=3))
def test_splitting_loses_no_cell_and_doubles_none(
    spans: list[Region], urgent: list[Region]
) -> None:
    rows = [row for region in spans for row in rows_of(region)]
    *inside, outside = split(rows, urgent)
    assert sorted(cells([*chain(*inside), *outside])) == sorted(cells(rows))
    for part, region in zip(inside, urgent, strict=True):
        assert all(region.contains(*cell) for cell in cells(part))


@given(spans=st.lists(regions, max_size=6))
def test_merging_loses_no_cell_and_has_none_twice(spans: list[Region]) -> None:
    rows = [row for region in spans for row in rows_of(region)]
    assert sorted(cells(merged_spans(rows))) == sorted(set(cells(rows)))


@given(spans=st.lists(regions, min_size=1, max_size=6), budget=st.floats(0, 5000))
def test_something_is_always_painted_and_the_rest_is_left(
    spans: list[Region], budget: float
) -> None:
    rows = [row for region in spans for row in rows_of(region)]
    now, later = ThinLine().choose(rows, [PANE], budget, False, cost)
    assert now
    assert sorted(cells(now) + cells(later)) == sorted(cells(rows))


def test_with_a_key_the_last_row_comes_before_the_chosen_pane() -> None:
    last_row = Region(0, 23, 80, 1)
    now, _ = ThinLine().choose(rows_of(SCREEN), [last_row, PANE], 400, True, cost)
    assert now[0] == last_row
    assert set(cells(now[1:])) <= set(cells(rows_of(PANE)))


def test_a_key_has_the_chosen_pane_painted_first() -> None:
    now, _ = ThinLine().choose(rows_of(SCREEN), [PANE], 400, True, cost)
    assert set(cells(rows_of(PANE))) <= set(cells(now))


def test_rows_take_turns_though_all_of_them_change_all_the_time() -> None:
    line = ThinLine()
    painted: set[tuple[int, int]] = set()
    for _ in range(20):
        now, _ = line.choose(rows_of(SCREEN), [PANE], 600, False, cost)
        painted |= set(cells(now))
    assert painted == set(cells(rows_of(SCREEN)))
