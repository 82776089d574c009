"""Delay, pace and percentiles from what was recorded."""

from __future__ import annotations

import pytest

from tests.proofs.bench.analysis import last_shown, pace, percentile, seen_in_stream, seen_on_screen

WIDE = [(0, 20)]


def test_a_token_is_seen_when_it_stands_whole_on_the_screen():
    pieces = [(1.0, b"\x1b[2J"), (2.0, b"two ferries q1x"), (3.0, b"7q"), (4.0, b"!")]
    seen, first_frame = seen_on_screen(pieces, 20, 5, WIDE)
    assert seen == {"q1x7q": 3.0}
    assert first_frame == 2.0


def test_a_token_is_seen_when_only_its_changed_digit_was_written():
    pieces = [(1.0, b"late q12x345q"), (2.0, b"\x1b[1;12H6")]
    seen, _ = seen_on_screen(pieces, 20, 5, WIDE)
    assert seen == {"q12x345q": 1.0, "q12x346q": 2.0}


def test_a_token_broken_over_two_rows_of_its_region_is_seen():
    left, right = b"\x1b[1;1Hlate q4x", b"\x1b[2;1H12q"
    pieces = [(1.0, left), (2.0, b"\x1b[1;11Hother"), (3.0, right), (4.0, b"\x1b[2;11Htext")]
    seen, _ = seen_on_screen(pieces, 20, 5, [(0, 8), (10, 10)])
    assert seen == {"q4x12q": 3.0}


def test_a_token_in_a_stream_may_come_in_parts():
    pieces = [(1.0, b'{"text": "late q4'), (2.0, b'x9q"}\n{"text": "q4x10q"}'), (3.0, b"\n")]
    assert seen_in_stream(pieces) == ({"q4x9q": 2.0, "q4x10q": 2.0}, 1.0)


def test_the_last_screen_is_told_without_blank_rows():
    assert last_shown([(1.0, b"\x1b[3;1Hno key"), (2.0, b"\x1b[5;2Hbye")], 20, 5) == "no key\n bye"


def test_pace_does_not_depend_on_where_the_window_cuts_the_chunks():
    arrivals = [(0.25 * index, 8.0 + 0.25 * (index + 1)) for index in range(100)]
    for start in (2.0, 2.1, 2.24):
        assert pace(arrivals, start, start + 20.0) == pytest.approx(1.0)


def test_pace_tells_a_slow_stream():
    assert pace([(at, 0.99 * at) for at in range(30)], 5, 25) == pytest.approx(0.99)


def test_pace_of_too_little_is_unknown():
    assert pace([(1.0, 1.0)], 0.0, 2.0) is None


def test_percentiles():
    values = [float(value) for value in range(100, 0, -1)]
    assert [percentile(values, share) for share in (0.5, 0.95, 0.99, 1.0)] == [50, 95, 99, 100]
    assert percentile([7.0], 0.5) == 7.0
    assert percentile([], 0.5) is None
