"""Blocking calls that hang harm nobody else."""

from __future__ import annotations

import asyncio
import threading

import pytest

from scribe_tui.audio.own_thread import in_own_thread


async def test_values_and_errors_come_back() -> None:
    assert await in_own_thread(lambda: 42, name="x") == 42
    with pytest.raises(ZeroDivisionError):
        await in_own_thread(lambda: 1 // 0, name="x")


async def test_many_hanging_calls_stop_nothing() -> None:
    release = threading.Event()
    hanging = [asyncio.create_task(in_own_thread(release.wait, name="hung")) for _ in range(40)]
    assert await asyncio.wait_for(in_own_thread(lambda: 1, name="x"), 30) == 1
    await asyncio.wait_for(asyncio.to_thread(int), 30)
    for task in hanging[:20]:
        task.cancel()
    release.set()
    results = await asyncio.gather(*hanging, return_exceptions=True)
    assert results[20:] == [True] * 20
    assert all(isinstance(result, asyncio.CancelledError) for result in results[:20])
