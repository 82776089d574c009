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
    assert sounds(10.0, 10.1, 20.1, 20.2).instant(0.0) == pytest.approx(10.4)


def test_sound_that_went_on_after_a_hiccup_was_heard_then() -> None:
    assert sounds(10.0, *(20 + n / 10 for n in range(8))).instant(0.0) == pytest.approx(20.8)


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
    for instant in (20.4, 20.5, 20.6):
        end.add(instant, 0.1)
    assert end.instant(0.0) == pytest.approx(20.7)
