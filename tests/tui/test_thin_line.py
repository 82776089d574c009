"""How fast the line is, by its answers, and what is painted first over one that is thin."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.geometry import Region

from scribe_tui.tui.terminal.thin_line import ThinLine, rows_of, split
from scribe_tui.tui.terminal.way_back import MOST_UNANSWERED, MUTE_SECONDS, WayBack

SCREEN = Region(0, 0, 80, 24)
PANE = Region(27, 6, 26, 6)

regions = st.builds(
    Region, st.integers(0, 70), st.integers(0, 20), st.integers(1, 40), st.integers(1, 8)
)


def cells(spans: list[Region]) -> list[tuple[int, int]]:
    return [(x, span.y) for span in spans for x in range(span.x, span.right)]


def test_a_line_that_answers_at_once_is_not_thin() -> None:
    way = WayBack()
    for turn in range(20):
        way.asked(turn, sent=turn * 5000)
        way.answered(turn + 0.02)
    assert way.rate is None


def test_a_thin_line_is_measured_and_known_again_when_it_is_fast() -> None:
    way = WayBack()
    way.asked(0.0, sent=0)
    way.answered(0.1)
    way.asked(1.0, sent=4000)
    way.answered(3.1)
    assert way.rate == pytest.approx(2000)
    for turn in range(4, 20):
        way.asked(turn, sent=turn * 5000)
        way.answered(turn + 0.1)
    assert way.rate is None


def test_over_a_line_not_known_yet_twice_as_much_goes_out_after_each_answer() -> None:
    way, sent, rooms = WayBack(), 0, []
    way.asked(0.0, sent=0)
    way.answered(0.1)
    for turn in range(1, 20):
        if (room := way.room(sent)) is None:
            break
        rooms.append(room)
        sent += int(room)
        assert way.should_ask(turn / 10, way.room(sent))
        way.asked(turn / 10, sent)
        way.answered(turn / 10 + 0.1)
    assert rooms == [1000, 2000, 4000, 8000]
    assert way.rate is None


def test_a_lost_answer_does_not_make_the_next_one_late() -> None:
    way = WayBack()
    way.asked(0.0, sent=0)
    way.answered(0.01)
    way.asked(1.0, sent=300)
    way.give_up(1.0 + MUTE_SECONDS)
    way.asked(8.0, sent=600)
    way.answered(8.01)
    assert way.latest == pytest.approx(0.01)
    assert way.rate is None
    assert not way.is_waiting


def test_a_line_that_was_only_once_late_is_fast_again_though_little_is_sent() -> None:
    way = WayBack()
    way.asked(0.0, sent=0)
    way.answered(0.01)
    way.asked(1.0, sent=400)
    way.answered(2.0)
    assert way.rate is not None
    sent = 400
    for turn in range(2, 30):
        sent += 90
        way.asked(turn, sent)
        way.answered(turn + 0.01)
    assert way.rate is None or way.rate > 2000


def test_one_late_answer_is_a_hiccup_several_are_a_thin_line() -> None:
    way = WayBack()
    way.asked(0.0, sent=0)
    way.answered(0.1)
    for turn in range(1, 4):
        assert way.thin_rate is None
        way.asked(turn * 3.0, sent=turn * 4000)
        way.answered(turn * 3.0 + 2.1)
    assert way.thin_rate == pytest.approx(2000)


def test_few_bytes_that_come_soon_do_not_make_a_line_fast() -> None:
    way = WayBack()
    way.asked(0.0, sent=0)
    way.answered(0.1)
    way.asked(1.0, sent=4000)
    way.answered(3.1)
    for turn in range(4, 20):
        way.asked(turn, sent=4000 + (turn - 3) * 250)
        way.answered(turn + 0.2)
    assert way.rate == pytest.approx(2000)


def test_an_answer_that_was_given_up_still_tells_how_thin_the_line_is() -> None:
    way = WayBack()
    way.asked(0.0, sent=0)
    way.answered(0.1)
    way.asked(1.0, sent=20_000)
    way.give_up(1.0 + MUTE_SECONDS)
    way.answered(11.1)
    assert way.rate == pytest.approx(2000)
    assert way.answers


def test_a_terminal_that_never_answers_is_asked_no_more_and_never_thin() -> None:
    way = WayBack()
    for turn in range(MOST_UNANSWERED):
        assert way.should_ask(turn * 10.0)
        way.asked(turn * 10.0, sent=turn * 50_000)
        way.give_up(turn * 10.0 + MUTE_SECONDS)
    assert not way.should_ask(1000.0)
    assert way.rate is None
    assert not way.answers


@given(spans=st.lists(regions, max_size=6), urgent=st.lists(regions, max_size=3))
def test_splitting_loses_no_cell_and_doubles_none(
    spans: list[Region], urgent: list[Region]
) -> None:
    rows = [row for region in spans for row in rows_of(region)]
    inside, outside = split(rows, urgent)
    assert sorted(cells(inside) + cells(outside)) == sorted(cells(rows))
    assert all(any(region.contains(*cell) for region in urgent) for cell in cells(inside))


@given(spans=st.lists(regions, min_size=1, max_size=6), budget=st.floats(0, 5000))
def test_something_is_always_painted_and_the_rest_is_left(
    spans: list[Region], budget: float
) -> None:
    rows = [row for region in spans for row in rows_of(region)]
    now, later = ThinLine().choose(rows, [PANE], budget, key_pressed=False)
    assert now
    assert sorted(cells(now) + cells(later)) == sorted(cells(rows))


def test_a_key_has_the_chosen_pane_painted_first() -> None:
    now, _ = ThinLine().choose(rows_of(SCREEN), [PANE], 400, key_pressed=True)
    assert set(cells(rows_of(PANE))) <= set(cells(now))


def test_rows_take_turns_though_all_of_them_change_all_the_time() -> None:
    line = ThinLine()
    painted: set[tuple[int, int]] = set()
    for _ in range(20):
        now, _ = line.choose(rows_of(SCREEN), [PANE], 600, key_pressed=False)
        painted |= set(cells(now))
    assert painted == set(cells(rows_of(SCREEN)))
