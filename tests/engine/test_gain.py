"""Quiet sound of a microphone is raised for the service, and by how much is shown."""

from __future__ import annotations

import asyncio

from scribe_tui.events import Event, SegmentCommitted
from scribe_tui.session.supervisor import Supervisor
from scribe_tui.settings import SourceSettings
from tests.support.endpoint import StrictEndpoint
from tests.support.engine import wired
from tests.support.sources import Opening, Openings
from tests.support.waiting import PATIENCE


class Heard:
    """A sink that keeps the numbers of all words."""

    def __init__(self) -> None:
        self.numbers: list[int] = []

    def receive(self, event: Event) -> None:
        if isinstance(event, SegmentCommitted):
            self.numbers += [int(word[1:]) for word in event.segment.text.split()]


async def heard(gain: str) -> tuple[int, float]:
    """The highest word heard of quiet sound, and the gain as it is shown at its end."""
    async with StrictEndpoint() as service:
        openings = Openings(Opening(seconds=40, first=101), is_live=False, chunk_seconds=0.0)
        services = wired(service.endpoint(), openings)
        sink = Heard()
        source = SourceSettings(name="desk", address="mic", gain=gain, speed=16.0)
        supervisor = Supervisor([source], services, [sink])
        running = asyncio.create_task(supervisor.run())
        async with asyncio.timeout(PATIENCE):
            await supervisor.finished()
        snapshot = supervisor.snapshot("desk")
        await supervisor.drain()
        await running
    return max(sink.numbers), snapshot.gain_db


async def test_without_gain_the_service_gets_the_sound_as_it_is() -> None:
    """Numbered sound says by its words how loud it is: the last chunk holds 500, word 100."""
    highest, gain_db = await heard("off")
    assert (highest, gain_db) == (100, 0.0)


async def test_with_gain_it_gets_louder_sound() -> None:
    highest, gain_db = await heard("auto")
    assert highest > 150
    assert 0.0 < gain_db <= 24.0
