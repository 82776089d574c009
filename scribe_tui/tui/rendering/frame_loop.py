"""An event loop that lets what arrives lie until the next frame.

A dozen services say something fifty times a second, and the screen shows it thirty times a
second. Waking for each of them costs as much as reading what it said, and is not visible
earlier. So from one frame to the next the loop reads from no socket and no pipe; timers,
keys, signals and other threads wake it as ever. Then all that has come is read and dealt
with before the frame is painted.

No private name is used, but that a loop registers the socket it is woken by first. Each loop
tries that when it is made; where it is not so, sockets never lie. Gained besides the faster
compositor: a seventh of the CPU time of twelve panes (`python -m tests.proofs.painting`). On any
other loop the screen works without it.
"""

from __future__ import annotations

import asyncio
import logging
import selectors
import time
from collections.abc import Callable
from contextvars import Context
from functools import partial
from typing import Any, TypeAlias

_log = logging.getLogger(__name__)

LONGEST_REST_SECONDS = 0.1
"""Also where frames are rarer: a decoder's pipe holds half a second of sound, and peers wait."""

Ready: TypeAlias = list[tuple[selectors.SelectorKey, int]]


class RestingSelector(selectors.DefaultSelector):
    """A selector that reports no readable file until `rests_until` (monotonic seconds).

    Except from what was registered first: a loop's own socket, by which threads and signals
    wake it. Where something may be written is always seen; terminals are slow enough.
    """

    def __init__(self) -> None:
        super().__init__()
        self.rests_until = 0.0
        self._urgent = selectors.DefaultSelector()
        self._own: int | None = None
        self._when_idle: list[Callable[[], object]] = []
        self._idle_by = 0.0

    def register(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        """As any selector does."""
        key = super().register(fileobj, events, data)
        if self._own is None:
            self._own = key.fd
        self._hurry(key)
        return key

    def modify(self, fileobj: Any, events: int, data: Any = None) -> selectors.SelectorKey:
        """As any selector does."""
        key = super().modify(fileobj, events, data)
        self._hurry(key)
        return key

    def unregister(self, fileobj: Any) -> selectors.SelectorKey:
        """As any selector does."""
        key = super().unregister(fileobj)
        self._hurry(key._replace(events=0))
        return key

    def select(self, timeout: float | None = None) -> Ready:
        """What is ready, after at most `timeout` seconds; 0: the loop has something to do."""
        if not self._when_idle:
            return self._look(timeout)
        ready = self._look(0)
        if (timeout == 0 or ready) and time.monotonic() < self._idle_by:
            return ready
        calls, self._when_idle = self._when_idle, []
        for call in calls:
            call()
        return ready

    def when_idle(self, call: Callable[[], object], at_latest: float) -> None:
        """Call once when there is nothing else to do, or it is so late."""
        if not self._when_idle:
            self._idle_by = at_latest
        self._when_idle.append(call)

    @property
    def is_woken(self) -> bool:
        """Whether a thread or a signal has something for the loop, as far as is seen in a rest."""
        return bool(self._urgent.select(0))

    def close(self) -> None:
        """As any selector does."""
        self._urgent.close()
        super().close()

    def _look(self, timeout: float | None) -> Ready:
        rest = self.rests_until - time.monotonic()
        if rest <= 0:
            return super().select(timeout)
        if timeout is not None and timeout <= rest:
            return self._urgent.select(timeout)
        left = None if timeout is None else timeout - rest
        return self._urgent.select(rest) or super().select(left)

    def _hurry(self, key: selectors.SelectorKey) -> None:
        """Keep `_urgent` as it is to be after a change of `key`."""
        events = key.events if key.fd == self._own else key.events & selectors.EVENT_WRITE
        if key.fd in self._urgent.get_map():
            self._urgent.unregister(key.fileobj)
        if events:
            self._urgent.register(key.fileobj, events, key.data)


class FrameLoop(asyncio.SelectorEventLoop):
    """An event loop whose screen decides when the next frame may be."""

    def __init__(self) -> None:
        self._resting = RestingSelector()
        super().__init__(self._resting)
        self.rests = self._is_woken_in_rests()
        """Whether it can rest: not if it would sleep through what threads and signals say."""

    def rest_until(self, instant: float) -> None:
        """Read from no socket and no pipe before `instant`, on this loop's clock.

        Never longer than LONGEST_REST_SECONDS from now.
        """
        if self.rests:
            self._resting.rests_until = min(instant, self.time() + LONGEST_REST_SECONDS)

    def call_when_idle(
        self, callback: Callable[[], object], *, at_latest: float, context: Context
    ) -> None:
        """Call `callback` once all that has arrived is dealt with, or it is so late."""
        self._resting.when_idle(partial(self.call_soon, callback, context=context), at_latest)

    def _is_woken_in_rests(self) -> bool:
        """Try it; what wakes it here is taken in by the loop's first turn."""
        self.call_soon_threadsafe(_nothing)
        if self._resting.is_woken:
            return True
        _log.warning("no rests between frames: this asyncio wakes its loop in another way")
        return False


def _nothing() -> None:
    """To be called."""
