"""Plays one session through scripted faults, and checks that no word is missing or doubled."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from itertools import cycle
from typing import Any

import pytest

from scribe_tui.events import (
    ErrorCleared,
    ErrorRaised,
    GapRecorded,
    Half,
    SegmentCommitted,
    State,
)
from scribe_tui.session.timing import Timing
from scribe_tui.settings import SpeechSettings
from tests.support.endpoint import StrictEndpoint
from tests.support.engine import QUICK, Engine
from tests.support.numbered import WORD_SECONDS, words_in
from tests.support.script import Script
from tests.support.sources import Opening, Openings

NAME = "radio"
SECONDS = 6.0
BOTH = cycle(("websocket", "sdk"))
"""Transports for plays that do not choose: they alternate."""
TIME_TOLERANCE_SECONDS = 0.2


async def play(
    *scripts: Script,
    seconds: float = 6.0,
    live: bool = False,
    transport: str = "websocket",
    speech: SpeechSettings | None = None,
    timing: Timing = QUICK,
    meddle: Callable[[Engine, StrictEndpoint], Awaitable[None]] | None = None,
    **options: Any,
) -> tuple[Engine, StrictEndpoint]:
    """Play `seconds` of numbered sound to a service with these scripts.

    A live source is stopped when the service has heard everything. `meddle` runs meanwhile;
    `options` are those of `Openings`.
    """
    source = Openings(Opening(seconds=seconds, hold=live), is_live=live, **options)
    last = round(seconds * 10)
    async with (
        StrictEndpoint(*scripts) as service,
        Engine(
            service.endpoint(), {NAME: source}, speech=speech, transport=transport, timing=timing
        ) as engine,
    ):
        if meddle is not None:
            await meddle(engine, service)
        if live:
            await engine.until(lambda: service.has_heard(last) or engine.is_over)
        else:
            await engine.finished()
    assert service.violations == []
    return engine, service


def check_words(engine: Engine, seconds: float, name: str = NAME) -> None:
    """Check that every word of numbered sound is there once, in order, at its place in the source.

    Places are compared by the words' ends: a connection may have begun, or a commit been requested,
    within a word.
    """
    assert engine.words(name) == words_in(seconds)
    for event in engine.of(SegmentCommitted, name):
        for word in event.segment.words:
            should = int(word.text[1:]) * WORD_SECONDS
            assert word.end_seconds == pytest.approx(should, abs=TIME_TOLERANCE_SECONDS), word


async def all_of(*cases: Coroutine[Any, Any, object]) -> None:
    """Run cases concurrently; each has a service of its own."""
    async with asyncio.TaskGroup() as group:
        for case in cases:
            group.create_task(case)


async def loses_nothing(*scripts: Script, told: str | None = None, **options: Any) -> Engine:
    """Play to these scripts; check that nothing is lost, and a fault is reported and cleared."""
    seconds = options.setdefault("seconds", SECONDS)
    options.setdefault("transport", next(BOTH))
    engine, _ = await play(*scripts, **options)
    try:
        check_words(engine, seconds)
        assert engine.of(GapRecorded) == []
        assert engine.states()[-1] is State.ENDED
        raised = [event for event in engine.of(ErrorRaised) if event.half is Half.SPEECH]
        if told is not None:
            assert raised[0].kind == told
            assert raised[0].retry_in_seconds is not None
        if raised:
            assert engine.of(ErrorCleared)[-1].half is Half.SPEECH
    except AssertionError as error:
        error.add_note(f"{scripts[:1]} {options}")
        raise
    return engine
