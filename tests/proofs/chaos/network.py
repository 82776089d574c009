"""Bad networks with real packets: `python -m tests.proofs.chaos.network [--hole SECONDS]`.

The service is in a network namespace of its own; the line to it loses and delays packets, and
for a while lets nothing through at all. Every word must come, in order and once.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time

from scribe_tui.events import ErrorRaised, GapRecorded
from scribe_tui.scribe.connection import Endpoint
from scribe_tui.session.timing import Timing
from tests.proofs.chaos.line import FAR, Line, why_not
from tests.support.endpoint import KEY
from tests.support.engine import Engine
from tests.support.outcome import check_words
from tests.support.profiles import speech_side
from tests.support.sources import Opening, Openings

TRANSPORTS = ("websocket", "sdk")
PANES = 3
BEFORE_SECONDS, AFTER_SECONDS = 3.0, 1.0
BAD = {"delay_ms": 60.0, "loss_percent": 2.0}


async def run(hole_seconds: float, timing: Timing) -> str:
    """Run live panes over each transport through a black hole; return what happened, in words.

    Raises AssertionError if a word is missing, doubled or out of place.
    """
    with Line() as line:
        there = ("ip", "netns", "exec", line.space)
        with await asyncio.to_thread(speech_side, "plain", host=FAR, within=there) as service:
            began = time.monotonic()
            seconds = BEFORE_SECONDS + hole_seconds + AFTER_SECONDS
            engines = [
                _play(Endpoint(f"ws://{FAR}:{service.port}", KEY), transport, seconds, timing)
                for transport in TRANSPORTS
            ]
            told = await asyncio.gather(_weather(line, hole_seconds), *engines)
            took = time.monotonic() - began
            assert await asyncio.to_thread(service.ask, "violations") == []
        lines = [f"{line.way}: {BAD}, black hole {hole_seconds:g} s, {took:.0f} s in all"]
        return "\n".join([*lines, *(each for each in told if each)])


async def _weather(line: Line, hole_seconds: float) -> None:
    line.shape(**BAD)
    await asyncio.sleep(BEFORE_SECONDS)
    line.shape(loss_percent=100)
    await asyncio.sleep(hole_seconds)
    line.shape(**BAD)


async def _play(endpoint: Endpoint, transport: str, seconds: float, timing: Timing) -> str:
    names = [f"{transport}{number}" for number in range(PANES)]
    sources = {
        name: Openings(Opening(seconds=seconds, hold=True), chunk_seconds=0.1) for name in names
    }
    engine = Engine(endpoint, sources, transport=transport, timing=timing)
    words = int(seconds / 0.5)
    async with engine:
        async with asyncio.timeout(2 * seconds + 60):
            while True:
                if all(_is_sent(engine, name, seconds) for name in names):
                    break
                await asyncio.sleep(0.2)
    for name in names:
        check_words(engine, seconds, name)
    assert engine.of(GapRecorded) == []
    errors = {event.title for event in engine.of(ErrorRaised)}
    return f"{transport}: {PANES} x {words} words, all there; told: {', '.join(sorted(errors))}"


def _is_sent(engine: Engine, name: str, seconds: float) -> bool:
    return engine.supervisor.snapshot(name).sent_seconds >= seconds - 0.01


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.proofs.chaos.network", description=__doc__
    )
    parser.add_argument("--hole", type=float, default=30.0, help="seconds without any packet")
    hole = parser.parse_args().hole
    reason = why_not()
    if reason is not None:
        print(reason)
        return 2
    print(asyncio.run(run(hole, Timing())))
    return 0


if __name__ == "__main__":
    sys.exit(main())
