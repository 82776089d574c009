"""Tasks of the engine's loop begin as they did before the screen opened."""

from __future__ import annotations

import asyncio
from typing import Any

from textual.pilot import Pilot

from tests.tui.stage import Stage


async def test_the_screen_leaves_the_loops_task_factory_as_it_was() -> None:
    """Textual sets an eager one where Python has it; others may rely on a step in between."""
    loop = asyncio.get_running_loop()

    def factory(loop: asyncio.AbstractEventLoop, coro: Any, **options: Any) -> asyncio.Task[Any]:
        return asyncio.Task(coro, loop=loop, **options)

    async def look(_: Pilot[Any]) -> None:
        seen.append(loop.get_task_factory())
        stage.app.leave()

    seen: list[object] = []
    loop.set_task_factory(factory)
    stage = Stage("one")
    await stage.app.run_async(headless=True, auto_pilot=look)
    assert seen == [factory]
