"""What is missing is told once and in its true length; what is only late is not missing."""

from __future__ import annotations

import pytest

from scribe_tui.audio.microphone.holes import Holes


def told(arrivals: list[float]) -> list[float]:
    holes = Holes()
    return [missed for at in arrivals if (missed := holes.missed(at, 0.1))]


def steady(start: float, count: int) -> list[float]:
    return [start + 0.1 * number for number in range(1, count + 1)]


def test_a_steady_recording_has_none() -> None:
    assert told(steady(0.0, 600)) == []
    assert told([at * 1.0002 for at in steady(0.0, 6000)]) == []


def test_a_suspended_server_leaves_a_hole_of_its_length() -> None:
    assert told(steady(0.0, 100) + steady(18.0, 100)) == [pytest.approx(8.0, abs=0.01)]
    twice = steady(0.0, 100) + steady(18.0, 100) + steady(31.0, 100)
    assert told(twice) == [pytest.approx(8.0, abs=0.01), pytest.approx(3.0, abs=0.01)]


def test_what_comes_late_but_comes_is_no_hole() -> None:
    burst = [14.0] * 41
    assert told(steady(0.0, 100) + burst + steady(14.1, 100)) == []


def test_of_a_hole_only_what_did_not_come_is_missing() -> None:
    burst = [18.0] * 21
    found = told(steady(0.0, 100) + burst + steady(18.0, 100))
    assert sum(found) == pytest.approx(5.9, abs=0.2)
