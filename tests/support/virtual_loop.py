"""An event loop whose time goes by without waiting: hours of a screen in seconds."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable
from contextvars import Context
from typing import Any, TypeVarTuple

Given = TypeVarTuple("Given")


class _Jumping(selectors.DefaultSelector):
    """Where it would wait for a time and nothing is ready, that time has gone by."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 1000.0

    def select(self, timeout: float | None = None) -> Any:
        """What is ready now; only without any timer it waits, for other threads."""
        if timeout is None:
            return super().select(None)
        ready = super().select(0)
        if not ready and timeout > 0:
            self.now += timeout
        return ready


class VirtualLoop(asyncio.SelectorEventLoop):
    """`time` goes on only where all tasks wait, at once to when the first of them is due."""

    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)
        self.waits = 0
        """How often anybody began to wait for a time."""

    def time(self) -> float:
        """Seconds, from a thousand on."""
        return self._jumping.now

    def call_at(
        self,
        when: float,
        callback: Callable[[*Given], object],
        *args: *Given,
        context: Context | None = None,
    ) -> asyncio.TimerHandle:
        """As any loop does, and counted."""
        self.waits += 1
        return super().call_at(when, callback, *args, context=context)
