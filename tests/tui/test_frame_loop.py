"""From frame to frame sockets lie; timers, threads and signals are as quick as ever."""

from __future__ import annotations

import asyncio
import os
import selectors
import signal
import socket
import threading
import time
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from contextvars import copy_context

import pytest

from scribe_tui.cli.event_loop import run
from scribe_tui.tui.rendering import frame_loop
from scribe_tui.tui.rendering.frame_loop import FrameLoop, RestingSelector

FOREVER_SECONDS = 1e5


@pytest.fixture(autouse=True)
def rests_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """As long as a test asks for, on the slowest machine."""
    monkeypatch.setattr(frame_loop, "LONGEST_REST_SECONDS", FOREVER_SECONDS)


def _on_frame_loop(main: Callable[[FrameLoop], Awaitable[None]]) -> None:
    async def inner() -> None:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, FrameLoop)
        async with asyncio.timeout(30):
            await main(loop)

    run(inner(), FrameLoop)


def _rest(loop: FrameLoop) -> None:
    loop.rest_until(loop.time() + FOREVER_SECONDS)


def test_what_arrives_during_a_rest_is_read_after_it() -> None:
    async def main(loop: FrameLoop) -> None:
        ours, theirs = socket.socketpair()
        with ours, theirs:
            read: list[bytes] = []
            loop.add_reader(ours, lambda: read.append(ours.recv(100)))
            _rest(loop)
            theirs.send(b"one")
            await asyncio.sleep(0.01)
            theirs.send(b" two")
            for _ in range(10):
                await asyncio.sleep(0)
            assert read == []
            loop.rest_until(0)
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            assert read == [b"one two"]
            loop.remove_reader(ours)

    _on_frame_loop(main)


def test_this_asyncio_lets_it_rest() -> None:
    loop = FrameLoop()
    assert loop.rests
    loop.close()


def test_a_rest_ends_by_itself() -> None:
    async def main(loop: FrameLoop) -> None:
        ours, theirs = socket.socketpair()
        with ours, theirs:
            seen = asyncio.Event()
            loop.add_reader(ours, seen.set)
            ends_at = loop.time() + 0.05
            loop.rest_until(ends_at)
            theirs.send(b"x")
            await seen.wait()
            assert loop.time() >= ends_at
            loop.remove_reader(ours)

    _on_frame_loop(main)


def test_a_rest_is_short_however_rare_frames_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frame_loop, "LONGEST_REST_SECONDS", 0.05)

    async def main(loop: FrameLoop) -> None:
        ours, theirs = socket.socketpair()
        with ours, theirs:
            seen = asyncio.Event()
            loop.add_reader(ours, seen.set)
            _rest(loop)
            theirs.send(b"x")
            await seen.wait()
            loop.remove_reader(ours)

    _on_frame_loop(main)


def test_timers_threads_and_signals_end_no_rest_and_wait_for_none() -> None:
    async def main(loop: FrameLoop) -> None:
        told = asyncio.Event()
        _rest(loop)
        threading.Thread(target=lambda: loop.call_soon_threadsafe(told.set)).start()
        await told.wait()

        told.clear()
        loop.add_signal_handler(signal.SIGUSR1, told.set)
        os.kill(os.getpid(), signal.SIGUSR1)
        await told.wait()
        loop.remove_signal_handler(signal.SIGUSR1)

        assert await asyncio.to_thread(lambda: 7) == 7
        await asyncio.sleep(0.001)

    _on_frame_loop(main)


@pytest.mark.parametrize("timeout", [0, 0.0001, None])
def test_after_a_rest_all_that_came_is_seen_at_one_look(timeout: float | None) -> None:
    with ExitStack() as stack:
        selector = stack.enter_context(RestingSelector())
        pairs = [socket.socketpair() for _ in range(13)]
        for ours, theirs in pairs:
            stack.callback(ours.close)
            stack.callback(theirs.close)
            selector.register(ours, 1)
            theirs.send(b"x")
        selector.rests_until = time.monotonic() + FOREVER_SECONDS
        own = [key.fileobj for key, _ in selector.select(timeout)]
        assert own == [pairs[0][0]]
        selector.rests_until = 0.0
        assert len(selector.select(timeout)) == len(pairs)


def test_where_something_may_be_written_is_seen_during_a_rest() -> None:
    async def main(loop: FrameLoop) -> None:
        ours, theirs = socket.socketpair()
        with ours, theirs:
            seen = asyncio.Event()
            loop.add_reader(ours, lambda: pytest.fail("read during a rest"))
            theirs.send(b"x")
            _rest(loop)
            loop.add_writer(ours, seen.set)
            await seen.wait()
            loop.remove_writer(ours)
            await asyncio.sleep(0.001)
            loop.remove_reader(ours)

    _on_frame_loop(main)


def test_an_idle_call_comes_after_all_that_had_arrived() -> None:
    async def main(loop: FrameLoop) -> None:
        told: list[str] = []
        done = asyncio.Event()

        def read(steps: int) -> None:
            ours.recv(1)
            pass_on(steps)

        def pass_on(steps: int) -> None:
            if steps:
                loop.call_soon(pass_on, steps - 1)
            else:
                told.append("arrived")

        def idle() -> None:
            told.append("idle")
            done.set()

        ours, theirs = socket.socketpair()
        with ours, theirs:
            loop.add_reader(ours, read, 10)
            theirs.send(b"x")
            later = loop.time() + FOREVER_SECONDS
            loop.call_when_idle(idle, at_latest=later, context=copy_context())
            await done.wait()
            assert told == ["arrived", "idle"]
            loop.remove_reader(ours)

    _on_frame_loop(main)


def test_an_idle_call_comes_at_last_though_the_loop_is_never_idle() -> None:
    async def main(loop: FrameLoop) -> None:
        done = asyncio.Event()
        at_latest = loop.time() + 0.02
        loop.call_when_idle(done.set, at_latest=at_latest, context=copy_context())

        def spin() -> None:
            if not done.is_set():
                loop.call_soon(spin)

        spin()
        await done.wait()
        assert loop.time() >= at_latest

    _on_frame_loop(main)


def test_where_asyncio_registers_something_else_first_nothing_lies(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    other, far = socket.socketpair()
    select = RestingSelector.__init__

    def changed(selector: RestingSelector) -> None:
        select(selector)
        selector.register(other, selectors.EVENT_READ)

    monkeypatch.setattr(RestingSelector, "__init__", changed)

    async def main(loop: FrameLoop) -> None:
        assert not loop.rests
        _rest(loop)
        told = asyncio.Event()
        threading.Thread(target=lambda: loop.call_soon_threadsafe(told.set)).start()
        await told.wait()
        ours, theirs = socket.socketpair()
        with ours, theirs:
            seen = asyncio.Event()
            loop.add_reader(ours, seen.set)
            theirs.send(b"x")
            await seen.wait()
            loop.remove_reader(ours)

    with other, far:
        _on_frame_loop(main)
