"""What a wall sends to its terminal, counted in virtual time: the budgets of a thin line."""

from __future__ import annotations

import pytest

from tests.support.counted import Case, bytes_per_second

BUSY_SECONDS, SILENT_SECONDS = 40.0, 40.0
SMALL, LARGE = (80, 24), (200, 50)


@pytest.mark.some(1)
@pytest.mark.parametrize(
    ("size", "low_bandwidth", "budget"),
    [(SMALL, False, 8_000), (LARGE, False, 12_000), (SMALL, True, 1_500), (LARGE, True, 2_000)],
)
def test_twelve_people_who_speak(size: tuple[int, int], low_bandwidth: bool, budget: int) -> None:
    counted = bytes_per_second(Case(*size, speaks=True, low_bandwidth=low_bandwidth), BUSY_SECONDS)
    assert counted["TranscriptView"] > 100, "what is said is shown"
    assert counted.total() < budget, counted


@pytest.mark.some(1)
@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_twelve_sources_without_a_sound(size: tuple[int, int]) -> None:
    counted = bytes_per_second(Case(*size, speaks=False), SILENT_SECONDS)
    assert counted["PaneStatus"] > 0, "their clocks go on"
    assert counted.total() < 200, counted
