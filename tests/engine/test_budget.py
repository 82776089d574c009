"""Work, counted: what a chunk and a partial cost on their way through the engine.

Counts do not depend on the machine. A higher one is a regression, whatever the clock says.
"""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import AsyncIterator
from types import FrameType

import pytest

import scribe_tui
from scribe_tui.events import Event, State
from scribe_tui.scribe.messages import Partial
from tests.fakes.desk import Desk

OURS = str(next(iter(scribe_tui.__path__)))
CHUNKS = 40
"""Fewer than make up the time after which a source counts as one where nobody speaks."""


class Work:
    """Counts calls of the program's own functions, timers, and events, while it is entered."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.counts: Counter[str] = Counter()
        loop = asyncio.get_running_loop()
        real = loop.call_at

        def call_at(*arguments, **options):
            self.counts["timers"] += 1
            return real(*arguments, **options)

        monkeypatch.setattr(loop, "call_at", call_at)

    def receive(self, _event: Event) -> None:
        self.counts["events"] += 1

    def __enter__(self) -> Counter[str]:
        self.counts.clear()
        sys.setprofile(self._count)
        return self.counts

    def __exit__(self, *_raised: object) -> None:
        sys.setprofile(None)

    def _count(self, frame: FrameType, event: str, _argument: object) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(OURS):
            self.counts["calls"] += 1


@pytest.fixture
async def work(monkeypatch: pytest.MonkeyPatch) -> Work:
    return Work(monkeypatch)


@pytest.fixture
async def desk(work: Work) -> AsyncIterator[Desk]:
    async with Desk(work) as desk:
        await desk.speak(20)
        desk.connection.hand.put_nowait(Partial("somebody speaks"))
        await desk.settle()
        assert desk.supervisor.snapshot("desk").state is State.LIVE
        yield desk


async def test_a_chunk_costs_some_dozen_calls_and_no_timer(work: Work, desk: Desk) -> None:
    with work as counts:
        await desk.speak(CHUNKS)
        await desk.settle()
    assert len(desk.connection.sent) == 20 + CHUNKS
    assert counts["timers"] == 0, "nothing per chunk that could be per second"
    assert counts["events"] == 0, "meters and clocks do not ride the stream"
    assert counts["calls"] / CHUNKS <= 78


async def test_where_nobody_speaks_two_chunks_are_one_message(work: Work, desk: Desk) -> None:
    await desk.give(60)
    sent = len(desk.connection.sent)
    with work as counts:
        await desk.give(CHUNKS)
    assert len(desk.connection.sent) == sent + CHUNKS // 2
    assert counts["timers"] == counts["events"] == 0
    assert counts["calls"] / CHUNKS <= 70


async def test_a_partial_costs_one_event(work: Work, desk: Desk) -> None:
    texts = [" ".join(["word"] * number) for number in range(1, CHUNKS + 1)]
    with work as counts:
        for text in texts:
            desk.connection.hand.put_nowait(Partial(text))
            await desk.settle()
    assert counts["events"] == CHUNKS
    assert counts["timers"] == 0
    assert counts["calls"] / CHUNKS <= 20


async def test_a_partial_told_again_costs_no_event(work: Work, desk: Desk) -> None:
    desk.connection.hand.put_nowait(Partial("the same words"))
    await desk.settle()
    with work as counts:
        for _ in range(CHUNKS):
            desk.connection.hand.put_nowait(Partial("the same words"))
        await desk.settle()
    assert counts["events"] == counts["timers"] == 0
