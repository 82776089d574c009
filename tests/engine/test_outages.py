"""Connections that follow each other, and outages of the service that lose no word."""

from __future__ import annotations

from itertools import pairwise

import pytest

from scribe_tui.events import (
    ErrorRaised,
    GapRecorded,
    SessionClosed,
    State,
)
from scribe_tui.settings import SpeechSettings
from tests.support.endpoint import StrictEndpoint
from tests.support.engine import Engine, timing
from tests.support.numbered import words_in
from tests.support.script import Fault, Script
from tests.support.sources import Opening, Openings

TRANSPORTS = ("sdk", "websocket")


@pytest.mark.some(1)
@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("commit", ["vad", "manual"])
async def test_an_old_connection_is_followed_by_a_new_one_without_a_seam(
    transport: str, commit: str
) -> None:
    radio = Openings(Opening(seconds=40), is_live=False, chunk_seconds=0.004)
    async with StrictEndpoint() as service:
        async with Engine(
            service.endpoint(),
            {"radio": radio},
            transport=transport,
            speech=SpeechSettings(commit=commit),
            timing=timing(roll_over_after=0.3),
        ) as engine:
            await engine.finished()
            await engine.until(lambda: all(heard.over for heard in service.connections))
        assert service.violations == []
        assert len(service.connections) >= 3
        # One that stood by when the source ended may be gone before it said a word.
        assert {heard.close_code for heard in service.connections if heard.messages} == {1000}
        chunks = [value for heard in service.connections for value in heard.values if value]
    assert engine.words() == words_in(40) or commit == "vad"
    assert chunks == list(range(1, 401)), "each chunk was sent once, in order"
    assert engine.states() == [State.CONNECTING, State.LIVE, State.DRAINING, State.ENDED]
    assert engine.of(ErrorRaised) == []


async def test_the_old_connection_dies_while_the_new_one_takes_over() -> None:
    dying = Script(answers_commits=False, vad_words=10_000, fault=Fault(at_seconds=12))
    async with StrictEndpoint(dying, Script()) as service:
        async with Engine(
            service.endpoint(),
            {"file": Openings(Opening(seconds=20), is_live=False, chunk_seconds=0.004)},
            timing=timing(roll_over_after=0.3, last_text=0.3),
        ) as engine:
            await engine.finished()
    assert engine.words() == words_in(20)


async def test_a_service_that_cannot_take_a_second_connection_keeps_the_first() -> None:
    async with StrictEndpoint(Script(), Script(http_status=429)) as service:
        async with Engine(
            service.endpoint(),
            {"file": Openings(Opening(seconds=20), is_live=False, chunk_seconds=0.004)},
            timing=timing(roll_over_after=0.2),
        ) as engine:
            await engine.finished()
        assert len(service.connections) == 1
    assert engine.words() == words_in(20)
    assert engine.of(ErrorRaised) == []


async def test_a_live_source_goes_on_through_an_outage_of_the_service() -> None:
    radio = Openings(Opening(seconds=30, hold=True))
    down = [Script(http_status=503)] * 10
    async with StrictEndpoint(Script(fault=Fault(at_seconds=5)), *down, Script()) as service:
        async with Engine(service.endpoint(), {"radio": radio}) as engine:
            await engine.until(lambda: service.heard_last == 300)
        assert service.handshakes == 12
    assert engine.words() == words_in(30)
    assert engine.of(GapRecorded) == []


async def test_an_outage_longer_than_the_ring_is_a_gap_with_its_times() -> None:
    radio = Openings(Opening(seconds=30, hold=True))
    down = [Script(http_status=503)] * 10
    async with StrictEndpoint(Script(fault=Fault(at_seconds=2.2)), *down, Script()) as service:
        async with Engine(
            service.endpoint(),
            {"radio": radio},
            timing=timing(audio_buffer=10.0, backoff_first=0.1),
        ) as engine:
            await engine.until(lambda: service.heard_last == 300)
    gaps = [event.gap for event in engine.of(GapRecorded)]
    assert gaps[0].start_seconds == pytest.approx(2.0)
    assert all(one.end_seconds == two.start_seconds for one, two in pairwise(gaps))
    heard = [int(word[1:]) for word in engine.words()]
    assert heard[:4] == [1, 2, 3, 4]
    assert heard[-1] == 60
    assert heard[4] == pytest.approx(gaps[-1].end_seconds / 0.5, abs=1.5)
    closed = engine.events[-1]
    assert isinstance(closed, SessionClosed)
    missing = sum(gap.end_seconds - gap.start_seconds for gap in gaps)
    assert closed.heard_seconds == pytest.approx(closed.sent_seconds + missing, abs=1e-6)


async def test_sound_without_text_reconnects() -> None:
    mute = Script(fault=Fault(at_seconds=1, ending="stall"))
    async with StrictEndpoint(mute, Script()) as service:
        async with Engine(
            service.endpoint(),
            {"radio": Openings(Opening(seconds=12, hold=True))},
            timing=timing(no_text=4.0),
        ) as engine:
            await engine.until(lambda: service.heard_last == 120)
    assert [event.kind for event in engine.of(ErrorRaised)] == ["no_text"]
    assert engine.words() == words_in(12)
