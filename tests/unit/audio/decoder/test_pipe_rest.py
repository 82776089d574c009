"""A little sound stays with the decoder; the rest, and all after a hiccup, comes to us."""

from __future__ import annotations

from itertools import repeat

import pytest

from scribe_tui.audio.decoder.pipe_rest import (
    CYCLE_SECONDS,
    ENOUGH_SECONDS,
    LEFT_SECONDS,
    LISTEN_SECONDS,
    PIPE_SECONDS,
    PipeRest,
)
from scribe_tui.audio.format import AudioFormat

FORMAT = AudioFormat.parse("pcm_16000")
SECOND = 32_000
CHUNK = SECOND // 10


class Station:
    """Bytes on their way from a station to us; `tick` is a tenth of a second of clock."""

    def __init__(self, *, burst_seconds: float, capacity_seconds: float = 60.0) -> None:
        self.rest = PipeRest(FORMAT, capacity_seconds, is_live=True)
        self.in_socket = int(burst_seconds * SECOND)
        self.in_pipe = 0
        self.held = 0
        self.stood_still = 0
        self.readings = 0
        self.missed = 0

    def tick(self, arrives: int = CHUNK) -> None:
        """The net brings `arrives` bytes, the program takes a chunk."""
        self.in_socket += arrives
        self._decode()
        while self.in_pipe and not self.rest.rests(self.held):
            self.held += self.in_pipe
            self.in_pipe = 0
            self.readings += 1
            self._decode()
        self.stood_still += self.in_pipe == int(PIPE_SECONDS * SECOND)
        if self.held >= CHUNK:
            self.held -= CHUNK
            self.rest.taken(CHUNK)
        else:
            self.missed += 1

    def _decode(self) -> None:
        more = min(self.in_socket, int(PIPE_SECONDS * SECOND) - self.in_pipe)
        self.in_socket -= more
        self.in_pipe += more

    @property
    def behind(self) -> int:
        """Bytes that have arrived and are not in our hands."""
        return self.in_socket + self.in_pipe


def _ticks(seconds: float) -> int:
    return round(seconds * 10)


def test_after_a_look_the_decoder_stands_still_and_is_read_twice_a_second() -> None:
    station = Station(burst_seconds=8)
    for _ in repeat(None, _ticks(LISTEN_SECONDS + LEFT_SECONDS + 1)):
        station.tick()
    station.readings = station.stood_still = 0
    for _ in repeat(None, _ticks(10)):
        station.tick()
    assert station.readings == 20
    assert station.stood_still == 100
    assert station.missed == 0


def test_little_is_left_with_the_decoder_and_the_cushion_is_ours() -> None:
    station = Station(burst_seconds=8)
    most_behind = 0
    for _ in repeat(None, _ticks(2 * CYCLE_SECONDS)):
        station.tick()
        most_behind = max(most_behind, station.behind)
    assert most_behind <= (LEFT_SECONDS + PIPE_SECONDS) * SECOND + CHUNK
    assert station.held >= (8 - LEFT_SECONDS - 2 * PIPE_SECONDS) * SECOND


def test_what_comes_after_a_hiccup_of_the_net_is_taken_at_once() -> None:
    station = Station(burst_seconds=8)
    for _ in repeat(None, _ticks(10)):
        station.tick()
    before = station.held
    for _ in repeat(None, _ticks(5)):
        station.tick(arrives=0)
    station.tick(arrives=51 * CHUNK)
    assert station.held >= before - (PIPE_SECONDS * SECOND + CHUNK)
    assert station.behind <= (LEFT_SECONDS + PIPE_SECONDS) * SECOND


def test_everything_is_taken_now_and_then() -> None:
    station = Station(burst_seconds=8)
    for _ in repeat(None, _ticks(CYCLE_SECONDS) + 2):
        station.tick()
    assert station.behind == 0


@pytest.mark.parametrize("burst_seconds", [0.0, 0.5, 1.0])
def test_a_station_without_a_first_lump_is_never_made_to_wait(burst_seconds: float) -> None:
    station = Station(burst_seconds=burst_seconds)
    for _ in repeat(None, _ticks(LISTEN_SECONDS) + 1):
        station.tick()
    for _ in repeat(None, _ticks(20)):
        station.tick()
        assert (
            not station.behind or station.held >= (ENOUGH_SECONDS - PIPE_SECONDS) * SECOND - CHUNK
        )
    assert station.missed == 0


def test_no_more_than_the_capacity_is_held() -> None:
    station = Station(burst_seconds=100, capacity_seconds=5)
    for _ in repeat(None, _ticks(40)):
        station.tick()
        assert station.held <= (5 + PIPE_SECONDS) * SECOND


def test_of_a_file_all_fits_in_until_the_capacity_is_reached() -> None:
    rest = PipeRest(FORMAT, 2.0, is_live=False)
    assert not rest.rests(2 * SECOND - 2)
    assert rest.rests(2 * SECOND)
    assert rest.rests(SECOND)
    assert not rest.rests(SECOND - 2)
    rest.taken(1000 * SECOND)
    assert not rest.rests(2 * SECOND - 2)
