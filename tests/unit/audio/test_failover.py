"""Several addresses of one source: fail over, say so, and return to the first."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Self

import pytest

from scribe_tui.audio.failover import Addresses, FailoverSource
from scribe_tui.audio.format import AudioChunk
from scribe_tui.audio.source import Source, SourceStatus
from scribe_tui.errors import Retry, SourceError


@dataclass
class Station:
    """One address: `works`, and gives `chunks` before it ends (None: no end)."""

    works: bool = True
    retry: Retry = Retry.BACKOFF
    chunks: int | None = None
    opened: int = 0
    open_now: int = 0
    entered: asyncio.Event = field(default_factory=asyncio.Event)


class StationSource:
    is_live = True

    def __init__(self, name: str, station: Station) -> None:
        self.status = SourceStatus(title=name)
        self._name = name
        self._station = station

    async def __aenter__(self) -> Self:
        self._station.opened += 1
        if not self._station.works:
            raise SourceError("down", f"{self._name} is down.", retry=self._station.retry)
        self._station.open_now += 1
        self._station.entered.set()
        return self

    async def __aexit__(self, *_: object) -> None:
        self._station.open_now -= 1

    async def __aiter__(self) -> AsyncIterator[AudioChunk]:
        count = 0
        while self._station.chunks is None or count < self._station.chunks:
            count += 1
            await asyncio.sleep(0)
            yield AudioChunk(self._name.encode() * 2, 0.0)


@dataclass
class World:
    """Stations a, b and c, and a clock."""

    a: Station = field(default_factory=Station)
    b: Station = field(default_factory=Station)
    c: Station = field(default_factory=Station)
    now: float = 1000.0
    return_seconds: float = 300.0

    def addresses(self) -> Addresses:
        def open_one(address: str) -> Source:
            source: Any = StationSource(address, getattr(self, address))
            return source

        return Addresses(
            "abc", open_one, str.upper, return_seconds=self.return_seconds, now=lambda: self.now
        )


@asynccontextmanager
async def opened(addresses: Addresses) -> AsyncIterator[FailoverSource]:
    source = addresses.source()
    assert isinstance(source, FailoverSource)
    async with source:
        yield source


async def heard(source: FailoverSource, wanted: str) -> None:
    """Return once a chunk of `wanted` is heard."""
    async with asyncio.timeout(20):
        while (await anext(source)).pcm.decode()[0] != wanted:
            pass


async def test_the_first_address_is_heard_where_it_works() -> None:
    world = World()
    async with opened(world.addresses()) as source:
        await heard(source, "a")
        assert source.status.notices == ()
        assert source.status.title == "a"
    assert (world.a.open_now, world.b.opened) == (0, 0)


async def test_the_next_one_takes_its_place_and_that_is_said() -> None:
    world = World(a=Station(works=False))
    async with opened(world.addresses()) as source:
        await heard(source, "b")
        assert source.status.notices[-1:] == ("heard from address 2 of 3, B",)
        assert source.status is source.status
    assert world.b.open_now == 0


async def test_where_none_works_the_most_hopeful_error_counts() -> None:
    world = World(
        a=Station(works=False, retry=Retry.NEVER), b=Station(works=False),
        c=Station(works=False, retry=Retry.NEVER),
    )  # fmt: skip
    with pytest.raises(SourceError, match="b is down"):
        async with opened(world.addresses()):
            pass


async def test_the_address_in_use_is_told() -> None:
    world = World(a=Station(works=False))
    async with opened(world.addresses()) as source:
        assert source.status.address == "B"
    world = World()
    async with opened(world.addresses()) as source:
        assert source.status.address == "A"


async def test_after_a_drop_the_address_in_use_is_tried_first() -> None:
    world = World(a=Station(works=False))
    addresses = world.addresses()
    async with opened(addresses) as source:
        await heard(source, "b")
        world.now += 60
    tries = world.a.opened
    async with opened(addresses) as source:
        await heard(source, "b")
        assert source.status.notices == ()
    assert world.a.opened == tries


async def test_an_address_that_only_lasts_a_moment_is_left() -> None:
    world = World(a=Station(chunks=1))
    addresses = world.addresses()
    async with opened(addresses) as source:
        await heard(source, "a")
        world.now += 1
    async with opened(addresses) as source:
        await heard(source, "b")


async def test_after_a_while_an_opening_begins_with_the_first_again() -> None:
    world = World(a=Station(works=False))
    addresses = world.addresses()
    async with opened(addresses) as source:
        await heard(source, "b")
        world.now += 301
    world.a.works = True
    async with opened(addresses) as source:
        await heard(source, "a")
        assert source.status.notices[-1:] == ("heard from its first address again, A",)


async def test_the_first_takes_over_while_another_is_heard() -> None:
    world = World(a=Station(works=False), return_seconds=0.005)
    async with opened(world.addresses()) as source:
        await heard(source, "b")
        world.a.works = True
        await heard(source, "a")
        assert source.status.notices[-1:] == ("heard from its first address again, A",)
        assert world.b.open_now == 0
    assert world.a.open_now == 0


async def test_leaving_while_the_first_is_tried_leaves_nothing_open() -> None:
    world = World(a=Station(works=False), return_seconds=0.001)
    async with opened(world.addresses()) as source:
        await heard(source, "b")
        world.a.works = True
        async with asyncio.timeout(20):
            await world.a.entered.wait()
    assert (world.a.open_now, world.b.open_now) == (0, 0)


def test_one_address_needs_no_wrapping() -> None:
    source: Any = StationSource("a", Station())
    assert Addresses("a", lambda _: source, str).source() is source
