"""Ages of files, whatever the wall clock is set to."""

from __future__ import annotations

import pytest

from scribe_tui.clock import AgeClock

HOUR, YEAR = 3600.0, 365 * 86400.0


class Machine:
    def __init__(self) -> None:
        self.elapsed, self.offset = 500.0, 1e9
        self.ages = AgeClock(lambda: self.elapsed + self.offset, lambda: self.elapsed)


@pytest.mark.parametrize("set_by", [HOUR, YEAR, 10 * YEAR])
def test_a_clock_that_is_set_forward_makes_nothing_older(set_by: float) -> None:
    machine = Machine()
    written_at = machine.ages()
    machine.elapsed += 60
    machine.offset += set_by
    assert machine.ages() - written_at == pytest.approx(60.0)
    machine.elapsed += HOUR
    assert machine.ages() - written_at == pytest.approx(60.0 + HOUR)


def test_a_clock_that_is_set_back_is_believed() -> None:
    machine = Machine()
    machine.offset -= HOUR
    assert machine.ages() == pytest.approx(1e9 + 500.0 - HOUR)
