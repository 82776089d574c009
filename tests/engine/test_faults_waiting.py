"""Sound that waits: replays that fail again, long silence, an audio buffer that is full."""

from __future__ import annotations

import asyncio
import math

import pytest

from scribe_tui.events import ErrorRaised, GapRecorded
from scribe_tui.settings import SpeechSettings
from tests.support.endpoint import StrictEndpoint
from tests.support.engine import Engine, timing
from tests.support.numbered import words_in
from tests.support.outcome import NAME, all_of, loses_nothing
from tests.support.script import Fault, Script, session_limit
from tests.support.sources import Opening, Openings


async def test_a_second_failure_while_the_backlog_is_sent_again() -> None:
    lost = [Script(fault=Fault(at_seconds=at, ending="drop")) for at in (9, 0.3, 1.7, 3.1, 2.0)]
    await all_of(
        *(
            loses_nothing(
                *lost, Script(), live=live, seconds=20, speech=SpeechSettings(commit=commit)
            )
            for live in (False, True)
            for commit in ("vad", "manual", "3")
        )
    )


async def test_a_session_limit_shorter_than_the_replay() -> None:
    down = [Script(http_status=503)] * 6
    await loses_nothing(
        Script(fault=Fault(at_seconds=2)),
        *down,
        Script(fault=session_limit(5)),
        live=True,
        seconds=40,
        timing=timing(quick_failure=0.01),
    )


async def test_the_user_commits_and_the_connection_dies_before_the_answer() -> None:
    """It is asked again at the same place, once that place was sent again."""

    async def commit(engine: Engine, service: StrictEndpoint) -> None:
        await engine.until(
            lambda: service.connections and service.connections[0].values[-1:] == [30]
        )
        engine.supervisor.commit(NAME)
        await engine.until(lambda: len(service.connections) == 2)
        await engine.until(engine.words)

    engine = await loses_nothing(
        Script(fault=Fault(at_commit=1, ending="drop")),
        Script(),
        seconds=3,
        live=True,
        speech=SpeechSettings(commit="manual"),
        meddle=commit,
    )
    assert len(engine.words()) == math.floor(3 / 0.5)


async def test_the_user_reconnects_anywhere() -> None:
    async def reconnect(engine: Engine, service: StrictEndpoint) -> None:
        for connection in range(1, 5):
            await engine.until(
                lambda n=connection: len(service.connections) >= n and service.messages > 7
            )
            engine.supervisor.reconnect(NAME)

    await all_of(
        *(
            loses_nothing(
                live=live,
                seconds=20,
                chunk_seconds=0.005,
                meddle=reconnect,
                speech=SpeechSettings(commit=commit),
            )
            for live in (False, True)
            for commit in ("vad", "manual")
        )
    )


async def test_long_silence_is_not_sent_again() -> None:
    """The service had its time to find words in it: only the latest of it is sent again."""
    lost = Script(fault=Fault(at_seconds=30, ending="drop"))
    source = Openings(Opening(seconds=40, hold=True, silent=True))
    async with StrictEndpoint(lost, Script()) as service:
        async with Engine(
            service.endpoint(), {NAME: source}, timing=timing(settled_after=5.0)
        ) as engine:
            await engine.until(lambda: len(service.connections) == 2)
            await engine.until(lambda: service.connections[1].messages)
            await engine.until(lambda: engine.supervisor.snapshot(NAME).sent_seconds > 39)
        sent_again = len(service.connections[1].audio) / 32000
    assert 9 < sent_again < 19
    assert engine.of(GapRecorded) == []


async def test_a_file_played_fast_leaves_the_service_as_much_time_to_answer() -> None:
    """Half a second is half a second, also when eight seconds of a file go by in it."""
    file = Openings(Opening(seconds=20), is_live=False, chunk_seconds=0.1 / 16)
    async with StrictEndpoint(Script(latency_seconds=0.5)) as service:
        async with Engine(
            service.endpoint(),
            {NAME: file},
            speed=16.0,
            timing=timing(no_text=4.0, no_answer=4.0, drain_grace_behind=1.0),
        ) as engine:
            await engine.finished()
    assert engine.of(ErrorRaised) == []
    assert engine.words() == words_in(20)


async def test_a_service_that_is_behind_is_waited_for_while_it_tells_news() -> None:
    """Its answer comes later than one may take, and all the while it says what it hears."""
    file = Openings(Opening(seconds=5), is_live=False, chunk_seconds=0.03)
    async with StrictEndpoint(Script(latency_seconds=1.5)) as service:
        async with Engine(
            service.endpoint(),
            {NAME: file},
            speech=SpeechSettings(commit="manual"),
            timing=timing(last_text=0.9),
        ) as engine:
            await engine.finished()
    assert len(service.connections) == 1
    assert engine.words() == words_in(5)


@pytest.mark.some(1)
async def test_a_full_ring_on_a_line_that_hangs_loses_only_what_was_not_sent() -> None:
    """What waited too long is a gap; what was sent before it still gets its text."""
    hears_again = asyncio.Event()
    hanging = Script(fault=Fault(at_seconds=3.2, ending="deaf", until=hears_again))
    source = Openings(Opening(seconds=250, hold=True), chunk_seconds=0.0001)
    async with StrictEndpoint(hanging, Script()) as service:
        async with Engine(
            service.endpoint(),
            {NAME: source},
            timing=timing(audio_buffer=10.0, no_answer=1e6, no_text=1e6),
        ) as engine:
            await engine.until(lambda: engine.supervisor.snapshot(NAME).heard_seconds > 249)
            hears_again.set()
            await engine.until(lambda: engine.supervisor.snapshot(NAME).sent_seconds > 249)
    numbers = [int(word[1:]) for word in engine.words()]
    gaps = [event.gap for event in engine.of(GapRecorded)]
    missing = set(range(1, numbers[-1] + 1)) - set(numbers)
    assert missing
    assert numbers == sorted(set(numbers))
    told = sum(gap.end_seconds - gap.start_seconds for gap in gaps)
    assert len(missing) * 0.5 == pytest.approx(told, abs=len(gaps) + 0.5)
