"""What is recognised next, with a clock of its own and streams of nothing but flags."""

from array import array

import pytest

from scribe_tui.local.recognition.messages import RecognitionSettings
from scribe_tui.local.recognition.schedule import (
    BEHIND_SECONDS,
    RecognitionSchedule,
    StreamState,
    Urgency,
)
from scribe_tui.local.recognition.segmenter import Segmenter

RATE, FRAME = 1000, 10


class Machine:
    """A schedule, its streams, and the time of day."""

    def __init__(self, workers=2, streams=1, vad=True):
        self.now = 100.0
        self.schedule = RecognitionSchedule(workers)
        settings = RecognitionSettings(commits_by_vad=vad)
        for number in range(1, streams + 1):
            state = StreamState(number, Segmenter(settings, RATE, FRAME), vad)
            self.schedule.streams[number] = state

    def hear(self, number, voiced, seconds):
        segmenter = self.schedule.streams[number].segmenter
        for _ in range(round(seconds * RATE / FRAME)):
            segmenter.feed(array("f", [0.1] * FRAME), [voiced], self.now)

    def speak(self, number, seconds, pause=0.0):
        self.hear(number, True, seconds)
        self.hear(number, False, pause)

    def next(self):
        return self.schedule.next(self.now)

    def finish(self, job, took=0.1):
        self.now += took
        self.schedule.finished(job, "text", self.now)


def test_nothing_to_do_is_nothing_done():
    machine = Machine()
    machine.hear(1, False, 10)
    assert machine.next() is None


def test_ended_speech_comes_first_and_of_it_the_oldest():
    machine = Machine(streams=3)
    machine.speak(3, 2)  # in mid-speech
    machine.speak(2, 1, pause=1.6)
    machine.now += 1
    machine.speak(1, 1, pause=1.6)
    jobs = [machine.next() for _ in range(3)]
    assert [(job.stream.number, job.urgency) for job in jobs] == [
        (2, Urgency.ENDED),
        (1, Urgency.ENDED),
        (3, Urgency.PARTIAL),
    ]
    assert machine.next() is None, "what is in work is not handed out again"


def test_a_pause_brings_the_text_up_to_date_before_the_commit():
    machine = Machine()
    machine.speak(1, 0.5, pause=0.3)
    job = machine.next()
    assert job.urgency is Urgency.PAUSED
    machine.finish(job)
    machine.hear(1, False, 1.3)
    assert machine.next() is None, "nothing was said since"
    assert [it.text for it in machine.schedule.streams[1].segmenter.closed()] == ["text"]


def test_partials_come_a_second_apart_and_rarer_when_they_take_long():
    for took, gap in ((0.1, 1.0), (0.6, 2.4)):
        machine = Machine()
        machine.speak(1, 2)
        job = machine.next()
        begun = machine.now
        machine.finish(job, took)
        machine.speak(1, 2)
        while (job := machine.next()) is None:
            machine.now += 0.1
        assert machine.now - begun == pytest.approx(gap, abs=0.15)


def test_partials_leave_one_thread_for_committed_text():
    machine = Machine(workers=2, streams=3)
    machine.speak(1, 2)
    machine.speak(2, 2)
    assert machine.next().urgency is Urgency.PARTIAL
    assert machine.next() is None
    machine.speak(3, 1, pause=1.6)
    assert machine.next().urgency is Urgency.ENDED


def test_the_first_second_of_a_stream_is_no_partial():
    machine = Machine()
    machine.speak(1, 0.5)
    assert machine.next() is None


def test_a_machine_that_is_behind_makes_no_partials():
    machine = Machine(workers=3, streams=2)
    machine.speak(1, 3, pause=1.6)
    machine.speak(2, 3)
    slow = machine.next()
    machine.now += BEHIND_SECONDS
    assert machine.next() is None
    machine.finish(slow)
    assert machine.next().urgency is Urgency.PARTIAL


def overrun(machine, rounds):
    """Every stream speaks without a pause; two seconds take three to recognise."""
    for _ in range(rounds):
        for number in machine.schedule.streams:
            machine.speak(number, 5, pause=1.6)
        machine.now += 6.6
        for _ in range(2):
            if job := machine.next():
                machine.finish(job, took=3.0)


def test_what_the_machine_can_follow_is_learned_from_what_it_takes():
    machine = Machine(workers=2, streams=4)
    overrun(machine, rounds=8)
    assert machine.schedule.possible_streams < 4
    quick = Machine(workers=2, streams=1)
    for _ in range(20):
        quick.speak(1, 5, pause=1.6)
        quick.finish(quick.next(), took=0.3)
    assert quick.schedule.possible_streams > 10


def test_committed_text_is_made_for_all_however_far_behind():
    machine = Machine(workers=1, streams=4)
    overrun(machine, rounds=8)
    while job := machine.next():
        machine.finish(job)
    for stream in machine.schedule.streams.values():
        assert len(list(stream.segmenter.closed())) == 8
