"""How late a service is, and what it can have heard of what it has answered."""

from __future__ import annotations

import pytest

from scribe_tui.session.speech.lateness import Lateness

RATE = 16000


def after(seconds: float, speed: float = 1.0) -> Lateness:
    """So many seconds of sound were sent from instant 100 on."""
    lateness = Lateness()
    for tenth in range(1, round(seconds * 10) + 1):
        lateness.sent(tenth * RATE // 10, 100 + tenth / 10 / speed)
    return lateness


def test_it_is_that_of_the_slowest_of_the_latest_segments() -> None:
    lateness = after(60)
    for decided, took in ((10, 0.5), (20, 4.0), (30, 1.0)):
        lateness.answered(decided * RATE, 100 + decided + took)
    assert lateness.seconds == pytest.approx(4.0)
    for decided in range(40, 48):
        lateness.answered(decided * RATE, 100 + decided + 0.5)
    assert lateness.seconds == pytest.approx(0.5)


@pytest.mark.parametrize("speed", [1.0, 4.0])
def test_it_is_time_however_fast_the_sound_goes_out(speed: float) -> None:
    lateness = after(60, speed)
    lateness.answered(10 * RATE, 100 + 10 / speed + 2.0)
    assert lateness.seconds == pytest.approx(2.0, abs=0.06)
    before = (40 - 1.25 * 2 * speed) * RATE
    assert lateness.heard_before(100 + 40 / speed) == pytest.approx(before, abs=RATE)


def test_what_it_can_have_heard_follows_from_the_quickest() -> None:
    lateness = after(60)
    assert lateness.heard_at_most(130.0) is None
    lateness.answered(10 * RATE, 115.0)
    lateness.answered(20 * RATE, 130.0)
    assert lateness.heard_at_most(140.0) == pytest.approx(37 * RATE, abs=RATE / 5)
    assert lateness.commits_heard_at_most(140.0) == pytest.approx(37.5 * RATE, abs=RATE / 5)
    assert lateness.heard_before(140.0) == pytest.approx(27.5 * RATE, abs=RATE / 5)
    assert lateness.heard_at_most(200.0) is None, "all that was sent"


def test_a_commit_may_be_answered_sooner_than_the_vad_ends_a_segment() -> None:
    lateness = after(60)
    lateness.answered(10 * RATE, 111.2)
    assert lateness.heard_at_most(140.0) is None, "its answer came within the first second"


def test_before_the_first_segment_it_is_as_late_as_the_first_text() -> None:
    lateness = after(60)
    lateness.first_text(3 * RATE, 105.5)
    assert lateness.seconds == pytest.approx(2.5, abs=0.06)
    lateness.answered(10 * RATE, 110.5)
    assert lateness.seconds == pytest.approx(0.5, abs=0.06)


def test_before_anything_is_known() -> None:
    lateness = Lateness()
    lateness.answered(0, 100.0)
    assert lateness.seconds == 0.0
    assert lateness.heard_before(100.0) == 0
    assert lateness.heard_at_most(100.0) is None
