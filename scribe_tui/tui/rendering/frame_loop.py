"""An event loop that leaves incoming data unread until the next frame.

A dozen connections may each receive something fifty times a second, while the screen shows it
thirty times a second. Waking for each of them costs as much as reading the data, and makes nothing
visible earlier. So between two frames the loop reads from no socket and no pipe; timers, keys,
signals and other threads still wake it. Then everything that has arrived is read and handled before
the frame is painted.

No private name is used; it relies only on the fact that a loop registers its own wake-up socket
first. Each loop tests that when it is created; if it is not so, sockets are always read. Gain in
addition to the faster compositor: a twentieth of the CPU time of twelve panes (`python -m
tests.proofs.painting`; less with many more). On any other loop the screen works without this.
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
"""Longest time without reading, even with rarer frames: a decoder's pipe holds half a second."""

Ready: TypeAlias = list[tuple[selectors.SelectorKey, int]]


class RestingSelector(selectors.DefaultSelector):
    """A selector that reports no readable file until `rests_until` (monotonic seconds).

    Excepted is the file registered first: the loop's own socket, by which threads and signals wake
    it. Writable files are always reported; terminals are slow enough.
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
        """Return what is ready, after at most `timeout` seconds; 0: do not wait.

        Calls requested by `when_idle` are made once nothing is ready and the loop has nothing else
        to do.
        """
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
        """Call `call` once: when nothing else is to be done, or after `at_latest` (monotonic)."""
        if not self._when_idle:
            self._idle_by = at_latest
        self._when_idle.append(call)

    @property
    def is_woken(self) -> bool:
        """Whether a thread or a signal wakes the loop, as far as this can be seen during a rest."""
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
        """Update `_urgent`, the selector used during rests, after a change of `key`."""
        events = key.events if key.fd == self._own else key.events & selectors.EVENT_WRITE
        if key.fd in self._urgent.get_map():
            self._urgent.unregister(key.fileobj)
        if events:
            self._urgent.register(key.fileobj, events, key.data)


class FrameLoop(asyncio.SelectorEventLoop):
    """An event loop whose screen decides when the next frame may be painted."""

    def __init__(self) -> None:
        self._resting = RestingSelector()
        super().__init__(self._resting)
        self.rests = self._is_woken_in_rests()
        """Whether it can rest: not if threads and signals could not wake it then."""

    def rest_until(self, instant: float) -> None:
        """Read from no socket and no pipe before `instant` (seconds of this loop's clock).

        The rest is never longer than LONGEST_REST_SECONDS from now.
        """
        if self.rests:
            self._resting.rests_until = min(instant, self.time() + LONGEST_REST_SECONDS)

    def call_when_idle(
        self, callback: Callable[[], object], *, at_latest: float, context: Context
    ) -> None:
        """Call `callback` once all that has arrived is handled, at the latest after `at_latest`."""
        self._resting.when_idle(partial(self.call_soon, callback, context=context), at_latest)

    def _is_woken_in_rests(self) -> bool:
        """Test whether this loop can be woken in a rest; its first turn consumes the wake-up."""
        self.call_soon_threadsafe(_nothing)
        if self._resting.is_woken:
            return True
        _log.warning("no rests between frames: this asyncio wakes its loop in another way")
        return False


def _nothing() -> None:
    """Do nothing; called to wake the loop."""
