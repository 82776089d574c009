"""VirtualLoop: an event loop whose time passes without waiting: hours of a screen in seconds."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable
from contextvars import Context
from typing import Any, TypeVarTuple

Given = TypeVarTuple("Given")


class _Jumping(selectors.DefaultSelector):
    """A selector that advances `now` instead of waiting, if nothing is ready."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 1000.0

    def select(self, timeout: float | None = None) -> Any:
        """Return what is ready now; without any timer, wait for other threads."""
        if timeout is None:
            return super().select(None)
        ready = super().select(0)
        if not ready and timeout > 0:
            self.now += timeout
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """Its `time` advances only when all tasks wait, at once to the first timer."""

    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)
        self.waits = 0
        """Number of timers created."""

    def time(self) -> float:
        """Return virtual seconds, starting at 1000."""
        return self._jumping.now

    def call_at(
        self,
        when: float,
        callback: Callable[[*Given], object],
        *args: *Given,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        """Do as any loop does, and count."""
        self.waits += 1
        return super().call_at(when, callback, *args, context=context)
