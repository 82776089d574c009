"""The engine under a screen whose event loop lets tasks begin before they were handed over."""

from __future__ import annotations

import asyncio

import pytest

from tests.support.endpoint import StrictEndpoint
from tests.support.engine import Engine
from tests.support.numbered import words_in
from tests.support.sources import Opening, Openings


async def test_tasks_of_the_engine_begin_a_step_later() -> None:
    loop = asyncio.get_running_loop()
    loop.set_task_factory(lambda loop, coro, **rest: asyncio.Task(coro, loop=loop, **rest))
    file = Openings(Opening(seconds=1), is_live=False)
    async with StrictEndpoint() as service:
        async with Engine(service.endpoint(), {"file": file}) as engine:
            await engine.finished()
            assert loop.get_task_factory() is None


@pytest.mark.skipif(not hasattr(asyncio, "eager_task_factory"), reason="Python 3.12 has them")
@pytest.mark.parametrize("transport", ["sdk", "websocket"])
async def test_the_first_message_is_heard_where_tasks_begin_at_once(transport: str) -> None:
    eager = getattr(asyncio, "eager_task_factory")  # noqa: B009  # 3.11 has none
    asyncio.get_running_loop().set_task_factory(eager)
    files = {name: Openings(Opening(seconds=2), is_live=False) for name in ("one", "two", "three")}
    async with StrictEndpoint() as service:
        async with Engine(service.endpoint(), files, transport=transport) as engine:
            await engine.finished()
        assert len(service.connections) == len(files)
    assert all(engine.words(name) == words_in(2) for name in files)
