"""Stopped in any state: always within its bound, all sound accounted for, nothing left behind."""

from __future__ import annotations

import asyncio

import pytest

from scribe_tui.errors import SourceError
from scribe_tui.events import (
    CommitReason,
    CommitRequested,
    ErrorRaised,
    GapRecorded,
    PartialChanged,
    SessionClosed,
    State,
)
from scribe_tui.settings import SpeechSettings
from tests.support.endpoint import StrictEndpoint
from tests.support.engine import Engine, timing
from tests.support.numbered import words_in
from tests.support.outcome import NAME, all_of
from tests.support.script import NEVER_COMMITS, Fault, Script
from tests.support.sources import Opening, Openings

BOUND = timing(drain=1.0, last_text=0.6, backoff_first=30.0, backoff_cap=60.0, no_answer=1000)
CLOSING_SECONDS = 2.0
"""What a dead connection may take to close besides."""
FOREVER = Opening(seconds=10_000)


async def stopped_when(
    condition: str, *scripts: Script, source: Opening = FOREVER, transport: str = "websocket"
) -> Engine:
    """Stop the session once it is as `condition` says, then hold it to its bound."""
    async with StrictEndpoint(*scripts) as service:
        engine = Engine(
            service.endpoint(), {NAME: Openings(source)}, timing=BOUND, transport=transport
        )
        async with engine:
            when = {
                "opened": lambda: engine.events,
                "handshake": lambda: service.handshakes,
                "open": lambda: service.connections,
                "text": engine.words,
                "backoff": lambda: State.BACKOFF in engine.states(),
                "trouble": lambda: engine.supervisor.snapshot(NAME).trouble,
            }[condition]
            await engine.until(when)
            began = asyncio.get_running_loop().time()
            await engine.supervisor.drain()
            took = asyncio.get_running_loop().time() - began
        assert took < BOUND.drain + CLOSING_SECONDS + 0.5, (condition, scripts)
    assert engine.states()[-1] in (State.ENDED, State.FAILED)
    assert isinstance(engine.events[-1], SessionClosed)
    return engine


@pytest.mark.parametrize("transport", ["websocket", "sdk"])
async def test_in_every_state(transport: str) -> None:
    cases = {
        "opened": (),
        "handshake": (Script(handshake_seconds=30),),
        "open": (Script(starts=False),),
        "text": (Script(),),
        "backoff": (Script(http_status=503),),
        "trouble": (Script(fault=Fault(at_seconds=1, ending="drop")), Script(http_status=503)),
    }
    await all_of(
        *(
            stopped_when(condition, *scripts, transport=transport)
            for condition, scripts in cases.items()
        )
    )


async def test_while_the_service_is_mute() -> None:
    await all_of(
        *(
            stopped_when("text", Script(fault=Fault(at_seconds=3, ending=ending)), transport=way)
            for ending in ("stall", "freeze")
            for way in ("websocket", "sdk")
        )
    )


async def test_while_the_last_commit_is_not_answered() -> None:
    engine = await stopped_when("text", Script(answers_commits=False), source=FOREVER)
    assert engine.states()[-2:] == [State.DRAINING, State.ENDED]


