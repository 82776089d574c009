"""Planned changes of the connection, while faults hit the old one or the new one."""

from __future__ import annotations

import pytest

from scribe_tui.events import ErrorRaised, GapRecorded, Noticed
from scribe_tui.settings import SpeechSettings
from tests.support.endpoint import StrictEndpoint
from tests.support.engine import Engine, timing
from tests.support.outcome import NAME, all_of, check_words, play
from tests.support.script import Ending, Fault, Script

SECONDS = 20.0
AGEING = timing(roll_over_after=0.2, last_text=0.4, no_answer=1000.0)
PACE = 0.005
"""20 s of sound in a second: four or five ages of a connection."""


async def changes(
    *scripts: Script, commit: str = "vad", live: bool = True, transport: str = "websocket"
) -> tuple[Engine, StrictEndpoint]:
    """Play to a service under which connections grow old quickly; no word may be lost."""
    engine, service = await play(
        *scripts,
        seconds=SECONDS,
        live=live,
        transport=transport,
        speech=SpeechSettings(commit=commit),
        timing=AGEING,
        chunk_seconds=PACE,
    )
    try:
        check_words(engine, SECONDS)
        assert engine.of(GapRecorded) == []
        assert len(service.connections) >= 3
    except AssertionError as error:
        error.add_note(f"{scripts} {commit} {live} {transport}")
        raise
    return engine, service


@pytest.mark.some(1)
@pytest.mark.parametrize("transport", ["websocket", "sdk"])
async def test_under_each_way_to_commit(transport: str) -> None:
    async def without_a_fault(commit: str, live: bool) -> None:
        engine, service = await changes(commit=commit, live=live, transport=transport)
        assert engine.of(ErrorRaised) == []
        values = [value for heard in service.connections for value in heard.values if value]
        assert values == list(range(1, 201)), "all sound was sent once"

    await all_of(
        *(
            without_a_fault(commit, live)
            for commit in ("vad", "manual", "3")
            for live in (False, True)
        )
    )


@pytest.mark.some(1)
@pytest.mark.parametrize("ending", ["close", "drop", "reset", "stall"])
async def test_the_old_connection_dies_instead_of_its_last_answer(ending: Ending) -> None:
    dying = Script(vad_words=10_000, fault=Fault(at_commit=1, ending=ending))
    half = Script(vad_words=10_000, fault=Fault(at_commit=1, half_told=True, ending=ending))
    await all_of(
        *(
            changes(first, Script(), first, Script(), commit=commit)
            for first in (dying, half)
            for commit in ("vad", "manual")
        )
    )


@pytest.mark.long
@pytest.mark.parametrize("ending", ["close", "drop", "reset"])
async def test_the_new_connection_dies_soon(ending: Ending) -> None:
    """Before it is ready, while it stands by, with its first sound, and a little later."""
    faults = (
        Fault(before_start=True, ending=ending),
        Fault(at_seconds=0.0, ending=ending),
        Fault(at_seconds=0.05, ending=ending),
        Fault(at_seconds=0.7, ending=ending),
        Fault(at_commit=1, half_told=True, ending=ending),
    )
    await all_of(
        *(
            changes(Script(latency_seconds=0.02), Script(fault=fault), Script(), commit=commit)
            for fault in faults
            for commit in ("vad", "manual", "3")
        )
    )


async def test_a_late_old_connection_is_not_overtaken() -> None:
    """The new one speaks while the old one still answers."""
    slow = Script(latency_seconds=0.15)
    await all_of(
        *(
            changes(slow, Script(), commit=commit, live=live)
            for commit in ("vad", "manual", "3")
            for live in (True, False)
        )
    )


async def test_a_service_that_takes_no_second_connection_is_asked_with_patience() -> None:
    engine, service = await play(
        Script(),
        Script(fault=Fault(before_start=True, error="rate_limited")),
        seconds=SECONDS,
        live=True,
        timing=AGEING,
        chunk_seconds=PACE,
    )
    check_words(engine, SECONDS)
    assert engine.of(ErrorRaised) == []
    notices = [event.text for event in engine.of(Noticed)]
    assert notices
    assert all("new connection" in text for text in notices)
    assert len(service.connections[0].values) >= 200, "the first one did all the work"


async def test_no_change_while_old_sound_is_caught_up_with() -> None:
    """The backlog of an outage goes over one connection, though it grows old meanwhile."""
    down = [Script(http_status=503)] * 8
    engine, service = await play(
        Script(fault=Fault(at_seconds=2.0)),
        *down,
        Script(),
        seconds=40,
        live=True,
        timing=timing(roll_over_after=0.1, catch_up_speed=100.0, backoff_cap=0.3),
        chunk_seconds=0.002,
    )
    check_words(engine, 40)
    assert len(service.connections[1].values) > 200


async def test_the_user_meddles_with_a_change() -> None:
    async def meddle(engine: Engine, service: StrictEndpoint) -> None:
        for connections in (2, 3):
            await engine.until(lambda n=connections: len(service.connections) >= n)
            engine.supervisor.commit(NAME)
            await engine.until(lambda n=connections: len(service.connections) > n)
            engine.supervisor.reconnect(NAME)

    async def play_on(commit: str) -> None:
        engine, _ = await play(
            seconds=SECONDS,
            live=True,
            timing=AGEING,
            chunk_seconds=PACE,
            meddle=meddle,
            speech=SpeechSettings(commit=commit),
        )
        check_words(engine, SECONDS)

    await all_of(*(play_on(commit) for commit in ("vad", "manual", "3")))
