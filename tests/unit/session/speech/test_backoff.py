"""Waits grow, are bounded, vary, and start over only after health."""

from itertools import islice

import pytest

from scribe_tui.errors import Retry
from scribe_tui.session.speech.backoff import RetryPlan, delays


def plan(**options: float) -> RetryPlan:
    return RetryPlan(0.5, 8.0, rand=lambda: 0.5, **options)


def test_delays_double_up_to_the_cap() -> None:
    assert list(islice(delays(0.5, 3.0, rand=lambda: 0.5), 5)) == [0.5, 1.0, 2.0, 3.0, 3.0]


@pytest.mark.parametrize(("rand", "expected"), [(0.0, 0.8), (1.0, 1.2)])
def test_delays_vary_by_a_fifth(rand: float, expected: float) -> None:
    assert next(delays(1.0, 10.0, rand=lambda: rand)) == pytest.approx(expected)


def test_a_good_handshake_forgets_the_failures_before_it() -> None:
    retries = plan()
    waits = [retries.failed(Retry.BACKOFF, quick=False) for _ in range(3)]
    retries.opened()
    assert waits == [0.5, 1.0, 2.0]
    assert retries.failed(Retry.BACKOFF, quick=False) == 0.5


def test_failures_right_after_a_good_handshake_are_counted_apart() -> None:
    retries = plan()
    waits = []
    for _ in range(4):
        retries.opened()
        waits.append(retries.failed(Retry.BACKOFF, quick=True))
    assert waits == [0.5, 1.0, 2.0, 4.0]
    retries.healthy()
    retries.opened()
    assert retries.failed(Retry.BACKOFF, quick=True) == 0.5


def test_reconnect_now_is_now_only_while_it_helps() -> None:
    retries = plan()
    assert retries.failed(Retry.NOW, quick=False) == 0.0
    assert retries.failed(Retry.NOW, quick=True) == 0.0
    assert retries.failed(Retry.NOW, quick=True) > 0.0


def test_an_overloaded_service_gets_more_time() -> None:
    assert plan(slow_first=4.0).failed(Retry.SLOW_BACKOFF, quick=False) == 4.0


def test_a_place_that_fails_again_and_again_is_tried_ever_more_slowly() -> None:
    assert [plan().again(tries) for tries in range(9)] == [0, 0, 0, 1.0, 2.0, 4.0, 8.0, 8.0, 8.0]
    assert plan().again(160) == 8.0
