"""Handshakes in turn: the first at once, each further one after the one before it."""

from __future__ import annotations

import asyncio

import pytest

from scribe_tui.session.speech.connect_throttle import ConnectThrottle


async def test_turns_keep_their_distance(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)

    monkeypatch.setattr("scribe_tui.session.speech.connect_throttle.asyncio.sleep", sleep)
    throttle = ConnectThrottle()
    for _ in range(4):
        async with throttle.turn(100.0):
            pass
    assert waits == [pytest.approx(100.0 * turn, abs=1.0) for turn in (1, 2, 3)]


async def test_only_so_many_at_once() -> None:
    throttle, inside, most = ConnectThrottle(at_once=2), 0, 0

    async def connect() -> None:
        nonlocal inside, most
        async with throttle.turn(0.0):
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0)
            inside -= 1

    await asyncio.gather(*(connect() for _ in range(6)))
    assert most == 2
