"""Dead air is raised once and cleared once."""

from __future__ import annotations

import math

from scribe_tui.audio.dead_air import Air, DeadAirDetector


def test_dead_air_is_raised_once_and_cleared_once() -> None:
    detector = DeadAirDetector(threshold_dbfs=-50.0, seconds=1.0)
    levels = [-20.0] * 5 + [-60.0] * 9 + [-20.0] + [-math.inf] * 12 + [-10.0] * 2
    told = {n: air for n, level in enumerate(levels) if (air := detector.receive(0.1001, level))}
    assert told == {24: Air.DEAD, 27: Air.ALIVE}
    assert not detector.is_dead
