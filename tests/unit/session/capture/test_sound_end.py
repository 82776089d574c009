"""A gap begins where the sound ended, not where the decoder gave up."""

import pytest

from scribe_tui.session.capture.sound_end import SoundEnd


def sounds(*heard_at: float) -> SoundEnd:
    end = SoundEnd()
    for instant in heard_at:
        end.add(instant, 0.1)
    return end


def test_sound_ends_with_its_last_chunk() -> None:
    assert sounds(10.0, 10.1, 10.2).instant(0.0) == pytest.approx(10.3)


def test_the_rest_in_a_decoder_belongs_before_the_silence() -> None:
    assert sounds(10.0, 10.1, 20.1, 20.2).instant(0.0) == pytest.approx(10.4, abs=0.06)


def test_sound_that_comes_late_ended_when_it_was_on_air() -> None:
    """A line that stood still for 10 s and gave all of it later, slower than it came in."""
    late = [20 + n / 10 for n in range(8)]
    assert sounds(10.0, *late).instant(0.0) == pytest.approx(10.9, abs=0.06)


def test_what_a_busy_machine_had_not_read_when_the_line_was_reset_is_missing() -> None:
    """For 100 s it takes 9 tenths of what the station sends: the last 10 s are never read."""
    end = SoundEnd()
    for chunk in range(900):
        end.add(chunk / 9, 0.1)
    assert end.instant(0.0) == pytest.approx(90.0, abs=0.6)


def test_clocks_that_differ_and_what_a_station_left_out_long_ago_are_no_lateness() -> None:
    end, at = SoundEnd(), 0.0
    for chunk in range(36_000):
        at += 0.10002 + 5.0 * (chunk == 100)
        end.add(at, 0.1)
    assert end.instant(0.0) == pytest.approx(at + 0.1, abs=0.05)


def test_what_has_a_gap_of_its_own_is_not_late() -> None:
    end = sounds(10.0, 10.1)
    end.skip(6.0)
    end.add(16.2, 0.1)
    assert end.instant(0.0) == pytest.approx(16.3, abs=0.04)


def test_without_any_sound_the_default_holds() -> None:
    assert sounds().instant(7.0) == 7.0


def test_a_rest_that_is_all_there_is_was_heard_when_the_source_opened() -> None:
    """The decoder looks at a second of sound before it gives the first."""
    end = SoundEnd(opened_at=10.0)
    for at in range(11):
        end.add(20.0 + at / 10, 0.1)
        assert end.instant(0.0) == pytest.approx(10.1 + at / 10)
    for at in range(11, 15):
        end.add(20.0 + at / 10, 0.1)
    assert end.instant(0.0) == pytest.approx(21.5)


def test_a_later_rest_is_only_what_was_decoded_late() -> None:
    end = SoundEnd(opened_at=10.0)
    for instant in (10.0, 10.1, *(20 + n / 10 for n in range(4))):
        end.add(instant, 0.1)
    assert end.instant(0.0) == pytest.approx(10.6)
