"""Tasks of the engine's loop begin as they did before the screen opened."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.tui.stage import Stage


async def test_the_screen_leaves_the_loops_task_factory_as_it_was() -> None:
    """Textual sets an eager one where Python has it; others may rely on a step in between."""
    loop = asyncio.get_running_loop()

    def factory(loop: asyncio.AbstractEventLoop, coro: Any, **options: Any) -> asyncio.Task[Any]:
        return asyncio.Task(coro, loop=loop, **options)

    loop.set_task_factory(factory)
    stage = Stage("one")
    async with stage.app.run_test() as pilot:
        await pilot.pause()
        assert loop.get_task_factory() is factory
