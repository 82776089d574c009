"""What is said when text comes late: when, how often, and with which figures."""

from dataclasses import dataclass

import pytest

from scribe_tui.local.lag_warning import CANNOT_FOLLOW_SECONDS, REPEAT_SECONDS, LagWarning
from scribe_tui.local.recognition.messages import RecognitionProgress, RecognitionSettings
from scribe_tui.local.recognition.stream import RecognitionStream

SECOND = bytes(32000)


@dataclass
class Machine:
    streams: int = 6
    possible_streams: int = 4


class Late:
    """A stream fed in real time, second by second, and what is said of it."""

    def __init__(self, machine: Machine) -> None:
        self.now = 100.0
        self.stream = RecognitionStream(
            1, RecognitionSettings(), lambda _: None, lambda _: None, lambda: self.now
        )
        self._lateness = LagWarning(machine, self.stream)

    async def hear(self, seconds: int, speed: float = 1.0) -> list[str]:
        """What is said meanwhile."""
        said = []
        for _ in range(seconds):
            await self.stream.feed(SECOND)
            self.now += 1 / speed
            said.append(self._lateness.warning(self.now))
        return [text for text in said if text]


async def test_sound_that_is_not_even_looked_at_for_long_is_told_again_and_again():
    late = Late(Machine())
    assert await late.hear(int(CANNOT_FOLLOW_SECONDS)) == []
    (first, *more) = await late.hear(12)
    limit = "this machine cannot follow 6 sources at once, only about 4"
    assert first == f"{limit}: text comes more than 5 s late, and ever later."
    assert more[-1] == f"{limit}: text comes more than 10 s late, and ever later."
    assert len(more) == int(11 // REPEAT_SECONDS)
    (*_, last) = await late.hear(200)
    assert last == f"{limit}: text comes more than 3 min late, and ever later."


async def test_nothing_is_said_while_it_follows_and_when_it_has_caught_up():
    late = Late(Machine())
    for heard in range(1, 20):
        assert await late.hear(1) == []
        late.stream.take(RecognitionProgress(heard - 0.2, heard - 0.2, heard - 0.2))
    assert await late.hear(15)
    late.stream.take(RecognitionProgress(33.9, 33.9, 33.9))
    assert await late.hear(3) == []


async def test_a_long_passage_that_has_just_ended_is_not_late():
    """It began long ago; it waits since its end."""
    late = Late(Machine())
    for heard in range(1, 19):
        assert await late.hear(1) == []
        late.stream.take(RecognitionProgress(heard - 0.2, 0.0, heard - 0.2))
    late.stream.take(RecognitionProgress(0.0, 0.0, 17.8))
    assert await late.hear(3) == []
    assert await late.hear(3) != []


@pytest.mark.parametrize(
    ("streams", "possible", "says"),
    [
        (1, 1, "too slow to follow one source"),
        (2, 5, "follow 2 sources at once, only one:"),
        (12, 40, "follow 12 sources at once, only about 11:"),
    ],
)
async def test_the_figures_make_sense(streams, possible, says):
    (text, *_) = await Late(Machine(streams, possible)).hear(10)
    assert says in text


async def test_sound_faster_than_real_time_is_no_measure_of_the_machine():
    (text, *_) = await Late(Machine()).hear(15, speed=2.0)
    assert text == "sound comes faster than this machine recognises it: text comes later."