async def test_a_machine_that_slept_while_the_last_commit_was_not_answered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its sleep is no time of the drain: one more try, and over within what is left of it."""
    loop = asyncio.get_running_loop()
    now, slept = loop.time, 0.0
    monkeypatch.setattr(loop, "time", lambda: now() + slept)
    async with StrictEndpoint(NEVER_COMMITS) as service:
        engine = Engine(service.endpoint(), {NAME: Openings(FOREVER)}, timing=BOUND)
        async with engine:
            await engine.until(lambda: engine.of(PartialChanged))
            draining = asyncio.create_task(engine.supervisor.drain())
            await engine.until(
                lambda: CommitReason.END in [each.reason for each in engine.of(CommitRequested)]
            )
            slept = 2 * BOUND.drain
            woke_at = loop.time()
            await draining
            assert loop.time() - woke_at < BOUND.drain + CLOSING_SECONDS + 0.5
    assert engine.of(GapRecorded), "what got no text is named"
    assert engine.states()[-1] is State.FAILED, "the service never answered at all"


@pytest.mark.parametrize("transport", ["websocket", "sdk"])
async def test_a_machine_that_slept_through_the_drain_still_reads_what_came(
    transport: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = asyncio.get_running_loop()
    now, slept = loop.time, 0.0
    monkeypatch.setattr(loop, "time", lambda: now() + slept)
    async with StrictEndpoint(Script(latency_seconds=0.3)) as service:
        engine = Engine(
            service.endpoint(), {NAME: Openings(FOREVER)}, timing=BOUND, transport=transport
        )
        async with engine:
            await engine.until(engine.words)
            draining = asyncio.create_task(engine.supervisor.drain())
            await engine.until(
                lambda: CommitReason.END in [each.reason for each in engine.of(CommitRequested)]
            )
            slept = 3 * BOUND.drain
            await draining
    assert engine.of(GapRecorded) == []
    assert engine.states()[-1] is State.ENDED


@pytest.mark.parametrize("transport", ["websocket", "sdk"])
async def test_a_machine_that_slept_while_the_last_text_was_on_its_way(
    transport: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer to the last commit, behind one that crossed with it, is not left unread."""
    loop = asyncio.get_running_loop()
    now, slept = loop.time, 0.0
    monkeypatch.setattr(loop, "time", lambda: now() + slept)
    file = Openings(Opening(seconds=5), is_live=False, chunk_seconds=0.02)
    patient = timing(last_text=30.0, drain_grace=0.5, drain_grace_behind=0.5)
    async with StrictEndpoint(Script(latency_seconds=0.4)) as service:
        async with Engine(
            service.endpoint(), {NAME: file}, timing=patient, transport=transport
        ) as engine:
            await engine.until(lambda: len(engine.words()) == 8)
            for _ in range(10):
                await asyncio.sleep(0)  # until the wait for more has begun
            slept = 10.0
            await engine.finished()
    assert engine.words() == words_in(5)


async def test_in_the_wait_for_a_connection_the_last_attempt_is_made_at_once() -> None:
    """What was heard during the outage still gets its text."""
    back = Script(fault=Fault(at_seconds=2.0)), Script()
    engine = await stopped_when("backoff", *back)
    assert engine.of(GapRecorded) == []
    heard = engine.of(SessionClosed)[0].heard_seconds
    assert engine.words() == words_in(heard)


async def test_a_source_that_is_down_or_still_opening() -> None:
    gone = SourceError("refused", "radio.example refused the connection.")
    await all_of(
        stopped_when("trouble", source=Opening(seconds=0, error=gone, fails_to_open=True)),
        stopped_when("trouble", source=Opening(seconds=1, error=gone)),
        stopped_when("opened", source=Opening(seconds=0, hold=True)),
    )


async def test_stopped_and_started_twenty_times() -> None:
    async with (
        StrictEndpoint() as service,
        Engine(
            service.endpoint(),
            {"radio": Openings(FOREVER), "other": Openings(FOREVER)},
            timing=BOUND,
            speech=SpeechSettings(commit="manual"),
        ) as engine,
    ):
        for turn in range(1, 21):
            await engine.until(lambda n=turn: len(service.connections) > n)
            engine.supervisor.stop("radio")
            engine.supervisor.stop("radio")
            await engine.until(lambda n=turn: len(engine.of(SessionClosed, "radio")) == n)
            await engine.until(lambda: engine.states("radio")[-1] is State.ENDED)
            await asyncio.sleep(0)
            engine.supervisor.start("radio")
        assert engine.supervisor.snapshot("other").state is State.LIVE
    assert service.violations == []


async def test_leaving_while_the_service_is_away_takes_one_more_try() -> None:
    """Then what waited is a gap: nobody waits out the drain time for a dead service."""
    async with StrictEndpoint(Script(http_status=503)) as service:
        async with Engine(
            service.endpoint(),
            {"radio": Openings(Opening(seconds=2, hold=True))},
            timing=timing(drain=60.0),
        ) as engine:
            await engine.until(lambda: service.handshakes >= 2)
            loop = asyncio.get_running_loop()
            began = loop.time()
            await engine.supervisor.drain()
            assert loop.time() - began < 20.0
    assert engine.states()[-1] is State.FAILED, "no text, for the service was down all along"
    last = engine.of(ErrorRaised)[-1]
    assert last.retry_in_seconds is None
    assert [event.gap.cause for event in engine.of(GapRecorded)] == [last.title]
