"""A gap begins where the sound ended, not where the decoder gave up."""

import pytest

from scribe_tui.session.capture.flow import Flow


def flow(*heard_at: float) -> Flow:
    sounds = Flow()
    for instant in heard_at:
        sounds.sound(instant, 0.1)
    return sounds


def test_sound_ends_with_its_last_chunk() -> None:
    assert flow(10.0, 10.1, 10.2).ended_at(0.0) == pytest.approx(10.3)


def test_a_last_gasp_belongs_before_the_silence() -> None:
    assert flow(10.0, 10.1, 20.1, 20.2).ended_at(0.0) == pytest.approx(10.4)


def test_sound_that_went_on_after_a_hiccup_was_heard_then() -> None:
    assert flow(10.0, *(20 + n / 10 for n in range(8))).ended_at(0.0) == pytest.approx(20.8)


def test_without_any_sound_the_default_holds() -> None:
    assert flow().ended_at(7.0) == 7.0
