"""A source that waits for its next try: how long, and that a person may end the wait."""

from __future__ import annotations

import pytest

from scribe_tui.errors import SourceError
from scribe_tui.events import ErrorRaised, GapRecorded, State
from scribe_tui.settings import SpeechSettings
from tests.support.endpoint import StrictEndpoint
from tests.support.engine import Engine, timing
from tests.support.numbered import words_in
from tests.support.outcome import NAME
from tests.support.script import Fault, Script
from tests.support.sources import Opening, Openings

REFUSED = SourceError("refused", "radio.example refused the connection.")
DOWN = Opening(seconds=0, error=REFUSED, fails_to_open=True)
FOR_MINUTES = timing(
    backoff_first=600.0, source_backoff_cap=600.0, unheard_source_backoff_cap=600.0
)


@pytest.mark.parametrize(
    "before",
    [
        pytest.param([DOWN], id="never heard"),
        pytest.param([Opening(seconds=1, error=REFUSED)], id="heard before"),
    ],
)
async def test_reconnect_tries_a_source_that_waits_at_once(before: list[Opening]) -> None:
    station = Openings(*before, Opening(seconds=2, first=21, hold=True))
    async with StrictEndpoint() as service:
        async with Engine(service.endpoint(), {NAME: station}, timing=FOR_MINUTES) as engine:
            await engine.until(lambda: engine.of(ErrorRaised))
            assert engine.of(ErrorRaised)[0].retry_in_seconds == pytest.approx(600, rel=0.21)
            assert len(station.made) == 1
            engine.supervisor.reconnect(NAME)
            await engine.until(lambda: service.has_heard(40))
            assert engine.supervisor.snapshot(NAME).trouble is None
    assert engine.words()[-4:] == ["w5", "w6", "w7", "w8"]


async def test_reconnect_before_a_source_fails_does_not_count_for_the_wait_after_it() -> None:
    station = Openings(Opening(seconds=1, error=REFUSED, hold=True))
    async with StrictEndpoint() as service:
        async with Engine(service.endpoint(), {NAME: station}, timing=FOR_MINUTES) as engine:
            await engine.until(lambda: service.has_heard(10))
            engine.supervisor.reconnect(NAME)
            await engine.until(lambda: len(service.connections) == 2)
    assert len(station.made) == 1


async def test_a_source_never_heard_is_tried_ever_more_slowly_and_once_heard_again_soon() -> None:
    heard = Opening(seconds=1, error=REFUSED)
    station = Openings(*[DOWN] * 6, heard, DOWN, DOWN, DOWN, Opening(seconds=1, hold=True))
    short = timing(backoff_first=0.01, source_backoff_cap=0.02, unheard_source_backoff_cap=0.16)
    async with StrictEndpoint() as service:
        async with Engine(service.endpoint(), {NAME: station}, timing=short) as engine:
            await engine.until(lambda: len(engine.of(ErrorRaised)) >= 10)
            assert engine.supervisor.snapshot(NAME).state is not State.FAILED
            waits = [error.retry_in_seconds or 0 for error in engine.of(ErrorRaised)]
    assert waits[:6] == pytest.approx([0.01, 0.02, 0.04, 0.08, 0.16, 0.16], rel=0.21)
    assert all(wait <= 0.02 * 1.21 for wait in waits[6:10])


async def test_sound_that_was_sent_and_never_answered_has_its_own_cause() -> None:
    """It was not too much that waited: all of it went out, and no text came for it."""
    mute = Script(vad_words=None, auto_commit_seconds=1e6, fault=Fault(at_seconds=9, ending="drop"))
    station = Openings(Opening(seconds=9, hold=True))
    async with StrictEndpoint(mute, Script()) as service:
        async with Engine(
            service.endpoint(),
            {NAME: station},
            speech=SpeechSettings(commit="manual"),
            timing=timing(audio_buffer=5.0),
        ) as engine:
            await engine.until(lambda: engine.of(GapRecorded))
    (gap,) = (event.gap for event in engine.of(GapRecorded))
    assert gap.cause == "sent, but the service gave no text while it could be kept"
    assert (gap.start_seconds, gap.end_seconds) == pytest.approx((0.0, 4.0))
    assert engine.words() == words_in(9)[8:]
